package recipe

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const inPlace = " Changed in place."

// Attributes are those of every build, whoever keeps its result. Each is changed in place, by another build.
func Attributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, group := range []map[string]schema.Attribute{
		contextAttributes(), stageAttributes(), cacheAttributes(), resultAttributes(), stepAttributes(), secretAttributes(),
	} {
		maps.Copy(attributes, group)
	}
	return attributes
}

func notEmpty() []validator.String { return []validator.String{stringvalidator.LengthAtLeast(1)} }

// contextAttributes are what the image is built of.
func contextAttributes() map[string]schema.Attribute {
	sibling := path.MatchRelative().AtParent()
	return map[string]schema.Attribute{
		"context": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Path of the folder that is sent to the builder, less what its `.dockerignore` leaves out. May be left out with " +
				"`dockerfile_inline`: the context is empty then. Moving an unchanged folder builds nothing." + inPlace,
			Validators: append(notEmpty(), stringvalidator.AtLeastOneOf(sibling.AtName("dockerfile_inline"))),
		},
		"dockerfile": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Path of the Dockerfile, relative to the context or absolute; it may be outside of the context. " +
				"`<dockerfile>.dockerignore` beside it wins over `.dockerignore`. Default: `Dockerfile`." + inPlace,
			Validators: append(notEmpty(), stringvalidator.ConflictsWith(sibling.AtName("dockerfile_inline"))),
		},
		"dockerfile_inline": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Text of the Dockerfile. Conflicts with `dockerfile`." + inPlace, Validators: notEmpty(),
		},
		"additional_contexts": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Further contexts by the name by which `FROM` and `COPY --from` refer to them: paths of folders, or what " +
				"BuildKit " +
				"takes there, such as `docker-image://alpine:3.20` or `https://…`. Needs BuildKit." + inPlace,
			Validators: []validator.Map{mapvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1))},
		},
	}
}

// stageAttributes say what is built.
func stageAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"target": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Stage of the Dockerfile to build. Default: the last one." + inPlace, Validators: notEmpty(),
		},
		"args": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Values of `ARG` instructions. They can be seen in the image's history: for secrets there is `secrets`." + inPlace,
		},
		"labels": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Labels that the image gets beside those of the Dockerfile." + inPlace,
		},
	}
}

// resultAttributes say in which forms the result comes, and what it tells of itself.
func resultAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"platforms": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Platforms to build for, each as `os/architecture[/variant]`; several make one index. Steps that run programs " +
				"of a platform that the builder does not run need emulation on its machine. Default: the builder's own." + inPlace,
			Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(tf.Platform())},
		},
		"provenance": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf("min", "max")},
			MarkdownDescription: "Attests how the image was made, in the words of SLSA: `min`, or `max`, which holds the values of `args` and " +
				"the Dockerfile too. Default: nothing is attested. Needs BuildKit." + inPlace,
		},
		"sbom": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to attest what is in the image, by a bill of materials. Default: `false`. Needs BuildKit, which pulls " +
				"the generator." + inPlace,
		},
		"sbom_generator": schema.StringAttribute{
			Optional: true, Validators: append(notEmpty(), stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtName("sbom"))),
			MarkdownDescription: "Image of the generator of the bill of materials. Default: BuildKit's own choice, " +
				"`docker/buildkit-syft-scanner`." + inPlace,
		},
	}
}

// cacheAttributes say what may be taken from earlier builds.
func cacheAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"no_cache": schema.BoolAttribute{
			Optional: true, MarkdownDescription: "Whether every step runs anew. Default: `false`." + inPlace,
			Validators: []validator.Bool{noFilter{}},
		},
		"no_cache_filter": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Stages whose steps run anew. Needs BuildKit." + inPlace,
		},
		"pull": schema.BoolAttribute{
			Optional: true, MarkdownDescription: "Whether a build looks for newer base images in their registries. Default: `false`." + inPlace,
		},
		"cache_from": cacheAttribute("Build caches to read from"),
		"cache_to":   cacheAttribute("Build caches to write to"),
	}
}

