package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// errRange is what remains of an upload whose parts the registry puts elsewhere.
var errRange = fmt.Errorf("%w: it is at another place of the upload", ErrRefused)

const (
	// cleanUp is how long an upload that is given up may take to be cancelled.
	cleanUp = 5 * time.Second
	// notice is how long a registry has at first to notice that a connection is broken.
	notice = 20 * time.Millisecond
)

// Outcome is how a blob or a manifest came into a repository.
type Outcome int

// The outcomes.
const (
	// Existing was there before.
	Existing Outcome = iota
	// Mounted was taken from another repository of the registry.
	Mounted
	// Uploaded was sent.
	Uploaded
)

// String is the outcome in a word.
func (o Outcome) String() string { return [...]string{"existing", "mounted", "uploaded"}[o] }

// Source is a blob to upload.
type Source struct {
	v1.Descriptor
	// Open reads the blob from an offset on. It is called again for what has to be sent again. What it or its reader
	// returns ends the upload.
	Open func(ctx context.Context, offset int64) (io.ReadCloser, error)
	// From is a repository that may have the blob. If it is of the same registry, the blob need not be sent.
	From name.Repository
}

// Upload has a repository have a blob: it sends what is neither there, nor in another repository of the registry that is
// known to have it. Where the connection breaks, it asks the registry how much it has and goes on from there, or begins that
// blob again if the registry does not know; and again, as long as it gets further. If the context ends or the source fails,
// the upload is cancelled. Who wants the same blob in the same repository at the same time waits for the first.
//
// It returns the errors of the source as they are, an ErrDigestMismatch if the registry finds that it got something else,
// one of the other kinds of Error, and the errors of the context.
func (r *Registries) Upload(ctx context.Context, repository name.Repository, blob Source) (Outcome, error) {
	ref := repository.Digest(blob.Digest.String())
	s, err := r.session(repository.RegistryStr())
	if err != nil {
		return Existing, r.Explain(ref, err)
	}
	outcome := Existing
	_, err = s.uploads.do(ctx, ref.Name(), func(ctx context.Context) (struct{}, error) {
		u := &upload{s: s, repository: repository, blob: blob, tries: tries{pace: s.conn.all.pace}}
		var err error
		outcome, err = u.run(ctx)
		return struct{}{}, err
	})
	var own *sourceError
	if errors.As(err, &own) {
		return Existing, own.err
	}
	if err == nil {
		s.homes.remember(blob.Digest, repository)
	}
	return outcome, r.Explain(ref, err)
}

// upload is a blob on its way.
type upload struct {
	s          *session
	repository name.Repository
	blob       Source
	tries      tries

	// location is where the registry wants the rest, nil before the upload begins.
	location *url.URL
	// has is how much the registry has.
	has int64
	// spoilt says that what the registry has of the blob made no whole.
	spoilt bool
}

func (u *upload) run(ctx context.Context) (outcome Outcome, err error) {
	if there, err := u.s.hasBlob(ctx, u.repository, u.blob.Digest); there || err != nil {
		return Existing, err
	}
	defer func() {
		if err != nil {
			u.cancel(ctx)
		}
	}()
	if mounted, err := u.mount(ctx); mounted || err != nil {
		return Mounted, err
	}
	for {
		there, err := u.send(ctx)
		if there {
			return Uploaded, nil
		}
		if !u.mayGoOn(err) || !u.tries.again(ctx, u.has) {
			return Existing, err
		}
		if there, err := u.locate(ctx); there || err != nil {
			return Uploaded, err
		}
	}
}

// mount has the registry take the blob from another repository. A registry that does not begins an upload instead.
func (u *upload) mount(ctx context.Context) (bool, error) {
	for _, from := range u.s.homes.of(u.blob, u.repository) {
		mounted, err := u.begin(ctx, url.Values{"mount": {u.blob.Digest.String()}, "from": {from}})
		if mounted || ctx.Err() != nil {
			return mounted, err
		}
		if err == nil {
			return false, nil
		}
		// Not being allowed to read another repository is no reason not to push to this one.
	}
	return false, nil
}

// begin begins an upload, unless the registry has the blob with that.
func (u *upload) begin(ctx context.Context, query url.Values) (created bool, err error) {
	req, err := u.s.request(ctx, http.MethodPost, u.repository, "/blobs/uploads/", nil)
	if err != nil {
		return false, err
	}
	req.URL.RawQuery = query.Encode()
	resp, err := u.s.follow(req)
	if err != nil {
		return false, err
	}
	defer drain(resp)
	switch resp.StatusCode {
	case http.StatusCreated:
		return true, nil
	case http.StatusAccepted:
		u.has, u.spoilt = 0, false
		return false, u.moved(resp)
	}
	return false, u.s.answered(resp)
}

// moved takes in where the registry wants the rest.
func (u *upload) moved(resp *http.Response) error {
	where, err := resp.Location()
	if err != nil {
		return u.s.strange("it does not say where to upload to")
	}
	u.location = where
	return nil
}

// send sends what the registry does not have, and has it made a blob. It returns whether the registry has the blob now.
func (u *upload) send(ctx context.Context) (bool, error) {
	if u.location == nil {
		if created, err := u.begin(ctx, nil); created || err != nil {
			return created, err
		}
	}
	whole := u.has == 0
	if !whole && u.has < u.blob.Size {
		if err := u.patch(ctx); err != nil {
			return false, err
		}
	}
	err := u.finish(ctx, whole)
	return err == nil, err
}

