package tf

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// secretRounds make guessing a weak secret from its digest slow: about a hundredth of a second for each guess.
const secretRounds = 50_000

// Revision is a salted digest of contents. It tells whether contents changed, and nothing else about them.
type Revision struct {
	hash.Hash
	salt string
	err  error
}

// NewSalt is a random salt for a Revision.
func NewSalt() string {
	return rand.Text()
}

// NewRevision begins a digest with the salt.
func NewRevision(salt string) *Revision {
	return &Revision{Hash: hmac.New(sha256.New, []byte(salt)), salt: salt}
}

// AddSecret adds a secret by a slow digest of its own.
func (r *Revision) AddSecret(name string, secret []byte) {
	slow, err := pbkdf2.Key(sha256.New, string(secret), []byte(r.salt+name), secretRounds, sha256.Size)
	if err != nil {
		r.err = err
		return
	}
	r.Write(slow)
}

// String is the digest as text, empty if it could not be made.
func (r *Revision) String() string {
	if r.err != nil {
		return ""
	}
	return hex.EncodeToString(r.Sum(nil))[:32]
}

// Base64 refuses text that is no base64.
func Base64() validator.String {
	return check{summary: "Invalid base64", problem: func(s string) error {
		if _, err := base64.StdEncoding.DecodeString(s); err != nil {
			return fmt.Errorf("this is no base64: use the function base64encode or filebase64")
		}
		return nil
	}}
}
