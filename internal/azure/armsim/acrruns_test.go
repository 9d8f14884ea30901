package armsim_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// packed is an archive of a context.
func packed(t *testing.T, files map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	compressed := gzip.NewWriter(&out)
	w := tar.NewWriter(compressed)
	for name, content := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := compressed.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// atBlob sends a request to a signed URL.
func atBlob(t *testing.T, c *http.Client, method, address, body string, header map[string]string) (status int, code, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	got, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	content, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, got.Header.Get("X-Ms-Error-Code"), string(content)
}

// TestBuildRuns uploads a context, has it built, and reads the log; then one that fails.
func TestBuildRuns(t *testing.T) {
	s := start(t)
	c := connect(t, s)
	registry := c.registry(c.group("rg"), "builds1", "Basic")
	behind := registries.Start(t)
	s.Attach("builds1", behind)
	blobs := transport(t, s)
	run := func(dockerfile string) reply {
		t.Helper()
		given := c.do(http.MethodPost, registry+"/listBuildSourceUploadUrl", tasksVersion, "")
		address, _ := given.at("uploadUrl").(string)
		where, _ := given.at("relativePath").(string)
		block := map[string]string{"x-ms-blob-type": "BlockBlob"}
		if status, code, _ := atBlob(t, blobs, http.MethodPut, address, packed(t, map[string]string{"Dockerfile": dockerfile}), block); status != http.StatusCreated {
			t.Fatalf("the upload ends with %d %s", status, code)
		}
		body := `{"type":"DockerBuildRequest","dockerFilePath":"Dockerfile","platform":{"os":"Linux"},"imageNames":["app:1"],` +
			`"isPushEnabled":true,"sourceLocation":"` + where + `"}`
		scheduled := c.do(http.MethodPost, registry+"/scheduleRun", tasksVersion, body)
		id, _ := scheduled.at("id").(string)
		for {
			now := c.do(http.MethodGet, id, tasksVersion, "")
			if status := now.at("properties.status"); status != "Queued" && status != "Running" {
				return now
			}
		}
	}
	good := run("FROM scratch\n")
	images, _ := good.at("properties.outputImages").([]any)
	if good.at("properties.status") != "Succeeded" || len(images) != 1 || !behind.Has(t, behind.Host+"/app:1") {
		t.Errorf("the run has ended with %v", good.at("properties"))
	}
	bad := run("FROM scratch\nRUN false\n")
	id, _ := bad.at("id").(string)
	address, _ := c.do(http.MethodPost, id+"/listLogSasUrl", tasksVersion, "").at("logLink").(string)
	status, _, log := atBlob(t, blobs, http.MethodGet, address, "", nil)
	if bad.at("properties.status") != "Failed" || status != http.StatusOK || !strings.Contains(log, "Step 2/2 : RUN false") {
		t.Errorf("the run has ended with %v, and its log is %d %s", bad.at("properties"), status, log)
	}
	all, _ := c.do(http.MethodGet, registry+"/runs", tasksVersion, "").at("value").([]any)
	if len(all) != 2 {
		t.Errorf("the runs are %v", all)
	}
}

// TestBlobsRefuse what Blob Storage would refuse.
func TestBlobsRefuse(t *testing.T) {
	s := start(t)
	c := connect(t, s)
	registry := c.registry(c.group("rg"), "builds2", "Basic")
	address, _ := c.do(http.MethodPost, registry+"/listBuildSourceUploadUrl", tasksVersion, "").at("uploadUrl").(string)
	blobs := transport(t, s)
	block := map[string]string{"x-ms-blob-type": "BlockBlob"}
	for name, one := range map[string]struct {
		method, address string
		header          map[string]string
		want            string
	}{
		"no kind":           {http.MethodPut, address, nil, "MissingRequiredHeader"},
		"another kind":      {http.MethodPut, address, map[string]string{"x-ms-blob-type": "Blob"}, "InvalidHeaderValue"},
		"another signature": {http.MethodPut, strings.Replace(address, "sig=", "sig=x", 1), block, "AuthenticationFailed"},
		"another method":    {http.MethodGet, address, nil, "AuthorizationPermissionMismatch"},
		"another blob":      {http.MethodPut, strings.Replace(address, "tasks-source", "elsewhere", 1), block, "BlobNotFound"},
		"a token":           {http.MethodPut, address, map[string]string{"x-ms-blob-type": "BlockBlob", "Authorization": "Bearer a"}, "AuthenticationFailed"},
	} {
		if _, code, _ := atBlob(t, blobs, one.method, one.address, "content", one.header); code != one.want {
			t.Errorf("%s: %q, not %q", name, code, one.want)
		}
	}
}

// TestRunsRefused are runs of which nothing can come.
func TestRunsRefused(t *testing.T) {
	s := start(t)
	c := connect(t, s)
	registry := c.registry(c.group("rg"), "builds3", "Basic")
	base := `"type":"DockerBuildRequest","dockerFilePath":"Dockerfile","platform":{"os":"Linux"}`
	for body, want := range map[string]string{
		`{` + base + `}`: "SourceLocationRequired",
		`{` + base + `,"sourceLocation":"a","isPushEnabled":true}`:                                            "ImageNamesRequired",
		`{` + base + `,"sourceLocation":"a","agentPoolName":"none"}`:                                          "AgentPoolNotFound",
		`{"type":"FileTaskRunRequest","taskFilePath":"a","platform":{"os":"Linux"},"sourceLocation":"a.tar"}`: "BadRequest",
	} {
		if got := c.do(http.MethodPost, registry+"/scheduleRun", tasksVersion, body); got.at("error.code") != want {
			t.Errorf("%s: %v, not %s", body, got.at("error"), want)
		}
	}
	if got := c.do(http.MethodGet, registry+"/runs/ca1", tasksVersion, ""); got.status != http.StatusNotFound {
		t.Errorf("a run that is not there: %d", got.status)
	}
}