// patch sends the rest as a part.
func (u *upload) patch(ctx context.Context) error {
	resp, err := u.transmit(ctx, http.MethodPatch, u.location, true)
	if err != nil {
		return err
	}
	defer drain(resp)
	if resp.StatusCode/100 != 2 {
		return u.s.answered(resp)
	}
	u.has = u.blob.Size
	return u.moved(resp)
}

// finish has the registry make a blob of what was sent, with all of it in the same request or before.
func (u *upload) finish(ctx context.Context, whole bool) error {
	where := *u.location
	query := where.Query()
	query.Set("digest", u.blob.Digest.String())
	where.RawQuery = query.Encode()
	resp, err := u.transmit(ctx, http.MethodPut, &where, whole)
	if err != nil {
		return err
	}
	defer drain(resp)
	if resp.StatusCode/100 == 2 {
		return nil
	}
	heard := hear(resp)
	failed := u.s.classify(resp.StatusCode, heard)
	if heard.has("DIGEST_INVALID") {
		failed.Kind = ErrDigestMismatch
	}
	return failed
}

// transmit sends a request with the rest of the blob, or without a body.
func (u *upload) transmit(ctx context.Context, method string, where *url.URL, body bool) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, where.String(), nil)
	if err != nil {
		return nil, u.s.strange("it names a place to upload to that is no URL")
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	if !body || u.blob.Size == u.has {
		return u.s.follow(req)
	}
	req.ContentLength = u.blob.Size - u.has
	if u.has > 0 {
		req.Header.Set("Content-Range", fmt.Sprintf("%d-%d", u.has, u.blob.Size-1))
	}
	watch := &watched{}
	req.GetBody = func() (io.ReadCloser, error) { return watch.open(ctx, u.blob, u.has) }
	if req.Body, err = req.GetBody(); err != nil {
		return nil, err
	}
	resp, err := u.s.follow(req)
	if err == nil {
		return resp, nil
	}
	if own := watch.failure(); own != nil {
		return nil, own
	}
	return nil, err
}

// mayGoOn says that an upload that failed like this may succeed when it goes on or begins again.
func (u *upload) mayGoOn(err error) bool {
	var own *sourceError
	switch {
	case errors.As(err, &own):
		return false
	case passing(err):
		return true
	case errors.Is(err, ErrDigestMismatch):
		// The registry may have put the parts together wrongly.
		u.spoilt = u.has > 0
		return u.spoilt
	}
	// The registry has forgotten the upload, or is at another place in it.
	return u.location != nil && (errors.Is(err, ErrNotFound) || errors.Is(err, errRange))
}

// locate asks how much the registry has, and returns whether it is all. If the registry does not know, or did not go on from
// there before, the upload begins again.
func (u *upload) locate(ctx context.Context) (bool, error) {
	if u.location == nil {
		return false, nil
	}
	if has, err := u.status(ctx); err == nil && has > u.has && has <= u.blob.Size && !u.spoilt {
		u.has = has
		return false, nil
	}
	u.cancel(ctx)
	// Perhaps only the answer was lost.
	if there, err := u.s.hasBlob(ctx, u.repository, u.blob.Digest); err == nil && there {
		return true, nil
	}
	u.has, u.spoilt = 0, false
	return false, ctx.Err()
}

// status asks for the state of the upload.
func (u *upload) status(ctx context.Context) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.location.String(), nil)
	if err != nil {
		return 0, err
	}
	resp, err := u.s.follow(req)
	if err != nil {
		return 0, err
	}
	defer drain(resp)
	if resp.StatusCode/100 != 2 {
		return 0, u.s.answered(resp)
	}
	_, end, _ := strings.Cut(resp.Header.Get("Range"), "-")
	last, err := strconv.ParseInt(end, 10, 64)
	if err != nil {
		return 0, err
	}
	if resp.Header.Get("Location") != "" {
		err = u.moved(resp)
	}
	if last == 0 {
		// "0-0" is also what registries say of an upload that has nothing.
		return 0, err
	}
	return last + 1, err
}

// cancel has the registry forget the upload. That it does not costs the registry some space until it cleans up by itself.
func (u *upload) cancel(ctx context.Context) {
	if u.location == nil {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), cleanUp)
	defer stop()
	defer func() { u.location = nil }()
	for pause := notice; ; pause *= 2 {
		status := u.abort(ctx)
		if status/100 == 2 || status == http.StatusNotFound || status == http.StatusMethodNotAllowed {
			return
		}
		// The registry may not have noticed yet that nothing more comes, and wants to be told how much it has before it
		// throws that away.
		if wait(ctx, pause) != nil {
			return
		}
		if _, err := u.status(ctx); err != nil {
			return
		}
	}
}

// abort asks the registry to forget the upload, and returns the status of its answer.
func (u *upload) abort(ctx context.Context) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, u.location.String(), nil)
	if err != nil {
		return http.StatusNotFound
	}
	resp, err := u.s.follow(req)
	if err != nil {
		return 0
	}
	drain(resp)
	return resp.StatusCode
}
