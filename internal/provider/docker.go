package provider

import (
	"context"
	"maps"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// dockerSchema are the settings of engines.
func dockerSchema() schema.Attribute {
	attributes := engineAttributes()
	attributes["engines"] = schema.MapNestedAttribute{
		Optional: true,
		MarkdownDescription: "Further engines, by a name that resources choose with their `engine` attribute: one provider block " +
			"can serve many hosts.",
		NestedObject: schema.NestedAttributeObject{Attributes: engineAttributes()},
	}
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Where the container engine is. What is left out is decided as the Docker CLI does: `DOCKER_HOST`, " +
			"`DOCKER_CONTEXT`, the CLI's current context, the default socket. Nothing is contacted before a resource needs it.",
		Attributes: attributes,
	}
}

func engineAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"host": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Address of the engine: `unix:///path`, `npipe:////./pipe/name`, `tcp://host:port` or " +
				"`ssh://user@host:port/path`, by default `/var/run/docker.sock` on that machine (not from Windows). Wins over `context`. " +
				"Default: `DOCKER_HOST`.",
			Validators: []validator.String{stringvalidator.RegexMatches(regexp.MustCompile(`^[a-z]+://`),
				"write the address with its scheme, for example unix:///var/run/docker.sock or tcp://192.0.2.1:2376")},
		},
		"context": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Name of a context of the Docker CLI; its address and TLS files are used. Default: `DOCKER_CONTEXT`.",
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"ssh_options": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Arguments of `ssh` for a host at `ssh://`, for example `[\"-i\", \"~/.ssh/deploy\"]`. OpenSSH logs in once, as " +
				"`~/.ssh/config` and its agent say, and asks nothing: hosts have to be known, and keys usable, without a question.",
		},
		"api_version": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "API version to speak, for example `1.41`. Default: `DOCKER_API_VERSION`, else the highest that both sides know.",
			Validators: []validator.String{stringvalidator.RegexMatches(regexp.MustCompile(`^\d+\.\d+$`),
				"write two numbers with a dot, for example 1.41")},
		},
		"tls": tlsSchema(),
	}
}

func tlsSchema() schema.Attribute {
	file := func(what, pem string) schema.Attribute {
		return schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "File with " + what + " in PEM. Conflicts with `" + pem + "`.",
			Validators: []validator.String{
				stringvalidator.LengthAtLeast(1), stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName(pem)),
			},
		}
	}
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "TLS to an engine at `tcp://`. Default: `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH`, or the files of the " +
			"context.",
		Attributes: map[string]schema.Attribute{
			"ca_path":   file("the certificates of the authorities to trust", "ca_pem"),
			"cert_path": file("the client's certificate", "cert_pem"),
			"key_path":  file("the client's private key", "key_pem"),
			"ca_pem": schema.StringAttribute{
				Optional: true, MarkdownDescription: "The certificates of the authorities to trust, as PEM text. Default: the system's.",
			},
			"cert_pem": schema.StringAttribute{
				Optional: true, MarkdownDescription: "The client's certificate, as PEM text. Needs a key.",
			},
			"key_pem": schema.StringAttribute{
				Optional: true, Sensitive: true, MarkdownDescription: "The client's private key, as PEM text. Needs a certificate.",
			},
			"cert_dir": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Folder with `ca.pem`, `cert.pem` and `key.pem`, as `DOCKER_CERT_PATH` names it. Files that are not there " +
					"are left out.",
			},
			"skip_verify": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Do not verify the engine's certificate: anybody on the way can read and change everything. Default: `false`.",
			},
			"server_name": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Name that the engine's certificate must be valid for. Default: the host of the address.",
			},
		},
	}
}

// dockerSettings reads the settings. What is not known yet is named, so that only the use of the engine fails.
func dockerSettings(ctx context.Context, config tfsdk.Config) (docker.Settings, diag.Diagnostics) {
	var block types.Object
	diags := config.GetAttribute(ctx, path.Root("docker"), &block)
	if block.IsUnknown() {
		return docker.Settings{EngineSettings: docker.EngineSettings{Unknown: []string{"docker"}}}, diags
	}
	values := tf.Values(block.Attributes())
	settings := docker.Settings{EngineSettings: engineSettings("docker.", values)}
	engines, _ := values["engines"].(types.Map)
	settings.EnginesUnknown = engines.IsUnknown()
	for name, v := range maps.All(engines.Elements()) {
		if settings.Engines == nil {
			settings.Engines = map[string]docker.EngineSettings{}
		}
		engine, _ := v.(types.Object)
		one := engineSettings("docker.engines."+name+".", engine.Attributes())
		if engine.IsUnknown() {
			one.Unknown = append(one.Unknown, "docker.engines."+name)
		}
		settings.Engines[name] = one
	}
	return settings, diags
}

func engineSettings(prefix string, values tf.Values) docker.EngineSettings {
	out := docker.EngineSettings{
		Host: values.String("host"), Context: values.String("context"), APIVersion: values.String("api_version"),
		SSHOptions: values.Strings("ssh_options"),
	}
	for _, name := range []string{"host", "context", "ssh_options", "api_version", "tls"} {
		if v, ok := values[name]; ok && tf.HasUnknown(v) {
			out.Unknown = append(out.Unknown, prefix+name)
		}
	}
	if values.Null("tls") {
		return out
	}
	tls := values.Object("tls")
	out.TLS = &docker.TLSSettings{
		CAPath: tls.String("ca_path"), CertPath: tls.String("cert_path"), KeyPath: tls.String("key_path"),
		CAPEM: tls.String("ca_pem"), CertPEM: tls.String("cert_pem"), KeyPEM: tls.String("key_pem"),
		CertDir: tls.String("cert_dir"), SkipVerify: tls.Bool("skip_verify"), ServerName: tls.String("server_name"),
	}
	return out
}
