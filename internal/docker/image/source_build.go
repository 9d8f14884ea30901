package image

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/containerhosts/terraform-provider-containers/internal/buildcontext"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// opened is a build context on this machine.
type opened struct {
	*buildcontext.Context
	// own is the hash of the context itself, whole that with the additional contexts.
	own, whole string
	// temporary is the empty folder of a build without a context.
	temporary string
}

func (o *opened) close() error {
	if o.temporary == "" {
		return nil
	}
	return os.RemoveAll(o.temporary)
}

// contextKnown tells whether all that decides on the content of the context is known.
func contextKnown(b tf.Values) bool {
	for _, name := range []string{"context", "dockerfile", "dockerfile_inline", "additional_contexts"} {
		if tf.HasUnknown(b[name]) {
			return false
		}
	}
	return true
}

// openContext opens and hashes the context. The caller closes it. Errors are those of buildcontext, or an
// inputError.
func openContext(ctx context.Context, b tf.Values) (*opened, error) {
	o := &opened{}
	dir := b.String("context")
	if dir == "" {
		temporary, err := os.MkdirTemp("", "empty-context-")
		if err != nil {
			return nil, fmt.Errorf("making an empty context: %w", err)
		}
		dir, o.temporary = temporary, temporary
	}
	if err := o.open(ctx, dir, b); err != nil {
		return nil, errors.Join(err, o.close())
	}
	return o, nil
}

func (o *opened) open(ctx context.Context, dir string, b tf.Values) error {
	var err error
	o.Context, err = buildcontext.Open(dir, buildcontext.Options{
		Dockerfile: b.String("dockerfile"), InlineDockerfile: b.String("dockerfile_inline"),
	})
	if err != nil {
		return err
	}
	if o.own, err = o.Hash(ctx); err != nil {
		return err
	}
	o.whole, err = withAdditional(ctx, o.own, b.StringMap("additional_contexts"))
	return err
}

// withAdditional adds the content of local additional contexts to a hash.
func withAdditional(ctx context.Context, own string, contexts map[string]string) (string, error) {
	sum, local := sha256.New(), false
	_, _ = sum.Write([]byte(own)) // A hash takes everything.
	for _, name := range slices.Sorted(maps.Keys(contexts)) {
		dir := contexts[name]
		if isRemote(dir) {
			continue
		}
		local = true
		hash, err := hashFolder(ctx, dir)
		if err != nil {
			return "", &inputError{path: path.Root("build").AtName("additional_contexts").AtMapKey(name), err: err}
		}
		_, _ = fmt.Fprintf(sum, "%q%s", name, hash)
	}
	if !local {
		return own, nil
	}
	scheme, _, _ := strings.Cut(own, ":")
	return fmt.Sprintf("%s:%x", scheme, sum.Sum(nil)), nil
}

func hashFolder(ctx context.Context, dir string) (string, error) {
	folder, err := buildcontext.Open(dir, buildcontext.Options{InlineDockerfile: "FROM scratch"})
	if err != nil {
		return "", err
	}
	return folder.Hash(ctx)
}

// isRemote tells what the builder fetches by itself from a folder of this machine.
func isRemote(source string) bool {
	return strings.Contains(source, "://") || strings.HasPrefix(source, "target:")
}

// secretsOf are the secrets of a configuration, the only place that has write-only values. It returns an
// inputError for one that cannot be had.
func secretsOf(config tf.Values) ([]build.Secret, error) {
	m, _ := config.Object("build")["secrets"].(types.Map)
	var secrets []build.Secret
	for _, id := range slices.Sorted(maps.Keys(m.Elements())) {
		o, _ := m.Elements()[id].(types.Object)
		values := tf.Values(o.Attributes())
		secret := build.Secret{ID: id, Data: []byte(values.String("content_wo"))}
		at := path.Root("build").AtName("secrets").AtMapKey(id)
		if name := values.String("env"); name != "" {
			value, ok := os.LookupEnv(name)
			if !ok {
				return nil, &inputError{path: at.AtName("env"), err: fmt.Errorf("the environment variable %s is not set where Terraform runs", name)}
			}
			secret.Data = []byte(value)
		}
		if file := values.String("file"); file != "" {
			whole, err := filepath.Abs(file)
			if err == nil {
				_, err = os.Stat(whole)
			}
			if err != nil {
				return nil, &inputError{path: at.AtName("file"), err: err}
			}
			secret.File = whole
		}
		secrets = append(secrets, secret)
	}
	return secrets, nil
}

