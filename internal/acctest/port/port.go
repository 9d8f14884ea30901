// Package port finds ports for servers of tests that cannot choose one themselves.
package port

import (
	"errors"
	"net"
)

// Free is a port of 127.0.0.1 at which nobody listens just now.
func Free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}
