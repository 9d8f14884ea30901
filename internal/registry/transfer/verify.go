package transfer

import (
	"crypto"
	_ "crypto/sha256" // The algorithms of digests that images have.
	_ "crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// hasher returns what makes digests of the algorithm, or an ErrArchive if there is no such algorithm.
func hasher(digest v1.Hash) (hash.Hash, error) {
	switch digest.Algorithm {
	case "sha256":
		return crypto.SHA256.New(), nil
	case "sha512":
		return crypto.SHA512.New(), nil
	}
	return nil, failed(ErrArchive, nil, "%s is a digest of an algorithm that is not known", digest)
}

// verified reads a blob whole, and fails in place of its last bytes if they do not make its digest.
type verified struct {
	io.ReadCloser

	digest v1.Hash
	left   int64
	sum    hash.Hash
	name   string
}

// Read is part of io.Reader.
func (v *verified) Read(p []byte) (int, error) {
	if v.left == 0 {
		return 0, io.EOF
	}
	n, err := v.ReadCloser.Read(p[:min(int64(len(p)), v.left)])
	v.sum.Write(p[:n])
	v.left -= int64(n)
	switch {
	case v.left == 0:
		if has := hex.EncodeToString(v.sum.Sum(nil)); has != v.digest.Hex {
			return 0, failed(ErrArchive, nil, "%s is damaged: what it has for %s has the digest %s:%s", v.name, v.digest, v.digest.Algorithm, has)
		}
		return n, nil
	case errors.Is(err, io.EOF):
		return n, failed(ErrArchive, io.ErrUnexpectedEOF, "%s is damaged in %s", v.name, v.digest)
	case err != nil:
		return n, fmt.Errorf("reading %s: %w", v.name, err)
	}
	return n, nil
}