// secretsRevision is a digest of the write-only secrets of a configuration, empty where there are none, and
// whether they are known. A secret with a version stands for that alone, which the plan compares by itself.
func secretsRevision(config tf.Values, salt string) (revision string, known bool) {
	v := config.Object("build")["secrets"]
	m, ok := v.(types.Map)
	if !ok || m.IsNull() {
		return "", !config["build"].IsUnknown()
	}
	if tf.HasUnknown(m) {
		return "", false
	}
	digest, some := tf.NewRevision(salt), false
	for _, id := range slices.Sorted(maps.Keys(m.Elements())) {
		o, _ := m.Elements()[id].(types.Object)
		values := tf.Values(o.Attributes())
		if values.Null("content_wo") || !values.Null("version") {
			continue
		}
		some = true
		digest.AddSecret(id, []byte(values.String("content_wo")))
	}
	if !some {
		return "", true
	}
	return digest.String(), true
}

// buildRequest is the build that values describe, without tags: those are given to the result in one short call, so
// that a build which breaks off leaves no reference behind.
func buildRequest(values, config tf.Values, from *opened) (build.Request, error) {
	b := values.Object("build")
	secrets, err := secretsOf(config)
	if err != nil {
		return build.Request{}, err
	}
	req := build.Request{
		Context: from.Context, ContextHash: from.own, Target: b.String("target"), Args: b.StringMap("args"), Labels: b.StringMap("labels"),
		Platform: b.String("platform"), NetworkMode: b.String("network_mode"), CgroupParent: b.String("cgroup_parent"),
		CacheFrom: cachesOf(b["cache_from"]), CacheTo: cachesOf(b["cache_to"]), AdditionalContexts: additionalOf(b),
		NoCache: b.Bool("no_cache"), NoCacheFilter: b.Strings("no_cache_filter"), Pull: b.Bool("pull"),
		Secrets: secrets, Builder: build.Builder(b.String("builder")),
	}
	hosts, _ := b["extra_hosts"].(types.Map)
	req.ExtraHosts = addressesOf(hosts)
	ssh, _ := b["ssh"].(types.Map)
	for _, id := range slices.Sorted(maps.Keys(ssh.Elements())) {
		req.SSH = append(req.SSH, build.SSH{ID: id, Paths: tf.StringsOf(ssh.Elements()[id])})
	}
	limits, _ := b["ulimits"].(types.Map)
	for _, name := range slices.Sorted(maps.Keys(limits.Elements())) {
		o, _ := limits.Elements()[name].(types.Object)
		limit := tf.Values(o.Attributes())
		req.Ulimits = append(req.Ulimits, build.Ulimit{Name: name, Soft: limit.Int("soft"), Hard: limit.Int("hard")})
	}
	if size := b.String("shm_size"); size != "" {
		if req.ShmSize, err = tf.ParseSize(size); err != nil {
			return build.Request{}, &inputError{path: path.Root("build").AtName("shm_size"), err: err}
		}
	}
	return req, nil
}

func cachesOf(v any) []build.Cache {
	list, _ := v.(types.List)
	var caches []build.Cache
	for _, element := range list.Elements() {
		attrs := tf.Values{"": element}.StringMap("")
		kind := attrs["type"]
		delete(attrs, "type")
		caches = append(caches, build.Cache{Type: kind, Attrs: attrs})
	}
	return caches
}

// additionalOf makes the folders absolute.
func additionalOf(b tf.Values) map[string]string {
	contexts := b.StringMap("additional_contexts")
	for name, source := range contexts {
		if whole, err := filepath.Abs(source); err == nil && !isRemote(source) {
			contexts[name] = whole
		}
	}
	return contexts
}

const afterBuild = "Correct the Dockerfile, its context or the options of the build, and apply again. Nothing on the engine has changed."

// runBuild builds and returns the id of the image, which has no reference yet.
func (j *job) runBuild(ctx context.Context) (id, hash string, err error) {
	kind, err := j.Engine.Kind(ctx)
	if err != nil {
		return "", "", err
	}
	from, err := openContext(ctx, j.Values.Object("build"))
	if err != nil {
		return "", "", blame("build", afterBuild, err)
	}
	req, err := buildRequest(j.Values, j.config, from)
	if err == nil {
		req.Auth, req.Podman = j.credentials, kind == docker.Podman
		id, err = build.Run(ctx, j.Client, req, func(e build.Event) {
			tflog.Debug(ctx, "build", map[string]any{"step": e.Step, "state": string(e.State), "line": e.Line})
		})
	}
	return id, from.whole, errors.Join(blame("build", afterBuild, err), from.close())
}

// credentials answers a builder that asks for the way into a registry.
func (j *job) credentials(ctx context.Context, host string) (user, secret string, err error) {
	found, err := j.Registries.Credentials(ctx, host)
	if err != nil {
		return "", "", err
	}
	if found.IdentityToken != "" {
		return "", found.IdentityToken, nil
	}
	return found.Username, found.Password, nil
}
