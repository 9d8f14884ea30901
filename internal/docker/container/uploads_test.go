package container_test

import (
	"archive/tar"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// entry is a file in a container.
type entry struct {
	mode     os.FileMode
	uid, gid int
	content  string
	link     string
}

// filesIn are the files at a path of a container and below, by their path.
func filesIn(t *testing.T, id, path string) map[string]entry {
	t.Helper()
	archive, _, err := fixture.Client(t).CopyFromContainer(t.Context(), id, path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	out := map[string]entry{}
	for reader := tar.NewReader(archive); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(filepath.Dir(path), header.Name)
		out[name] = entry{header.FileInfo().Mode(), header.Uid, header.Gid, string(content), header.Linkname}
	}
}

// write makes files by their path, folders where the path ends in a slash.
func write(t *testing.T, files map[string]string, mode os.FileMode) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[name]), mode); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// TestUploads is about what is in the container after an upload of every kind.
func TestUploads(t *testing.T) {
	t.Parallel()
	folder := write(t, map[string]string{"a.txt": "a", "bin/run": "run", "bin/deep/er": "er"}, 0o640)
	if err := os.Chmod(filepath.Join(folder, "bin/run"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("bin/run", filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	r, config := resting(t, object{"uploads": object{
		"/srv/text":       object{"content": "text\n", "permissions": "0600", "uid": 1000, "gid": 2000},
		"/srv/empty":      object{"content": ""},
		"/new/deep/bytes": object{"content_base64": base64.StdEncoding.EncodeToString([]byte{0, 255, 10})},
		"/srv/file":       object{"source": filepath.Join(folder, "bin/run")},
		"/srv/link":       object{"source": filepath.Join(folder, "link"), "permissions": "0400"},
		"/srv/folder":     object{"source": folder, "uid": 7},
		"/srv/secret":     object{"content_wo": "s3cret", "permissions": "0400"},
		"/srv/secret64":   object{"content_base64_wo": base64.StdEncoding.EncodeToString([]byte("s3cret"))},
		"/data/in/volume": object{"content": "v"},
		"/toolbox.conf":   object{"content": "c"},
	}, "mounts": object{"/data": object{"type": "volume"}}})
	does(t, r, config, core.Create)
	id := r.String(t, "id")
	want := map[string]entry{
		"/srv/text":               {0o600, 1000, 2000, "text\n", ""},
		"/srv/empty":              {0o644, 0, 0, "", ""},
		"/srv/file":               {0o755, 0, 0, "run", ""},
		"/srv/link":               {0o400, 0, 0, "run", ""},
		"/srv/folder":             {os.ModeDir | 0o755, 7, 0, "", ""},
		"/srv/folder/a.txt":       {0o640, 7, 0, "a", ""},
		"/srv/folder/bin":         {os.ModeDir | 0o755, 7, 0, "", ""},
		"/srv/folder/bin/run":     {0o755, 7, 0, "run", ""},
		"/srv/folder/bin/deep":    {os.ModeDir | 0o755, 7, 0, "", ""},
		"/srv/folder/bin/deep/er": {0o640, 7, 0, "er", ""},
		"/srv/folder/link":        {os.ModeSymlink | 0o777, 7, 0, "", "bin/run"},
		"/srv/secret":             {0o400, 0, 0, "s3cret", ""},
		"/srv/secret64":           {0o644, 0, 0, "s3cret", ""},
	}
	got := filesIn(t, id, "/srv")
	if fixture.Podman(t) { // It shows the container's user as the owner of all files.
		for name, e := range want {
			e.uid, e.gid = 0, 0
			want[name] = e
		}
	}
	if srv := got["/srv"]; srv.uid != 1000 && !fixture.Podman(t) || srv.mode != os.ModeDir|0o755 {
		t.Errorf("a folder of the image was changed: %v", srv)
	}
	delete(got, "/srv")
	if info, err := os.Stat(folder); err == nil {
		dir := want["/srv/folder"]
		dir.mode = info.Mode()
		want["/srv/folder"] = dir
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(entry{})); diff != "" {
		t.Errorf("the files differ (-want +got):\n%s", diff)
	}
	deep := filesIn(t, id, "/new")
	if deep["/new/deep/bytes"].content != "\x00\xff\n" {
		t.Errorf("the bytes are %q", deep["/new/deep/bytes"].content)
	}
	if mode := deep["/new/deep"].mode.Perm(); mode != 0o755 {
		t.Errorf("a folder that had to be made has the mode %o", mode)
	}
	if got := filesIn(t, id, "/data/in/volume")["/data/in/volume"].content; got != "v" {
		t.Errorf("in the volume is %q", got)
	}
}

// TestUploadsOfAnotherUser is about containers that do not run as root: what their user is called, and whether the
// engine's machine has one of that name, means nothing for the owners of files.
func TestUploadsOfAnotherUser(t *testing.T) {
	t.Parallel()
	if fixture.Podman(t) {
		t.Skip("Podman shows the container's user as the owner of all files")
	}
	for _, user := range []string{"daemon", "app", "1234", "1234:5678", "app:1000", "root:root"} {
		t.Run(user, func(t *testing.T) {
			t.Parallel()
			r, config := resting(t, object{"user": user, "uploads": object{
				"/srv/root": object{"content": "r"},
				"/srv/own":  object{"content": "o", "uid": 7, "gid": 8},
			}})
			does(t, r, config, core.Create)
			got := filesIn(t, r.String(t, "id"), "/srv")
			delete(got, "/srv")
			want := map[string]entry{"/srv/root": {0o644, 0, 0, "r", ""}, "/srv/own": {0o644, 7, 8, "o", ""}}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(entry{})); diff != "" {
				t.Errorf("the files are not what was uploaded (-want +got):\n%s", diff)
			}
			r.Destroy(t)
		})
	}
}

// TestUploadsChange is about changes of what was uploaded: they are noticed, and only they.
func TestUploadsChange(t *testing.T) {
	t.Parallel()
	folder := write(t, map[string]string{"a.txt": "a"}, 0o644)
	uploads := func(path string, more object) object {
		base := object{
			"/folder": object{"source": folder}, "/text": object{"content": "one"}, "/secret": object{"content_wo": "hush"},
		}
		if path != "" {
			base[path] = more
		}
		return base
	}
	r, config := resting(t, object{"uploads": uploads("", nil)})
	does(t, r, config, core.Create)
	revision := r.String(t, "uploads_revision")
	again := func(what string, want core.Action) {
		t.Helper()
		if change := r.Plan(t, config); change.Action != want {
			t.Errorf("%s is planned to %s %v, want %s", what, change.Action, change.Replace, want)
		}
	}
	file := filepath.Join(folder, "a.txt")
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(file, long, long); err != nil {
		t.Fatal(err)
	}
	again("another time of a file", core.NoOp)
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	again("another mode of a file", core.Replace)
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	again("the mode it had", core.NoOp)
	if err := os.WriteFile(file, []byte("b"), 0o600); err != nil {
		t.Fatal(err)
	}
	again("another content of a file", core.Replace)
	does(t, r, config, core.Replace)
	if got := filesIn(t, r.String(t, "id"), "/folder")["/folder/a.txt"].content; got != "b" {
		t.Errorf("the container has %q", got)
	}
	if r.String(t, "uploads_revision") == revision {
		t.Error("the revision is the same although the content is another one")
	}
	for _, change := range []struct {
		path string
		to   object
	}{
		{"/text", object{"content": "two"}},
		{"/text", object{"content": "one", "permissions": "0600"}},
		{"/text", object{"content": "one", "uid": 1}},
		{"/secret", object{"content_wo": "hushed"}},
		{"/new", object{"content": "one"}},
	} {
		config["uploads"] = uploads(change.path, change.to)
		again(fmt.Sprint(change), core.Replace)
	}
	does(t, r, config, core.Replace)
	does(t, r, without(config, "uploads"), core.Replace)
	if r.State().Has("uploads_revision") {
		t.Error("there is a revision of no uploads")
	}
	does(t, r, config, core.Replace)
}

// TestUploadsKnownLater is about contents that a plan does not know yet.
func TestUploadsKnownLater(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"content", "content_wo"} {
		r, config := resting(t, object{"uploads": object{"/file": object{kind: "one"}}})
		unknown := with(config, "uploads", object{"/file": object{kind: core.Unknown}})
		r.ApplyPlanned(t, unknown, config)
		r.ExpectEmptyPlan(t, config)
		config["uploads"] = object{"/file": object{kind: "two"}}
		r.ApplyPlanned(t, unknown, config)
		r.ExpectEmptyPlan(t, config)
		if got := filesIn(t, r.String(t, "id"), "/file")["/file"].content; got != "two" {
			t.Errorf("%s: the container has %q", kind, got)
		}
		r.ApplyPlanned(t, unknown, config)
		r.ExpectEmptyPlan(t, config)
	}
}

// TestSecretUploads are nowhere but in the container.
func TestSecretUploads(t *testing.T) {
	t.Parallel()
	const secret = "correct-horse-battery"
	encoded := base64.StdEncoding.EncodeToString([]byte(secret))
	r, config := resting(t, object{"uploads": object{
		"/a": object{"content_wo": secret}, "/b": object{"content_base64_wo": encoded},
	}})
	change := r.Apply(t, config)
	state, err := r.StateJSON()
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{
		"plan": change.Planned.Raw().String(), "planned private state": string(change.Private), "state": string(state),
		"private state": string(r.Private()), "messages": change.Diagnostics.String(),
	} {
		if strings.Contains(text, secret) || strings.Contains(text, encoded) {
			t.Errorf("the secret is in the %s:\n%s", where, text)
		}
	}
	r.ExpectEmptyPlan(t, config)
	other, config := resting(t, object{"uploads": config["uploads"]})
	does(t, other, config, core.Create)
	if r.String(t, "uploads_revision") == other.String(t, "uploads_revision") {
		t.Error("equal secrets have equal revisions, which tells that they are equal")
	}
}