func cacheAttribute(doc string) schema.Attribute {
	return schema.ListAttribute{
		Optional: true, ElementType: types.MapType{ElemType: types.StringType},
		MarkdownDescription: doc + ", each a map with `type` and the settings of that type: `[{ type = \"registry\", ref = " +
			"\"example.com/cache\" }]`. " +
			"What types there are depends on the builder: all know `registry` and `inline`, most `local` (`src` or `dest`, a folder of the " +
			"machine that runs Terraform) and `gha` (in a job of GitHub Actions, whose address and token are taken from the environment)." + inPlace,
		Validators: []validator.List{listvalidator.ValueMapsAre(hasType{})},
	}
}

// stepAttributes say how RUN steps run.
func stepAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"network_mode": schema.StringAttribute{
			Optional: true, Validators: notEmpty(),
			MarkdownDescription: "Network of `RUN` steps: `default`, `none` or `host`; the classic builder takes what a container takes." + inPlace,
		},
		"extra_hosts": schema.MapAttribute{
			Optional: true, ElementType: types.ListType{ElemType: types.StringType}, Validators: []validator.Map{validHosts{}},
			MarkdownDescription: "Addresses by host name, added to `/etc/hosts` of `RUN` steps; `host-gateway` stands for the address of the host." +
				inPlace,
		},
		"shm_size": schema.StringAttribute{
			Optional: true, CustomType: tf.Size.Type(), Validators: []validator.String{tf.SizeAtLeast("1")},
			MarkdownDescription: "Size of `/dev/shm` during `RUN` steps, for example `128m`. BuildKit needs API version 1.42 or later." + inPlace,
		},
		"ulimits": schema.MapNestedAttribute{
			Optional: true,
			MarkdownDescription: "Limits of the processes of `RUN` steps by their names as in ulimit, for example `nofile`. BuildKit needs API " +
				"version 1.42 or later." + inPlace,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"soft": schema.Int64Attribute{Required: true, MarkdownDescription: "Limit that holds; `-1` for none."},
				"hard": schema.Int64Attribute{Required: true, MarkdownDescription: "Limit up to which a process may raise its own; `-1` for none."},
			}},
		},
		"cgroup_parent": schema.StringAttribute{
			Optional: true, Validators: notEmpty(),
			MarkdownDescription: "Parent control group of `RUN` steps. BuildKit needs API version 1.42 or later." + inPlace,
		},
	}
}

// secretAttributes are what steps may use without its becoming part of the image.
func secretAttributes() map[string]schema.Attribute {
	kinds := []string{"file", "env", "content_wo"}
	oneOf := func(name string) []validator.String {
		var others []path.Expression
		for _, k := range kinds {
			if k != name {
				others = append(others, path.MatchRelative().AtParent().AtName(k))
			}
		}
		return []validator.String{stringvalidator.ExactlyOneOf(others...), stringvalidator.LengthAtLeast(1)}
	}
	return map[string]schema.Attribute{
		"secrets": schema.MapNestedAttribute{
			Optional: true,
			MarkdownDescription: "Secrets by the id by which `RUN --mount=type=secret` asks for them. Builders keep results of steps whatever the " +
				"secrets were: set `no_cache` where they matter. Needs BuildKit." + inPlace,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"file": schema.StringAttribute{
					Optional: true, Validators: oneOf("file"),
					MarkdownDescription: "Path of a file on the machine that runs Terraform, read while it builds. A change of what is in it builds " +
						"nothing.",
				},
				"env": schema.StringAttribute{
					Optional: true, Validators: oneOf("env"),
					MarkdownDescription: "Name of an environment variable of Terraform, read while it builds. A change of its value builds nothing.",
				},
				"content_wo": schema.StringAttribute{
					Optional: true, WriteOnly: true, Sensitive: true, Validators: oneOf("content_wo"),
					MarkdownDescription: "The secret itself, write-only: it is in neither plan nor state. A change is noticed all the same and " +
						"builds again.",
				},
				"version": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "If set, a change of this builds again, and a change of `content_wo` alone does not: for secrets that are " +
						"new in " +
						"every run, such as tokens.",
				},
			}},
		},
		"ssh": schema.MapAttribute{
			Optional: true, ElementType: types.ListType{ElemType: types.StringType},
			MarkdownDescription: "SSH agents by the id by which `RUN --mount=type=ssh` asks for them, usually `default`: the socket of an " +
				"agent, or " +
				"files with unencrypted private keys. An empty list stands for the agent of Terraform's environment. Needs BuildKit." + inPlace,
		},
	}
}
