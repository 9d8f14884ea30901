package buildcontext

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"
)

const (
	// hashScheme names the way the hash is computed. It changes whenever the
	// same context would hash differently.
	hashScheme = "h1:"
	// hashAhead bounds how many entries may be under way, and so the memory.
	hashAhead = 512
	// bufferSize is large enough that reading costs little beside hashing.
	bufferSize = 128 << 10
)

// Hash returns the content hash of the context, "h1:" and 64 hexadecimal
// digits: equal for equal contexts on every machine, different when anything
// differs that the package documentation lists. It streams; memory does not
// grow with the size or the number of files.
//
// An entry that cannot be read is an [*Error] with [InputContext]. When ctx
// ends, its error is returned.
func (c *Context) Hash(ctx context.Context) (string, error) {
	group, ctx := errgroup.WithContext(ctx)
	var (
		work    = make(chan *hashJob)
		ordered = make(chan *hashJob, hashAhead)
		sum     = sha256.New()
	)
	text := sha256.Sum256(c.dockerfile.data)
	sum.Write(text[:])

	group.Go(func() error {
		defer close(work)
		defer close(ordered)
		return c.walk(ctx, func(e entry) error {
			job := &hashJob{entry: e, done: make(chan struct{})}
			if err := send(ctx, ordered, job); err != nil {
				return err
			}
			return send(ctx, work, job)
		})
	})
	for range hashWorkers() {
		group.Go(func() error {
			buf := make([]byte, bufferSize)
			for job := range work {
				job.record, job.err = c.record(ctx, job.entry, buf)
				close(job.done)
			}
			return nil
		})
	}
	group.Go(func() error { return collect(ctx, sum, ordered) })
	if err := group.Wait(); err != nil {
		return "", err
	}
	return hashScheme + hex.EncodeToString(sum.Sum(nil)), nil
}

// hashJob is an entry on its way: record and err are set once done is closed.
type hashJob struct {
	entry  entry
	done   chan struct{}
	record []byte
	err    error
}

// hashWorkers leaves room for one more than the processors, so that one of
// them waits for the disk while the others compute.
func hashWorkers() int { return min(runtime.GOMAXPROCS(0)+1, 16) }

func send(ctx context.Context, ch chan<- *hashJob, job *hashJob) error {
	select {
	case ch <- job:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// collect adds the records to sum in the order of the walk.
func collect(ctx context.Context, sum io.Writer, ordered <-chan *hashJob) error {
	for job := range ordered {
		select {
		case <-job.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if job.err != nil {
			return job.err
		}
		if _, err := sum.Write(job.record); err != nil {
			return err
		}
	}
	return nil
}

// record describes an entry: kind, permissions, path, and the link target or
// the digest of the contents. Every field has a fixed or a leading length, so
// that no two contexts have the same records. An entry that is gone has none.
func (c *Context) record(ctx context.Context, e entry, buf []byte) ([]byte, error) {
	record, err := c.describe(ctx, e, buf)
	switch {
	case err == nil:
		return record, nil
	case gone(err):
		return nil, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	return nil, failed(InputContext, e.path, err)
}

func (c *Context) describe(ctx context.Context, e entry, buf []byte) ([]byte, error) {
	switch e.Type() {
	case 0:
		return c.describeFile(ctx, e, buf)
	case fs.ModeSymlink:
		target, err := os.Readlink(e.path)
		if err != nil {
			return nil, err
		}
		// The permissions of a link mean nothing and differ by system.
		return appendString(header('l', 0, e.rel), filepath.ToSlash(target)), nil
	}
	fi, err := e.Info()
	if err != nil {
		return nil, err
	}
	return header(kind(fi.Mode()), permissions(fi.Mode()), e.rel), nil
}

func (c *Context) describeFile(ctx context.Context, e entry, buf []byte) ([]byte, error) {
	f, fi, err := openRegular(e.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	record := header('f', permissions(fi.Mode()), e.rel)
	if e.rel == c.ignore.rel {
		return append(record, make([]byte, sha256.Size)...), nil
	}
	sum := sha256.New()
	for {
		n, err := f.Read(buf)
		sum.Write(buf[:n])
		if errors.Is(err, io.EOF) {
			return sum.Sum(record), nil
		}
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
}

func kind(mode fs.FileMode) byte {
	switch {
	case mode.IsDir():
		return 'd'
	case mode&fs.ModeNamedPipe != 0:
		return 'p'
	case mode&fs.ModeCharDevice != 0:
		return 'c'
	}
	return 'b'
}

func header(kind byte, permissions int64, rel string) []byte {
	record := make([]byte, 0, 1+4+4+len(rel)+sha256.Size)
	record = append(record, kind)
	record = binary.BigEndian.AppendUint32(record, uint32(permissions))
	return appendString(record, rel)
}

func appendString(record []byte, s string) []byte {
	record = binary.BigEndian.AppendUint32(record, uint32(len(s)))
	return append(record, s...)
}
