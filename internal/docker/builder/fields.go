package builder

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/recipe"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const (
	// defaultImage is the image of a builder's container: the version whose client library this provider has.
	defaultImage = "moby/buildkit:v0.34.2"
	// defaultRestart has the builder come back with its engine.
	defaultRestart = "unless-stopped"
)

// spec is a builder: where it is, and what it says of itself.
type spec struct {
	Remote    *remoteSpec
	Container *containerSpec
	Address   string
	TLS       *tlsSpec
	Platforms []string
	Version   string
	// Registries is a hash of the settings of registries that a container got.
	Registries string
}

// remoteSpec is a builder that is there already.
type remoteSpec struct {
	Address string
	TLS     *tlsSpec
}

// tlsSpec are the files with which it is talked to.
type tlsSpec struct{ CAPath, CertPath, KeyPath, ServerName string }

// containerSpec is a builder in a container. It is kept in a label of the container, since engines mix it with what the image
// has.
type containerSpec struct {
	Name        string            `json:"-"`
	Image       string            `json:"image,omitempty"`
	NetworkMode string            `json:"network_mode,omitempty"`
	Config      string            `json:"config,omitempty"`
	Args        []string          `json:"args,omitempty"`
	Env         map[string]string `json:"env,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Privileged  bool              `json:"privileged"`
	CapAdd      []string          `json:"cap_add,omitempty"`
	SecurityOpt []string          `json:"security_opts,omitempty"`
	Restart     string            `json:"-"`
	Volume      string            `json:"volume,omitempty"`
	Registries  string            `json:"registries,omitempty"`
}

func fields() field.Table {
	follows := []string{"remote", "container"}
	return field.Table{
		{
			Name: "remote", API: "Remote", Class: field.InPlace, Kind: field.Object{Fields: remoteFields(), Validators: []validator.Object{
				objectvalidator.ExactlyOneOf(path.MatchRoot("container")),
			}},
			ReplacesWhen: otherIn("address"),
			Doc: "A BuildKit that is there already. It is asked who it is, and left alone. Conflicts with `container`; another `address` " +
				"makes a new object of the resource.",
		},
		{
			Name: "container", API: "Container", Class: field.InPlace, Kind: field.Object{Fields: containerFields()},
			ReplacesWhen: otherIn("name", "volume"),
			Doc: "A BuildKit in a container of the engine, which this resource creates, starts and removes. A change creates the container " +
				"anew and keeps its state, so that caches survive; another `name` or `volume` creates a new object. A container of the " +
				"name that is already there is never adopted: import it.",
		},
		{
			Name: "keep_volume", Class: field.ClientOnly, Kind: field.Bool{Default: new(bool)},
			Doc: "Whether the volume of a container stays when the resource is destroyed. The next builder of the same name uses it. A " +
				"`container.volume` stays in any case. Default: `false`.",
		},
		{
			Name: "address", API: "Address", Class: field.Observed, Stable: true, Kind: field.String{},
			Doc: "What builds refer to in `builder`: `unix://…`, `tcp://…` or `docker-container://NAME`.",
		},
		{
			Name: "tls", API: "TLS", Class: field.Observed, Follows: follows, Kind: field.Object{Fields: tlsFields()},
			Doc: "What builds refer to in `builder_tls`: `remote.tls`, or null.",
		},
		{
			Name: "platforms", API: "Platforms", Class: field.Observed, Follows: follows, Kind: field.Strings{},
			Doc: "Platforms whose programs the builder's workers run, natively or emulated.",
		},
		{
			Name: "version", API: "Version", Class: field.Observed, Follows: follows, Kind: field.String{},
			Doc: "Version of BuildKit as it tells it. Null for versions that do not tell, and while the container does not run: the next " +
				"apply starts it.",
		},
		{
			Name: registriesHash, API: "Registries", Class: field.Observed, Follows: follows, Kind: field.String{},
			Doc: "Hash of what a container was given of the provider's `registries`: `ca_*`, `cert_*`, `key_*`, `skip_verify` and `plain_http`. " +
				"When those change, the container is created anew. Null where there is nothing to give, and for `remote`.",
		},
		managed.EngineField(),
		object.TimeoutsField(),
	}
}

// otherIn recognises changes to another builder: one of those attributes differs, or the whole object comes or goes.
func otherIn(names ...string) func(was, will attr.Value) bool {
	return func(was, will attr.Value) bool {
		before, after := attributesOf(was), attributesOf(will)
		if was.IsNull() != will.IsNull() || will.IsUnknown() {
			return true
		}
		for _, name := range names {
			if !tf.Same(before[name], after[name]) {
				return true
			}
		}
		return false
	}
}

