package transfer

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// files are the files of a folder or of an archive, by names with slashes.
type files interface {
	// open returns fs.ErrNotExist for a file that is not there.
	open(name string) (*section, error)
	// size is that of a file.
	size(name string) (int64, bool)
	io.Closer
}

// shut closes what was only read: nothing can be done about what does not close.
func shut(file io.Closer) { _ = file.Close() }

// section is an open file, or a part of one.
type section struct {
	*io.SectionReader

	closer io.Closer
}

// Close is part of io.Closer.
func (s *section) Close() error {
	if s.closer == nil {
		return nil
	}
	return s.closer.Close()
}

// folder is a folder. Nothing outside of it is read, whatever links it has.
type folder struct{ root *os.Root }

func (f folder) open(name string) (*section, error) {
	file, err := f.root.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: errors.New("it is no file")}
	}
	if err != nil {
		shut(file)
		return nil, err
	}
	return &section{io.NewSectionReader(file, 0, info.Size()), file}, nil
}

func (f folder) size(name string) (int64, bool) {
	info, err := f.root.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return 0, false
	}
	return info.Size(), true
}

func (f folder) Close() error { return f.root.Close() }

// tarball is an archive that is read where it is.
type tarball struct {
	file  openFile
	parts map[string]part
}

// part is where a file is in an archive, or the name of the file that it is a link to.
type part struct {
	at, size int64
	link     string
}

// maxLinks is how many links may follow each other.
const maxLinks = 10

// list finds the files in an archive, which it takes over. It returns an ErrArchive for one that is damaged or cut off.
func list(ctx context.Context, name string, file openFile) (*tarball, error) {
	t := &tarball{file: file, parts: make(map[string]part)}
	info, err := file.Stat()
	if err != nil {
		return nil, failed(ErrArchive, err, "%s cannot be read", name)
	}
	size := info.Size()
	// The reader of tar seeks over what it does not read, also over the end.
	section := io.NewSectionReader(file, 0, size)
	archive := tar.NewReader(section)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, failed(ErrArchive, err, "%s is damaged or cut off, or no archive", name)
		}
		at, err := section.Seek(0, io.SeekCurrent)
		if err != nil {
			return nil, failed(ErrArchive, err, "%s cannot be read", name)
		}
		if at+header.Size > size && header.Typeflag == tar.TypeReg {
			return nil, failed(ErrArchive, nil, "%s is cut off in %s", name, header.Name)
		}
		t.add(header, at)
	}
}

func (t *tarball) add(header *tar.Header, at int64) {
	name := tidy(header.Name)
	switch header.Typeflag {
	case tar.TypeReg:
		t.parts[name] = part{at: at, size: header.Size}
	case tar.TypeSymlink:
		t.parts[name] = part{link: tidy(path.Join(path.Dir(name), header.Linkname))}
	case tar.TypeLink:
		t.parts[name] = part{link: tidy(header.Linkname)}
	}
}

func tidy(name string) string { return strings.TrimPrefix(path.Clean("/"+name), "/") }

// find follows links.
func (t *tarball) find(name string) (part, bool) {
	name = tidy(name)
	for range maxLinks {
		found, ok := t.parts[name]
		if !ok || found.link == "" {
			return found, ok
		}
		name = found.link
	}
	return part{}, false
}

func (t *tarball) open(name string) (*section, error) {
	found, ok := t.find(name)
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &section{SectionReader: io.NewSectionReader(t.file, found.at, found.size)}, nil
}

func (t *tarball) size(name string) (int64, bool) {
	found, ok := t.find(name)
	return found.size, ok
}

func (t *tarball) Close() error { return t.file.Close() }
