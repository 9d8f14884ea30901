package buildcontext

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestOpenFindsTheDockerfile(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files files  // below a directory that holds the context "ctx"
		dir   string // default: ctx
		opts  Options
		abs   bool   // make opts.Dockerfile absolute, below the same directory
		path  string // wanted: directory and name
		text  string
		sent  string
	}{
		"default": {
			files: files{"ctx/Dockerfile": "FROM a", "ctx/dockerfile.x": ""},
			path:  "ctx/Dockerfile", text: "FROM a", sent: "Dockerfile",
		},
		"lower case": {
			files: files{"ctx/dockerfile": "FROM a"},
			path:  "ctx/dockerfile", text: "FROM a", sent: "dockerfile",
		},
		"relative to the context": {
			files: files{"ctx/docker/web.Dockerfile": "FROM a"}, opts: Options{Dockerfile: "./docker/x/../web.Dockerfile"},
			path: "ctx/docker/web.Dockerfile", text: "FROM a", sent: "docker/web.Dockerfile",
		},
		"absolute inside": {
			files: files{"ctx/docker/web": "FROM a"}, opts: Options{Dockerfile: "ctx/docker/web"}, abs: true,
			path: "ctx/docker/web", text: "FROM a", sent: "docker/web",
		},
		"relative outside": {
			files: files{"ctx/": "", "other/web": "FROM a"}, opts: Options{Dockerfile: "../other/web"},
			path: "other/web", text: "FROM a", sent: ".dockerfile.",
		},
		"absolute outside": {
			files: files{"ctx/": "", "other/web": "FROM a"}, opts: Options{Dockerfile: "other/web"}, abs: true,
			path: "other/web", text: "FROM a", sent: ".dockerfile.",
		},
		"openly outside through a link": {
			files: files{"ctx/": "", "other": "-> real", "real": "FROM a"}, opts: Options{Dockerfile: "../other"},
			path: "other", text: "FROM a", sent: ".dockerfile.",
		},
		"inline": {
			files: files{"ctx/Dockerfile": "FROM b"}, opts: Options{InlineDockerfile: "FROM a"},
			text: "FROM a", sent: ".dockerfile.",
		},
		"link within the context": {
			files: files{"ctx/Dockerfile": "-> docker/web", "ctx/docker/web": "FROM a"},
			path:  "ctx/Dockerfile", text: "FROM a", sent: "docker/web",
		},
		"context is a link": {
			files: files{"link": "-> ctx", "ctx/Dockerfile": "FROM a"}, dir: "link",
			path: "ctx/Dockerfile", text: "FROM a", sent: "Dockerfile",
		},
		"context is a link, absolute path through it": {
			files: files{"link": "-> ctx", "ctx/web": "FROM a"}, dir: "link", opts: Options{Dockerfile: "link/web"}, abs: true,
			path: "link/web", text: "FROM a", sent: "web",
		},
		"a name that starts with two dots": {
			files: files{"ctx/..web": "FROM a"}, opts: Options{Dockerfile: "..web"},
			path: "ctx/..web", text: "FROM a", sent: "..web",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := realDir(t)
			tt.files.write(t, base)
			if tt.abs {
				tt.opts.Dockerfile = filepath.Join(base, tt.opts.Dockerfile)
			}
			if tt.dir == "" {
				tt.dir = "ctx"
			}
			c := mustOpen(t, filepath.Join(base, tt.dir), tt.opts)
			dir, file := c.Dockerfile()
			wantDir, wantFile := "", "Dockerfile"
			if tt.path != "" {
				wantDir, wantFile = filepath.Split(filepath.Join(base, filepath.FromSlash(tt.path)))
			}
			if dir != filepath.Clean(wantDir) && dir != wantDir || file != wantFile {
				t.Errorf("Dockerfile() = %q, %q, want %q, %q", dir, file, wantDir, wantFile)
			}
			if got := string(c.DockerfileBytes()); got != tt.text {
				t.Errorf("DockerfileBytes() = %q, want %q", got, tt.text)
			}
			if got := c.TarDockerfile(); got != tt.sent && (!strings.HasSuffix(tt.sent, ".") || !strings.HasPrefix(got, tt.sent)) {
				t.Errorf("TarDockerfile() = %q, want %q", got, tt.sent)
			}
			if want := filepath.Join(base, "ctx"); c.Dir() != want {
				t.Errorf("Dir() = %q, want %q", c.Dir(), want)
			}
		})
	}
}

