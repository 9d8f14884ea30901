package registries

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/opencontainers/go-digest"
)

// answer is what came, as far as it did.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// say sends a request to the registry, without following redirects.
func say(t *testing.T, s *Server, method, path string, body []byte, headers ...string) (answer, error) {
	t.Helper()
	if strings.HasPrefix(path, "/") {
		path = "http://" + s.Host + path
	}
	req, err := http.NewRequestWithContext(t.Context(), method, path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return answer{status: resp.StatusCode, header: resp.Header, body: data}, err
}

// filled is a registry with an image, and the paths of its manifest and of its one layer.
func filled(t *testing.T, opts ...Option) (s *Server, manifest, layer string) {
	t.Helper()
	s = Start(t, opts...)
	repository := s.Repository("app")
	img, err := random.Image(10_000, 1)
	if err != nil {
		t.Fatal(err)
	}
	s.Push(t, repository+":v1", img)
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	hash, err := layers[0].Digest()
	if err != nil {
		t.Fatal(err)
	}
	path := "/v2" + strings.TrimPrefix(repository, s.Host)
	return s, path + "/manifests/v1", path + "/blobs/" + hash.String()
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	s, manifest, layer := filled(t)
	for _, c := range []struct {
		what         string
		fault        Fault
		method, path string
		want         []int
	}{
		{"head", HeadFails(http.StatusMethodNotAllowed), http.MethodHead, manifest, []int{405, 405}},
		{"get", HeadFails(http.StatusMethodNotAllowed), http.MethodGet, manifest, []int{200}},
		{"refuse", Refuse(403, "", "/manifests/", "DENIED"), http.MethodGet, manifest, []int{403}},
		{"refuse others", Refuse(403, http.MethodPut, "/manifests/", "DENIED"), http.MethodGet, manifest, []int{200}},
		{"refuse elsewhere", Refuse(403, "", "/manifests/", "DENIED"), http.MethodGet, layer, []int{200}},
		{"too many", TooMany(2, 7), http.MethodGet, manifest, []int{429, 429, 200}},
		{"greeting", TooMany(2, 7), http.MethodGet, "/v2/", []int{200}},
		{"well again", nil, http.MethodHead, manifest, []int{200}},
	} {
		s.Misbehave()
		if c.fault != nil {
			s.Misbehave(c.fault)
		}
		for i, want := range c.want {
			resp, err := say(t, s, c.method, c.path, nil)
			if err != nil || resp.status != want {
				t.Errorf("%s %d: %v, %v, want %d", c.what, i, resp, err, want)
			} else if want == 429 && resp.header.Get("Retry-After") != "7" {
				t.Errorf("%s: %v", c.what, resp.header)
			}
		}
	}
}

func TestSchema1(t *testing.T) {
	t.Parallel()
	s, manifest, _ := filled(t, With(Schema1()))
	resp, err := say(t, s, http.MethodGet, manifest, nil)
	if err != nil || !strings.Contains(resp.header.Get("Content-Type"), ".v1+prettyjws") || !strings.Contains(string(resp.body), `"schemaVersion":1`) {
		t.Errorf("%v, %s", err, resp.body)
	}
}

func TestWrongDigest(t *testing.T) {
	t.Parallel()
	s, manifest, layer := filled(t, With(WrongDigest()))
	for _, path := range []string{manifest, layer} {
		resp, err := say(t, s, http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if said := resp.header.Get("Docker-Content-Digest"); said == "" || said == digest.FromBytes(resp.body).String() {
			t.Errorf("%s: said %s", path, said)
		}
		if path == manifest && !json.Valid(resp.body) {
			t.Errorf("no manifest: %s", resp.body)
		}
	}
	if resp, err := say(t, s, http.MethodGet, manifest+"x", nil); err != nil || resp.status != http.StatusNotFound {
		t.Errorf("what is not there: %v", err)
	}
}

func TestDropDownload(t *testing.T) {
	t.Parallel()
	s, _, layer := filled(t, With(DropDownload(4000, 2)))
	var whole []byte
	for _, want := range []int{4000, 8000} {
		part, err := say(t, s, http.MethodGet, layer, nil, "Range", fmt.Sprintf("bytes=%d-", len(whole)))
		if whole = append(whole, part.body...); err == nil || len(whole) != want {
			t.Errorf("%v after %d bytes", err, len(whole))
		}
	}
	part, err := say(t, s, http.MethodGet, layer, nil, "Range", "bytes=8000-")
	if whole = append(whole, part.body...); err != nil || !strings.HasSuffix(layer, digest.FromBytes(whole).String()) {
		t.Errorf("%v, %d bytes", err, len(whole))
	}
}

func TestDropUpload(t *testing.T) {
	t.Parallel()
	for kind, start := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := start(t, With(DropUpload(4000, 1)))
			path := "/v2" + strings.TrimPrefix(s.Repository("app"), s.Host)
			blob := bytes.Repeat([]byte("0123456789"), 1000)
			step := func(method, location string, part []byte, want int, kept string, headers ...string) string {
				t.Helper()
				resp, err := say(t, s, method, location, part, headers...)
				if err != nil || resp.status != want || kept != "" && resp.header.Get("Range") != kept {
					t.Fatalf("%s: %v, %v", method, resp, err)
				}
				return resp.header.Get("Location")
			}
			upload := step(http.MethodPost, path+"/blobs/uploads/", nil, http.StatusAccepted, "")
			if _, err := say(t, s, http.MethodPatch, upload, blob); err == nil {
				t.Error("the connection was not cut")
			}
			upload = step(http.MethodGet, upload, nil, http.StatusNoContent, "0-3999")
			const gap = http.StatusRequestedRangeNotSatisfiable
			upload = step(http.MethodPatch, upload, blob[5000:], gap, "0-3999", "Content-Range", "5000-9999")
			upload = step(http.MethodPatch, upload, blob[4000:9000], http.StatusAccepted, "0-8999", "Content-Range", "4000-8999")
			where, err := url.Parse(upload)
			if err != nil {
				t.Fatal(err)
			}
			query := where.Query()
			query.Set("digest", digest.FromBytes(blob).String())
			where.RawQuery = query.Encode()
			step(http.MethodPut, where.String(), blob[9000:], http.StatusCreated, "")
			got, err := say(t, s, http.MethodGet, path+"/blobs/"+digest.FromBytes(blob).String(), nil)
			if err != nil || !bytes.Equal(got.body, blob) {
				t.Errorf("%v, %d bytes", err, len(got.body))
			}
		})
	}
}

