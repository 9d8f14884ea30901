package armsim

import (
	"net/http"
	"time"
)

const tokenType = registryType + "/tokens"

// generateCredentials makes the password of a token that is named, or both. It shows those that it made, this once.
func (s *Server) generateCredentials(a Action) (int, any) {
	token := s.find(textAt(a.Body, "tokenId"))
	if token == nil || !token.is(tokenType) {
		return http.StatusNotFound, fail(0, "TokenNotFound", "The token '%s' was not found.", textAt(a.Body, "tokenId")).body()
	}
	names := []string{"password1", "password2"}
	if name := textAt(a.Body, "name"); name != "" {
		names = []string{name}
	}
	expiry := textAt(a.Body, "expiry")
	if ends, err := time.Parse(time.RFC3339, expiry); expiry != "" && (err != nil || ends.Before(time.Now())) {
		return http.StatusBadRequest, fail(0, "InvalidExpiry", "The expiry '%s' is not a time in the future.", expiry).body()
	}
	made := []any{}
	for _, name := range names {
		shown := object{"name": name, "creationTime": time.Now().UTC().Format(time.RFC3339Nano)}
		if expiry != "" {
			shown["expiry"] = expiry
		}
		token.stable["password/"+name] = shown
		token.keepPassword(name)
		with := cloneObject(shown)
		with["value"] = newKey()
		made = append(made, with)
	}
	token.fillPasswords()
	return http.StatusOK, object{"username": token.name, "passwords": made}
}

// keepPassword adds a password to those that the token has.
func (r *resource) keepPassword(name string) {
	fillAt(r.sent, "properties.credentials.passwords", []any{}, false)
	list, _ := valueAt(r.sent, "properties.credentials.passwords").([]any)
	for _, one := range list {
		if known, _ := one.(object); known["name"] == name {
			return
		}
	}
	fillAt(r.sent, "properties.credentials.passwords", append(list, object{"name": name}), true)
}

// fillPasswords shows of the passwords that a token has what is known of them. Writes name those that stay.
func (r *resource) fillPasswords() {
	list, _ := valueAt(r.sent, "properties.credentials.passwords").([]any)
	if !r.is(tokenType) || list == nil {
		return
	}
	shown := []any{}
	for _, one := range list {
		password, _ := one.(object)
		if known, ok := r.stable["password/"+textAt(password, "name")].(object); ok {
			password = known
		}
		shown = append(shown, password)
	}
	fillAt(r.doc, "properties.credentials.passwords", shown, true)
}
