package docker

import (
	"runtime"
	"strings"
	"testing"
)

func TestParseHost(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"unix:///run/x.sock":        "unix:///run/x.sock",
		"unix://":                   "unix:///var/run/docker.sock",
		"unix://rel/x.sock":         "unix://rel/x.sock",
		"  unix:///run/x.sock ":     "unix:///run/x.sock",
		"tcp://h:2376":              "tcp://h:2376",
		"tcp://h":                   "tcp://h:2375",
		"tcp://":                    "tcp://localhost:2375",
		"tcp://:1234":               "tcp://localhost:1234",
		"tcp://h:2376/base":         "tcp://h:2376/base",
		"tcp://[::1]:2375":          "tcp://[::1]:2375",
		"tcp://[::1]":               "tcp://[::1]:2375",
		"192.0.2.1:2375":            "tcp://192.0.2.1:2375",
		"h":                         "tcp://h:2375",
		"http://h":                  "tcp://h:80",
		"https://h":                 "tcp://h:443",
		"https://h:8443/some/where": "tcp://h:8443/some/where",
		"ssh://h":                   "ssh://h",
		"ssh://u@h:22/":             "ssh://u@h:22",
		"ssh://u@[::1]/run/x.sock":  "ssh://u@[::1]/run/x.sock",
	} {
		got, err := parseHost(raw)
		if err != nil {
			t.Errorf("%q: %v", raw, err)
		}
		if got.url != want {
			t.Errorf("%q is read as %q, want %q", raw, got.url, want)
		}
	}
}

func TestParseHostRefuses(t *testing.T) {
	t.Parallel()
	for raw, why := range map[string]string{
		"ftp://h":                "is no scheme",
		"fd://":                  "is no scheme",
		"ssh://":                 "has no host",
		"ssh://@h":               "no user",
		"ssh://u:secret@h":       "holds a password",
		"ssh://-oProxyCommand=x": "has no host",
		"ssh://h?token=secret":   "has a query",
		"ssh://ssh://h":          "two schemes",
		"ssh://h:port":           "is no user, host and path",
		"tcp://tcp://h":          "two schemes",
		"unix://unix:///x":       "two schemes",
		"tcp://h:port":           "is no host and port",
		"::":                     "is no host and port",
		"tcp://h:0":              "0 is no port",
		"tcp://h:70000":          "70000 is no port",
		"tcp://u:secret@h:2375":  "holds a user name",
		"tcp://h:1?token=secret": "has a query",
		"tcp://h h":              "is no host and port",
	} {
		got, err := parseHost(raw)
		if err == nil {
			t.Errorf("%q is read as %q, want an error", raw, got.url)
			continue
		}
		if !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want %q", raw, err, why)
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error repeats a secret: %v", raw, err)
		}
	}
	if _, err := parseHost("npipe:////./pipe/docker_engine"); (err == nil) != (runtime.GOOS == "windows") {
		t.Errorf("a named pipe on %s: %v", runtime.GOOS, err)
	}
}

func TestShownHostHidesSecrets(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"tcp://u:p@h:1":     "tcp://h:1",
		"u:p@h:1":           "h:1",
		"tcp://u:p@q@h:1":   "tcp://h:1",
		"tcp://h:1?token=p": "tcp://h:1",
		"unix:///x":         "unix:///x",
	} {
		if got := shownHost(raw); got != want {
			t.Errorf("%q is shown as %q, want %q", raw, got, want)
		}
	}
}

func FuzzParseHost(f *testing.F) {
	for _, seed := range []string{"unix://", "tcp://h:1/p", "https://[::1]", "a@b", "tcp://u:p@h?x#y", "npipe://", "ssh://u@h:22/x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		first, err := parseHost(raw)
		if err != nil {
			return
		}
		again, err := parseHost(first.url)
		if err != nil {
			t.Fatalf("%q is read as %q, which is refused: %v", raw, first.url, err)
		}
		if again.url != first.url {
			t.Fatalf("%q is read as %q, and that as %q", raw, first.url, again.url)
		}
	})
}