// realDir is a temporary directory without links in its path.
func realDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	check(t, err)
	return dir
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files files
		dir   string
		opts  Options
		input Input
		is    error
		path  string
	}{
		"no context":           {dir: "-", input: InputContext, is: ErrMissing},
		"missing context":      {dir: "ctx", input: InputContext, is: fs.ErrNotExist, path: "ctx"},
		"context is a file":    {files: files{"ctx": ""}, dir: "ctx", input: InputContext, is: ErrNotDirectory, path: "ctx"},
		"context is dangling":  {files: files{"ctx": "-> gone"}, dir: "ctx", input: InputContext, is: fs.ErrNotExist, path: "ctx"},
		"missing default":      {files: files{"a": ""}, input: InputDockerfile, is: fs.ErrNotExist, path: "Dockerfile"},
		"missing Dockerfile":   {opts: Options{Dockerfile: "d/web"}, input: InputDockerfile, is: fs.ErrNotExist, path: "d/web"},
		"Dockerfile directory": {files: files{"Dockerfile/": ""}, input: InputDockerfile, is: ErrNotRegular, path: "Dockerfile"},
		"Dockerfile is ctx":    {opts: Options{Dockerfile: "."}, input: InputDockerfile, is: ErrNotRegular},
		"empty Dockerfile":     {files: files{"Dockerfile": " \n\t"}, input: InputDockerfile, is: ErrEmpty, path: "Dockerfile"},
		"blank inline":         {opts: Options{InlineDockerfile: "\n"}, input: InputDockerfile, is: ErrEmpty},
		"path and inline": {
			files: files{"web": scratch}, opts: Options{Dockerfile: "web", InlineDockerfile: scratch},
			input: InputDockerfile, is: ErrConflict,
		},
		"escapes by a link": {
			files: files{"ctx/Dockerfile": "-> ../secret", "secret": scratch}, dir: "ctx",
			input: InputDockerfile, is: ErrEscapes, path: "ctx/Dockerfile",
		},
		"escapes by a directory": {
			files: files{"ctx/d": "-> ../out", "out/web": scratch}, dir: "ctx", opts: Options{Dockerfile: "d/web"},
			input: InputDockerfile, is: ErrEscapes, path: "ctx/d/web",
		},
		"escapes in steps": {
			files: files{"ctx/a": "-> b", "ctx/b": "-> ../c", "c": scratch}, dir: "ctx", opts: Options{Dockerfile: "a"},
			input: InputDockerfile, is: ErrEscapes, path: "ctx/a",
		},
		"escapes, absolute through a linked context": {
			files: files{"link": "-> ctx", "ctx/Dockerfile": "-> ../secret", "secret": scratch}, dir: "link",
			opts: Options{Dockerfile: "/link/Dockerfile"}, input: InputDockerfile, is: ErrEscapes, path: "link/Dockerfile",
		},
		"dangling Dockerfile": {files: files{"Dockerfile": "-> gone"}, input: InputDockerfile, is: fs.ErrNotExist, path: "Dockerfile"},
		"ignore directory": {
			files: files{"Dockerfile": scratch, ".dockerignore/": ""}, input: InputIgnore, is: ErrNotRegular, path: ".dockerignore",
		},
		"lone exclamation mark": {
			files: files{"Dockerfile": scratch, ".dockerignore": "a\n!\n"}, input: InputIgnore, is: ErrPattern, path: ".dockerignore",
		},
		"bad bracket": {
			files: files{"Dockerfile": scratch, "Dockerfile.dockerignore": "[a"},
			input: InputIgnore, is: ErrPattern, path: "Dockerfile.dockerignore",
		},
		"range that is none": {
			files: files{"Dockerfile": scratch, ".dockerignore": "a\n[b-a]"}, input: InputIgnore, is: ErrPattern, path: ".dockerignore",
		},
		"exception that is none": {
			files: files{"Dockerfile": scratch, ".dockerignore": "a\n![b-a]"}, input: InputIgnore, is: ErrPattern, path: ".dockerignore",
		},
		"bad exception": {
			files: files{"Dockerfile": scratch, ".dockerignore": "![[a-]"}, input: InputIgnore, is: ErrPattern, path: ".dockerignore",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := realDir(t)
			tt.files.write(t, base)
			if below, ok := strings.CutPrefix(tt.opts.Dockerfile, "/"); ok {
				tt.opts.Dockerfile = filepath.Join(base, below)
			}
			dir := filepath.Join(base, tt.dir)
			if tt.dir == "-" {
				dir = ""
			}
			_, err := Open(dir, tt.opts)
			e, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("Open: %v, want *Error", err)
			}
			if e.Input != tt.input || !errors.Is(err, tt.is) {
				t.Errorf("Open: %v (%s), want %v of %s", err, e.Input, tt.is, tt.input)
			}
			if want := filepath.Join(base, filepath.FromSlash(tt.path)); tt.path != "" && e.Path != want {
				t.Errorf("Path = %q, want %q", e.Path, want)
			}
			if strings.Count(err.Error(), e.Path) != 1 && e.Path != "" {
				t.Errorf("%q does not name the path once", err)
			}
		})
	}
}