func TestRedirectBlobs(t *testing.T) {
	t.Parallel()
	s, manifest, layer := filled(t, Password(user, password), With(RedirectBlobs()))
	req := &http.Request{Header: http.Header{}}
	req.SetBasicAuth(user, password)
	login := req.Header.Get("Authorization")
	if resp, err := say(t, s, http.MethodGet, layer, nil); err != nil || resp.status != http.StatusUnauthorized {
		t.Error("nobody:", resp, err)
	}
	if resp, err := say(t, s, http.MethodGet, manifest, nil, "Authorization", login); err != nil || resp.status != http.StatusOK {
		t.Error("manifest:", resp, err)
	}
	resp, err := say(t, s, http.MethodGet, layer, nil, "Authorization", login)
	if err != nil || resp.status != http.StatusTemporaryRedirect {
		t.Fatal("layer:", resp, err)
	}
	where := resp.header.Get("Location")
	if !strings.HasPrefix(where, "http://localhost:") || strings.Contains(where, s.Host) {
		t.Errorf("it leads to %s", where)
	}
	resp, err = say(t, s, http.MethodGet, where, nil)
	if err != nil || !strings.HasSuffix(layer, digest.FromBytes(resp.body).String()) {
		t.Errorf("%v, %d bytes", err, len(resp.body))
	}
}

// noted is a test that only notes failures.
type noted struct {
	testing.TB

	failed bool
}

// Errorf is part of testing.TB.
func (n *noted) Errorf(string, ...any) { n.failed = true }

func TestRedirectBlobsSeesAuthorization(t *testing.T) {
	t.Parallel()
	s, _, layer := filled(t)
	probe := &noted{TB: t}
	s.t = probe
	s.Misbehave(RedirectBlobs())
	resp, err := say(t, s, http.MethodGet, layer, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := say(t, s, http.MethodGet, resp.header.Get("Location"), nil, "Authorization", "Bearer x"); err != nil || !probe.failed {
		t.Errorf("%v, noticed %v", err, probe.failed)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	for _, withHost := range []bool{false, true} {
		s, manifest, _ := filled(t, With(Pages(2, withHost)))
		repository, _, _ := strings.Cut(strings.TrimPrefix(manifest, "/v2/"), "/manifests")
		img := s.Pull(t, repository+":v1")
		for _, tag := range []string{"v5", "v2", "v4", "v3"} {
			s.Push(t, repository+":"+tag, img)
		}
		if all := s.Tags(t, repository); len(all) != 5 {
			t.Errorf("the test itself sees %v", all)
		}
		var got []string
		next, pages := "/v2/"+repository+"/tags/list?n=100", 0
		for next != "" {
			resp, err := say(t, s, http.MethodGet, next, nil)
			var page struct {
				Tags []string `json:"tags"`
			}
			if err != nil || json.Unmarshal(resp.body, &page) != nil || len(page.Tags) > 2 {
				t.Fatalf("%v %s", err, resp.body)
			}
			got, pages = append(got, page.Tags...), pages+1
			next, _, _ = strings.Cut(strings.TrimPrefix(resp.header.Get("Link"), "<"), ">")
			if next != "" && strings.HasPrefix(next, "http://"+s.Host) != withHost {
				t.Errorf("link %s", next)
			}
		}
		if !slices.Equal(got, []string{"v1", "v2", "v3", "v4", "v5"}) || pages != 3 {
			t.Errorf("%v in %d pages", got, pages)
		}
	}
}
