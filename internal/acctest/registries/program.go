package registries

import (
	"bufio"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// programName is the registry as Debian installs it.
const programName = "docker-registry"

var listening = regexp.MustCompile(`listening on (127\.0\.0\.1:\d+)`)

// program starts the registry of Debian, and returns the way to it.
func program(s *Server) http.Handler {
	s.t.Helper()
	path, err := exec.LookPath(programName)
	if err != nil {
		s.t.Skipf("%s is not in PATH: Debian's package of that name has it, and hack/test.sh installs it where it can", programName)
	}
	target := &url.URL{Scheme: "http", Host: run(s, exec.Command(path, "serve", s.file("config.yml", s.config())))}
	// A connection for each operation of a test that does many at once.
	transport := &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &httputil.ReverseProxy{
		Transport: transport,
		ErrorLog:  log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			// The registry tells its own address from these.
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
}

// config is the program's configuration, in JSON, which YAML includes.
func (s *Server) config() string {
	s.t.Helper()
	config := map[string]any{
		"version": "0.1",
		"log":     map[string]any{"level": "info"},
		"http":    map[string]any{"addr": "127.0.0.1:0", "secret": unique()},
		"storage": map[string]any{
			"filesystem": map[string]any{"rootdirectory": filepath.Join(s.dir, "data")},
			"delete":     map[string]any{"enabled": !s.options.keepAll},
		},
	}
	if file := s.htpasswd(); file != "" {
		config["auth"] = map[string]any{"htpasswd": map[string]any{"realm": realm, "path": file}}
	}
	if s.options.tokens {
		config["auth"] = map[string]any{"token": map[string]any{
			"realm": s.tokens.url, "service": realm, "issuer": realm, "rootcertbundle": s.file("issuer.pem", s.ca.PEM),
		}}
	}
	text, err := json.Marshal(config)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// run starts the program, and returns the host that it says to listen at. The program ends with the test.
func run(s *Server, command *exec.Cmd) string {
	s.t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	command.Env = append(os.Environ(), "OTEL_TRACES_EXPORTER=none")
	command.Stdout, command.Stderr = write, write
	if err := command.Start(); err != nil {
		s.t.Fatal(err)
	}
	_ = write.Close()
	said := make(chan string, 1)
	drained := make(chan struct{})
	s.t.Cleanup(func() {
		if err := command.Process.Kill(); err != nil {
			s.t.Error(err)
		}
		_ = command.Wait()
		<-drained
		_ = read.Close()
	})
	go func() {
		defer close(drained)
		listen(read, said)
	}()
	host, ok := <-said
	if !ok {
		s.t.FailNow()
	}
	if text, failed := strings.CutPrefix(host, failure); failed {
		s.t.Fatalf("%s ended:\n%s", programName, text)
	}
	return host
}

// failure begins what listen says instead of a host.
const failure = "failed: "

// listen says the host that the program's log names, or the log if it ends before; then it reads on, as nobody else does.
func listen(output io.Reader, said chan<- string) {
	var before strings.Builder
	lines := bufio.NewReader(output)
	for {
		line, err := lines.ReadString('\n')
		if parts := listening.FindStringSubmatch(line); parts != nil {
			said <- parts[1]
			// It ends with the program.
			_, _ = io.Copy(io.Discard, lines)
			return
		}
		before.WriteString(line)
		if err != nil {
			said <- failure + before.String()
			return
		}
	}
}
