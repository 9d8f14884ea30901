package transfer

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/klauspost/compress/zstd"
)

// gzipMagic and zstdMagic are how compressed files begin.
var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// temporary is a file that is gone when it is closed, or when the process ends. Where open files have to keep their names,
// it is gone only when it is closed.
type temporary struct {
	*os.File

	gone bool
}

func newTemporary() (*temporary, error) {
	file, err := os.CreateTemp("", "containers-transfer-")
	if err != nil {
		return nil, err
	}
	return &temporary{File: file, gone: os.Remove(file.Name()) == nil}, nil
}

// Close is part of io.Closer.
func (t *temporary) Close() error {
	err := t.File.Close()
	if t.gone {
		return err
	}
	t.gone = true
	return errors.Join(err, os.Remove(t.Name()))
}

// openFile is a file that is read in any order.
type openFile interface {
	io.ReaderAt
	io.Closer
	Stat() (fs.FileInfo, error)
}

// unpacked returns a file itself, or a temporary one with what it holds if it is compressed. It takes the file over.
func unpacked(ctx context.Context, name string, file *os.File) (openFile, error) {
	head := make([]byte, len(zstdMagic))
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.Join(failed(ErrArchive, err, "%s cannot be read", name), file.Close())
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(failed(ErrArchive, err, "%s cannot be read", name), file.Close())
	}
	head = head[:n]
	if !bytes.HasPrefix(head, gzipMagic) && !bytes.HasPrefix(head, zstdMagic) {
		return file, nil
	}
	defer shut(file)
	stream, err := decompress(file, head)
	if err != nil {
		return nil, failed(ErrArchive, err, "%s is damaged", name)
	}
	defer stream.Close()
	return spool(ctx, name, stream)
}

func decompress(from io.Reader, head []byte) (io.ReadCloser, error) {
	buffered := bufio.NewReaderSize(from, bufferSize)
	if bytes.HasPrefix(head, gzipMagic) {
		return gzip.NewReader(buffered)
	}
	reader, err := zstd.NewReader(buffered)
	if err != nil {
		return nil, err
	}
	return reader.IOReadCloser(), nil
}

// bufferSize is that of buffers for files.
const bufferSize = 256 << 10

// spool writes a stream to a temporary file. It returns an ErrArchive for a stream that breaks off, and the errors of the
// context.
func spool(ctx context.Context, name string, stream io.Reader) (*temporary, error) {
	file, err := newTemporary()
	if err != nil {
		return nil, err
	}
	source := &failing{Reader: reading(ctx, stream)}
	if _, err := io.CopyBuffer(struct{ io.Writer }{file}, source, make([]byte, bufferSize)); err != nil {
		shut(file)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case source.err != nil:
			return nil, failed(ErrArchive, err, "%s is damaged or cut off", name)
		}
		return nil, err
	}
	return file, nil
}

// failing remembers that it was the source that failed.
type failing struct {
	io.Reader

	err error
}

// Read is part of io.Reader.
func (f *failing) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

// reading stops when the context ends.
func reading(ctx context.Context, from io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return from.Read(p)
	})
}

type readerFunc func([]byte) (int, error)

// Read is part of io.Reader.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
