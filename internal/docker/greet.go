package docker

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/docker/docker/api/types/versions"
	"github.com/docker/docker/client"
)

const (
	// minimumAPI is the API version of the oldest engines that this provider
	// is tested with: Docker 20.10 and Podman 4.3.
	minimumAPI = "1.41"
	// replyLimit bounds what is read of a reply to the greeting.
	replyLimit = 1 << 20
	// quoteLimit bounds what a message repeats of a reply.
	quoteLimit = 200
)

// apiVersion matches API versions.
var apiVersion = regexp.MustCompile(`^[0-9]{1,4}\.[0-9]{1,4}$`)

// pin is an API version that a setting fixes; the zero value means negotiate.
type pin struct {
	version, from string
}

// pin returns the API version that the provider or DOCKER_API_VERSION fixes.
func (e *Engine) pin() (pin, error) {
	p := pin{version: e.settings.APIVersion, from: e.attribute("api_version")}
	if p.version == "" {
		p = pin{version: e.env.Getenv("DOCKER_API_VERSION"), from: "DOCKER_API_VERSION"}
	}
	if p.version == "" {
		return pin{}, nil
	}
	p.version = strings.TrimPrefix(p.version, "v")
	if !apiVersion.MatchString(p.version) {
		return pin{}, &problem{
			what: fmt.Sprintf("API version %q from %s cannot be used", p.version, p.from), cause: "it is no API version",
			next: "Correct " + p.from + " to a number like 1.43, or remove it so that the version is negotiated.",
		}
	}
	return p, nil
}

// greeting is what an engine says of itself.
type greeting struct {
	// api and minimum are the highest and lowest API version that the engine
	// speaks; the lowest is only known where it was asked for.
	api, minimum string
	kind         Kind
	// release is the version of Podman itself, which its API version does not follow. It is empty for others.
	release string
}

// check compares what the engine speaks with what is asked of it.
func (g *greeting) check(end *endpoint, pin pin) error {
	upgrade := "Use an engine with API " + minimumAPI + " or later: Docker 20.10, Podman 4.3."
	if pin.version == "" {
		if versions.LessThan(g.api, minimumAPI) {
			return versionProblem(end, fmt.Sprintf("this provider needs API >= %s, this engine speaks %s", minimumAPI, g.api), upgrade)
		}
		return nil
	}
	change := fmt.Sprintf("Change %s, or remove it so that the version is negotiated.", pin.from)
	asked := fmt.Sprintf("%s asks for API %s", pin.from, pin.version)
	switch {
	case versions.GreaterThan(pin.version, g.api):
		return versionProblem(end, fmt.Sprintf("%s, this engine speaks at most %s", asked, g.api), change)
	case g.minimum != "" && versions.LessThan(pin.version, g.minimum):
		return versionProblem(end, fmt.Sprintf("%s, this engine speaks at least %s", asked, g.minimum), change)
	case versions.LessThan(pin.version, minimumAPI):
		return versionProblem(end, fmt.Sprintf("%s, this provider needs API >= %s", asked, minimumAPI), change)
	}
	return nil
}

func versionProblem(end *endpoint, cause, next string) error {
	return &problem{what: "the engine at " + end.String() + " cannot be used", cause: cause, next: next}
}

// greeter asks an engine who it is.
type greeter struct {
	web     *http.Client
	end     *endpoint
	headers map[string]string
}

// greet asks once: without a fixed API version by the ping that negotiation
// needs, with one by the version, which knows the lowest version too. Only a
// proxy that hides the engine's make costs a second question.
func (g *greeter) greet(ctx context.Context, pin pin) (*greeting, error) {
	if pin.version != "" {
		return g.version(ctx)
	}
	said, err := g.ask(ctx, http.MethodHead, "/_ping")
	if err != nil {
		return nil, err
	}
	if !said.fromEngine() {
		// Some proxies refuse HEAD, and only GET has a text to show.
		if said, err = g.ask(ctx, http.MethodGet, "/_ping"); err != nil {
			return nil, err
		}
	}
	if !said.fromEngine() {
		return nil, strangerProblem(g.end, said)
	}
	found := &greeting{api: said.header.Get("Api-Version")}
	found.kind, found.release = kindOfServer(said.header)
	if found.kind != "" {
		return found, nil
	}
	found.kind = Docker
	if more, err := g.version(ctx); err == nil {
		found.kind, found.release = more.kind, more.release
	}
	return found, nil
}

// version reads the engine's version.
func (g *greeter) version(ctx context.Context) (*greeting, error) {
	said, err := g.ask(ctx, http.MethodGet, "/version")
	if err != nil {
		return nil, err
	}
	var body struct {
		APIVersion    string `json:"ApiVersion"`
		MinAPIVersion string
		Components    []struct{ Name, Version string }
	}
	err = json.Unmarshal(said.body, &body)
	if err != nil || said.status != http.StatusOK || !apiVersion.MatchString(body.APIVersion) {
		return nil, strangerProblem(g.end, said)
	}
	found := &greeting{api: body.APIVersion, kind: Docker}
	if apiVersion.MatchString(body.MinAPIVersion) {
		found.minimum = body.MinAPIVersion
	}
	for _, part := range body.Components {
		if strings.HasPrefix(part.Name, "Podman") {
			found.kind, found.release = Podman, part.Version
		}
	}
	return found, nil
}

// kindOfServer reads the make, and Podman's version, from the header that
// names the server; empty where the header does not say.
func kindOfServer(header http.Header) (kind Kind, release string) {
	server, rest, _ := strings.Cut(header.Get("Server"), "/")
	switch server {
	case "Docker":
		return Docker, ""
	case "Libpod":
		release, _, _ = strings.Cut(rest, " ")
		return Podman, release
	}
	return "", ""
}

// reply is what somebody said at the engine's address.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// fromEngine says that the reply to a ping is an engine's. An engine that is
// unwell answers 500 and can still be used for some things.
func (r *reply) fromEngine() bool {
	return (r.status == http.StatusOK || r.status == http.StatusInternalServerError) &&
		apiVersion.MatchString(r.header.Get("Api-Version"))
}

// quote is the status and the first line of the reply.
func (r *reply) quote() string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(r.body)), "\n")
	if len(line) > quoteLimit {
		line = line[:quoteLimit]
	}
	said := fmt.Sprintf("%d %s", r.status, http.StatusText(r.status))
	if line == "" {
		return said
	}
	return fmt.Sprintf("%s, %q", said, line)
}

// ask sends one request and reads the reply.
func (g *greeter) ask(ctx context.Context, method, path string) (*reply, error) {
	where := url.URL{Scheme: "http", Host: g.end.host, Path: strings.TrimSuffix(g.end.path, "/") + path}
	if g.end.tls != nil {
		where.Scheme = "https"
	}
	if g.end.socket != "" {
		where.Host = client.DummyHost
	}
	request, err := http.NewRequestWithContext(ctx, method, where.String(), http.NoBody)
	if err != nil {
		return nil, connectProblem(g.end, err)
	}
	for name, value := range g.headers {
		request.Header.Set(name, value)
	}
	request.Header.Set("User-Agent", userAgent)
	answer, err := g.web.Do(request)
	if err != nil {
		return nil, connectProblem(g.end, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, replyLimit))
	if err != nil {
		return nil, connectProblem(g.end, err)
	}
	return &reply{status: answer.StatusCode, header: answer.Header, body: body}, nil
}
