package buildcontext

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/go-archive"
	"github.com/moby/patternmatcher"
)

// Tar streams the context as an archive for the classic builder; its
// Dockerfile is called [Context.TarDockerfile] there. Entries belong to root,
// keep their permissions and their times: COPY puts the times into the image,
// here as with Docker's own client, while the builder's cache disregards them.
// Hard links are files, names are slash-separated, long names use PAX records.
//
// The Dockerfile and .dockerignore are sent even if they are ignored; builders
// need them and drop them from the context themselves. What [Context.Hash]
// sees is in the archive either way.
//
// Reading returns an [*Error] if a file cannot be read, and the error of ctx
// when that ends. The reader must be closed, also before its end.
func (c *Context) Tar(ctx context.Context) io.ReadCloser {
	pr, pw := io.Pipe()
	stop := context.AfterFunc(ctx, func() { pw.CloseWithError(ctx.Err()) })
	s := &tarStream{PipeReader: pr, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		defer stop()
		pw.CloseWithError(c.writeTar(ctx, pw))
	}()
	return s
}

// TarDockerfile returns the name of the Dockerfile within the archive of
// [Context.Tar]. A Dockerfile from outside of the context, or given as text,
// gets a name that no file of the context has.
func (c *Context) TarDockerfile() string { return c.sentAs }

type tarStream struct {
	*io.PipeReader
	done chan struct{}
}

// Close ends the archive and waits until no file is open any more.
func (s *tarStream) Close() error {
	err := s.PipeReader.Close()
	<-s.done
	return err
}

func (c *Context) writeTar(ctx context.Context, w io.Writer) error {
	bw := bufio.NewWriterSize(w, bufferSize)
	t := tarWriter{Writer: tar.NewWriter(bw), ctx: ctx, buf: make([]byte, bufferSize)}
	extra := c.extraFiles()
	err := c.walk(ctx, func(e entry) error {
		if slices.ContainsFunc(extra, func(x extraFile) bool { return x.name == e.rel && x.replace }) {
			return nil
		}
		extra = slices.DeleteFunc(extra, func(x extraFile) bool { return x.name == e.rel })
		return t.add(e)
	})
	if err != nil {
		return err
	}
	for _, x := range extra {
		if err := t.addBytes(x.name, x.data); err != nil {
			return err
		}
	}
	return errors.Join(t.Close(), bw.Flush())
}

type tarWriter struct {
	*tar.Writer
	ctx context.Context
	buf []byte
}

func (t tarWriter) addBytes(name string, data []byte) error {
	hdr := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(data)), Format: tar.FormatPAX}
	if err := t.WriteHeader(hdr); err != nil {
		return err
	}
	_, err := t.Write(data)
	return err
}

func (t tarWriter) add(e entry) error {
	if e.Type().IsRegular() {
		return t.addFile(e)
	}
	var link string
	fi, err := e.Info()
	if err == nil && e.Type() == fs.ModeSymlink {
		link, err = os.Readlink(e.path)
	}
	if gone(err) {
		return nil
	}
	if err != nil {
		return failed(InputContext, e.path, err)
	}
	return t.writeHeader(e, fi, filepath.ToSlash(link))
}

func (t tarWriter) addFile(e entry) error {
	f, fi, err := openRegular(e.path)
	if gone(err) {
		return nil
	}
	if err != nil {
		return failed(InputContext, e.path, err)
	}
	defer f.Close()
	if err := t.writeHeader(e, fi, ""); err != nil {
		return err
	}
	// The header is out: exactly that many bytes must follow, even if the file
	// grows or shrinks now.
	for left := fi.Size(); left > 0; {
		if err := t.ctx.Err(); err != nil {
			return err
		}
		n, err := f.Read(t.buf[:min(left, int64(len(t.buf)))])
		if errors.Is(err, io.EOF) {
			err = ErrChanged
		}
		if err != nil {
			return failed(InputContext, e.path, err)
		}
		if _, err := t.Write(t.buf[:n]); err != nil {
			return err
		}
		left -= int64(n)
	}
	return nil
}

func (t tarWriter) writeHeader(e entry, fi fs.FileInfo, link string) error {
	hdr, err := archive.FileInfoHeader(e.rel, fi, link)
	if err != nil {
		return failed(InputContext, e.path, err)
	}
	hdr.Uid, hdr.Gid, hdr.Uname, hdr.Gname = 0, 0, "", ""
	if hdr.Typeflag == tar.TypeReg {
		if err := archive.ReadSecurityXattrToTarHeader(e.path, hdr); err != nil {
			return failed(InputContext, e.path, err)
		}
	}
	return t.WriteHeader(hdr)
}

// extraFile is a file that the archive needs beside those of the context. One
// that does not replace the file of the same name yields to it.
type extraFile struct {
	name    string
	data    []byte
	replace bool
}

// archiveName decides what the Dockerfile is called in the archive. It keeps
// its name where the builder finds it there and knows by .dockerignore whether
// it belongs to the context. Otherwise it gets a name of its own, made from
// its text so that the archive is the same each time.
func (c *Context) archiveName() (string, error) {
	if c.dockerfile.rel != "" && (c.ignore.root || !c.ignored(c.dockerfile.rel)) {
		return c.dockerfile.rel, nil
	}
	text := sha256.Sum256(c.dockerfile.data)
	name := ".dockerfile." + hex.EncodeToString(text[:10])
	for {
		path := filepath.Join(c.root, name)
		_, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return name, nil
		}
		if err != nil {
			return "", failed(InputContext, path, err)
		}
		name += "0"
	}
}

func (c *Context) ignored(rel string) bool {
	// The patterns were all tried when they were read.
	ignored, err := patternmatcher.MatchesOrParentMatches(rel, c.ignore.patterns)
	return err == nil && ignored
}

// extraFiles returns what the archive needs so that a builder which reads
// .dockerignore again (Docker's looks there for the Dockerfile and for
// .dockerignore itself, Podman's applies all of it) ends with the context that
// the patterns of c describe.
func (c *Context) extraFiles() []extraFile {
	var (
		extra   = []extraFile{{name: c.sentAs, data: c.dockerfile.data}}
		content []byte
		lines   []string
	)
	if c.ignore.root {
		content = c.ignore.data
	} else {
		// Missing, or not a file that a builder could read.
		data, err := readText(filepath.Join(c.root, ignoreFile))
		if err == nil && !c.ignored(ignoreFile) {
			content, lines = data, []string{"!**"}
		} else if c.sentAs != c.dockerfile.rel {
			content = []byte(ignoreFile)
		}
	}
	if c.sentAs != c.dockerfile.rel {
		lines = append(lines, c.sentAs)
	}
	if len(lines) > 0 {
		content = []byte(string(content) + "\n" + strings.Join(lines, "\n") + "\n")
	}
	if c.ignore.root || len(lines) > 0 {
		extra = append(extra, extraFile{name: ignoreFile, data: content, replace: len(lines) > 0})
	}
	return extra
}
