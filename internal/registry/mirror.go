package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
)

// avoidance is how long a mirror that cannot be reached is not asked again, so that not every image waits for it.
const avoidance = time.Minute

type pulling struct{}

// ForPull marks a context of requests that read images for their own sake, so that the registry's mirrors are asked first.
// Without it only the registry itself is asked: what was published there is to be seen as it is.
func ForPull(ctx context.Context) context.Context {
	return context.WithValue(ctx, pulling{}, true)
}

func isPull(ctx context.Context) bool {
	return ctx.Value(pulling{}) != nil && !isPush(ctx)
}

// shunned are mirrors that could not be reached, and until when they are left alone.
type shunned struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (s *shunned) add(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until == nil {
		s.until = make(map[string]time.Time)
	}
	s.until[host] = time.Now().Add(avoidance)
}

func (s *shunned) has(host string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Before(s.until[host])
}

// mirrors are the hosts to ask before the registry.
func (r *Registries) mirrors(ctx context.Context, host string) []string {
	if !isPull(ctx) {
		return nil
	}
	var hosts []string
	for _, mirror := range r.settings.of(Host(host)).Mirrors {
		if mirror = Host(mirror); mirror != Host(host) && !r.shared.shunned.has(mirror) {
			hosts = append(hosts, mirror)
		}
	}
	return hosts
}

// passOver takes in that a mirror did not help, and returns false if the caller has to stop.
func (r *Registries) passOver(ctx context.Context, mirror string, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	if errors.Is(err, ErrUnreachable) || errors.Is(err, ErrTLS) || errors.Is(err, ErrUnavailable) {
		r.shared.shunned.add(mirror)
	}
	return true
}

// mirrored asks the mirrors, then the registry. The error is that of the registry, and tells of the mirrors too.
func mirrored[V any](
	ctx context.Context, r *Registries, ref name.Reference, ask func(context.Context, name.Reference) (V, error),
) (V, error) {
	var none V
	var tried []string
	for _, mirror := range r.mirrors(ctx, ref.Context().RegistryStr()) {
		there, err := at(mirror, ref)
		if err == nil {
			var found V
			if found, err = ask(ctx, there); err == nil {
				return found, nil
			}
		}
		if !r.passOver(ctx, mirror, err) {
			return none, err
		}
		tried = append(tried, err.Error())
	}
	found, err := ask(ctx, ref)
	var known *Error
	if errors.As(err, &known) && len(tried) > 0 {
		about := *known
		about.text = fmt.Sprintf("%s (before it, its mirrors were asked: %s)", about.text, strings.Join(tried, "; "))
		err = &about
	}
	return found, err
}

// at is the same reference at another host.
func at(host string, ref name.Reference) (name.Reference, error) {
	there, err := name.NewRegistry(host)
	if err != nil {
		return nil, settingsProblem(host, err)
	}
	repository := there.Repo(ref.Context().RepositoryStr())
	if _, byDigest := ref.(name.Digest); byDigest {
		return repository.Digest(ref.Identifier()), nil
	}
	return repository.Tag(ref.Identifier()), nil
}

// fromMirror answers a request for a manifest or a blob from a mirror; nil if none has it.
func (r *Registries) fromMirror(host string, req *http.Request) (*http.Response, error) {
	reading := req.Method == http.MethodGet || req.Method == http.MethodHead
	path := req.URL.Path
	content := strings.Contains(path, "/manifests/") || strings.Contains(path, "/blobs/")
	if !reading || !content || repositoryOf(path) == "" || req.Response != nil {
		return nil, nil
	}
	for _, mirror := range r.mirrors(req.Context(), host) {
		resp, err := r.ask(mirror, req)
		if err == nil && resp.StatusCode < http.StatusMultipleChoices {
			resp.Request = req
			return resp, nil
		}
		if err == nil {
			drain(resp)
			continue
		}
		if !r.passOver(req.Context(), mirror, err) {
			return nil, err
		}
	}
	return nil, nil
}

// ask sends a request to another registry than it was for, and follows where that leads.
func (r *Registries) ask(host string, req *http.Request) (*http.Response, error) {
	s, err := r.session(host)
	if err != nil {
		return nil, err
	}
	there := req.Clone(req.Context())
	there.URL.Host, there.Host = s.conn.host, ""
	return s.follow(there)
}