func attributesOf(v attr.Value) tf.Values {
	o, _ := v.(types.Object)
	return o.Attributes()
}

func notEmpty() []validator.String { return []validator.String{stringvalidator.LengthAtLeast(1)} }

func remoteFields() field.Table {
	return field.Table{
		{
			Name: "address", API: "Address", Required: true, Kind: field.String{Validators: []validator.String{recipe.Address(), notContainer{}}},
			Doc: "Where it listens: `unix:///path/of/socket` or `tcp://host:port`.",
		},
		{
			Name: "tls", API: "TLS", Kind: field.Object{Fields: tlsFields()},
			Doc: "TLS of a `tcp` address. Without it, TCP is plain: anyone who reaches the port can build.",
		},
	}
}

func tlsFields() field.Table {
	sibling := path.MatchRelative().AtParent()
	return field.Table{
		{
			Name: "ca_path", API: "CAPath", Kind: field.String{Validators: notEmpty()},
			Doc: "PEM file of the authority that its certificate is of. Default: those that the machine trusts.",
		},
		{
			Name: "cert_path", API: "CertPath", Doc: "PEM file of the client's certificate.",
			Kind: field.String{Validators: append(notEmpty(), stringvalidator.AlsoRequires(sibling.AtName("key_path")))},
		},
		{
			Name: "key_path", API: "KeyPath", Doc: "PEM file of the client's key.",
			Kind: field.String{Validators: append(notEmpty(), stringvalidator.AlsoRequires(sibling.AtName("cert_path")))},
		},
		{
			Name: "server_name", API: "ServerName", Kind: field.String{Validators: notEmpty()},
			Doc: "Name in its certificate, where that is not the host of the address.",
		},
	}
}

var validName = tf.Matching(regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]+$`),
	"write at least two letters, digits, underscores, dots or hyphens, starting with a letter or digit")

func containerFields() field.Table {
	privileged := true
	return field.Table{
		{
			Name: "name", API: "Name", Required: true, Kind: field.String{Validators: []validator.String{validName}},
			Doc: "Name of the container. Its state is in the volume `NAME_state`.",
		},
		{
			Name: "image", API: "Image", Kind: field.String{Default: defaultImage, Validators: notEmpty()},
			Doc: "Image with buildkitd as its entry point and buildctl in its `PATH`. It is pulled where the engine does not have it, and " +
				"stays there. Default: `" + defaultImage + "`.",
		},
		{
			Name: "network_mode", API: "NetworkMode", Kind: field.String{Validators: notEmpty()},
			Doc: "Network of the container: `bridge`, `host`, `none`, or the name of a network. Default: the engine's own.",
		},
		{
			Name: "config", API: "Config", Kind: field.String{Validators: notEmpty()},
			Doc: "Text of `/etc/buildkit/buildkitd.toml`: registries and mirrors, garbage collection, workers. Certificates, `skip_verify` " +
				"and `plain_http` of the provider's `registries` are added for registries that it has no section for, client keys too: they " +
				"can be read by whoever may use the engine.",
		},
		{
			Name: "args", API: "Args", Kind: field.Strings{},
			Doc: "Further arguments of buildkitd, for example `--allow-insecure-entitlement=network.host`.",
		},
		{Name: "env", API: "Env", Kind: field.StringMap{}, Doc: "Environment of buildkitd beside that of the image, for example proxies."},
		{Name: "labels", API: "Labels", Kind: field.StringMap{}, Doc: "Labels of the container."},
		{
			Name: "privileged", API: "Privileged", Kind: field.Bool{Default: &privileged},
			Doc: "Whether the container may do all that root may on the engine's machine, which running steps usually needs. Default: `true`.",
		},
		{
			Name: "cap_add", API: "CapAdd", Kind: field.StringSet{Notation: tf.Capability},
			Doc: "Capabilities of the container beside the engine's usual ones, where it is not privileged, for example `SYS_ADMIN`.",
		},
		{
			Name: "security_opts", API: "SecurityOpt", Kind: field.StringSet{},
			Doc: "Security options of the container, for example `seccomp=unconfined`, which images of rootless BuildKit need.",
		},
		{
			Name: "restart", API: "Restart", Kind: field.String{Default: defaultRestart, Validators: []validator.String{
				stringvalidator.OneOf("no", "always", defaultRestart),
			}},
			Doc: "When the engine starts the container again: `no`, `always` or `unless-stopped`. Changed without creating it anew, " +
				"but on Podman. Default: `" + defaultRestart + "`.",
		},
		{
			Name: "volume", API: "Volume", Kind: field.String{Validators: notEmpty()},
			Doc: "Volume for the state instead of `NAME_state`, for example one of a `containers_docker_volume`. It stays when the builder is " +
				"destroyed.",
		},
	}
}