func TestOpenRefusesLargeText(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	name := filepath.Join(root, "Dockerfile")
	check(t, os.WriteFile(name, []byte(scratch), 0o600))
	check(t, os.Truncate(name, maxText+1))
	if _, err := Open(root, Options{}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("Open: %v, want %v", err, ErrTooLarge)
	}
	check(t, os.Truncate(name, maxText))
	mustOpen(t, root, Options{})
}

func TestOpenDoesNotShareItsSlices(t *testing.T) {
	t.Parallel()
	c := mustOpen(t, files{"Dockerfile": scratch, ".dockerignore": "a"}.write(t, t.TempDir()), Options{})
	c.Excludes()[0] = "*"
	c.DockerfileBytes()[0] = 'X'
	c.IgnoreBytes()[0] = '*'
	if got := c.Excludes()[0] + string(c.IgnoreBytes()) + string(c.DockerfileBytes()); got != "aa"+scratch {
		t.Errorf("changed from outside: %q", got)
	}
}

func TestUnreadableFileIsNamed(t *testing.T) {
	t.Parallel()
	root, name := t.TempDir(), "key"
	switch {
	case runtime.GOOS == "windows":
		t.Skip("there are no permission bits on Windows")
	case os.Geteuid() != 0:
		check(t, os.WriteFile(filepath.Join(root, name), nil, 0o000))
	default:
		// The superuser reads everything but this.
		root, name = "/proc/sys/net/ipv4/route", "flush"
		if _, err := os.Stat(filepath.Join(root, name)); err != nil {
			t.Skip("no file here that the superuser cannot read")
		}
	}
	c := mustOpen(t, root, Options{InlineDockerfile: scratch})
	root = c.Dir()
	_, hashErr := c.Hash(t.Context())
	r := c.Tar(t.Context())
	_, tarErr := drain(r)
	check(t, r.Close())
	for _, err := range []error{hashErr, tarErr} {
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Input != InputContext || e.Path != filepath.Join(root, name) || !errors.Is(err, fs.ErrPermission) {
			t.Errorf("got %v, want permission denied for %s", err, name)
		}
	}
}
