package functions

import (
	"context"
	"fmt"

	"github.com/distribution/reference"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/opencontainers/go-digest"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// latest is the tag that a reference has which says neither tag nor digest.
const latest = "latest"

// parts are those of a reference, as parse_reference returns them.
type parts struct {
	Registry   string  `tfsdk:"registry"`
	Repository string  `tfsdk:"repository"`
	Name       string  `tfsdk:"name"`
	Tag        *string `tfsdk:"tag"`
	Digest     *string `tfsdk:"digest"`
	Normalized string  `tfsdk:"normalized"`
	Familiar   string  `tfsdk:"familiar"`
}

func parseReference() pure {
	return pure{
		name: "parse_reference",
		definition: function.Definition{
			Summary: "Take an image reference apart",
			MarkdownDescription: "Takes an image reference apart, as the Docker CLI reads it. The result is an object:\n\n" +
				"- `registry`: the host, for example `docker.io` or `registry.example.com:5000`.\n" +
				"- `repository`: the repository in that registry, for example `library/nginx`.\n" +
				"- `name`: registry and repository, for example `docker.io/library/nginx`.\n" +
				"- `tag`: the tag; `latest` where the reference has neither tag nor digest, null where it has a digest alone.\n" +
				"- `digest`: the digest, `sha256:` and 64 hexadecimal digits; null where there is none.\n" +
				"- `normalized`: the whole spelling, as `normalize_reference` gives it.\n" +
				"- `familiar`: the short spelling of that, as engines show it, for example `nginx:1.27`.\n\n" +
				"Text that is no reference is an error, the id of an image too.",
			Parameters: []function.Parameter{referenceParameter()},
			Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
				"registry": types.StringType, "repository": types.StringType, "name": types.StringType, "tag": types.StringType,
				"digest": types.StringType, "normalized": types.StringType, "familiar": types.StringType,
			}},
		},
		compute: func(ctx context.Context, args function.ArgumentsData) (any, *function.FuncError) {
			var text string
			if err := args.Get(ctx, &text); err != nil {
				return nil, err
			}
			named, err := parse(text)
			if err != nil {
				return nil, wrong(0, err.Error())
			}
			return partsOf(named), nil
		},
	}
}

func normalizeReference() pure {
	return pure{
		name: "normalize_reference",
		definition: function.Definition{
			Summary: "Write an image reference out in full",
			MarkdownDescription: "Writes an image reference out in full: `nginx` is `docker.io/library/nginx:latest`. A digest wins over a tag, " +
				"as it does on engines: the tag is left out beside one. Two references mean the same where this function gives the same.",
			Parameters: []function.Parameter{referenceParameter()},
			Return:     function.StringReturn{},
		},
		compute: func(ctx context.Context, args function.ArgumentsData) (any, *function.FuncError) {
			var text string
			if err := args.Get(ctx, &text); err != nil {
				return nil, err
			}
			named, err := parse(text)
			if err != nil {
				return nil, wrong(0, err.Error())
			}
			return partsOf(named).Normalized, nil
		},
	}
}

func withDigest() pure {
	return pure{
		name: "with_digest",
		definition: function.Definition{
			Summary: "Pin an image reference to a digest",
			MarkdownDescription: "Writes an image reference with a digest, in full: `docker.io/library/nginx@sha256:...`. It replaces the tag or " +
				"the digest that the reference has: beside a digest a tag means nothing.",
			Parameters: []function.Parameter{
				referenceParameter(),
				function.StringParameter{
					Name:                "digest",
					MarkdownDescription: "The digest of a manifest: `sha256:` and 64 hexadecimal digits, or another algorithm of the OCI.",
				},
			},
			Return: function.StringReturn{},
		},
		compute: func(ctx context.Context, args function.ArgumentsData) (any, *function.FuncError) {
			var text, pin string
			if err := args.Get(ctx, &text, &pin); err != nil {
				return nil, err
			}
			named, err := parse(text)
			if err != nil {
				return nil, wrong(0, err.Error())
			}
			parsed, err := digest.Parse(pin)
			if err != nil {
				return nil, wrong(1, fmt.Sprintf("%q is no digest (%s): write sha256: and 64 hexadecimal digits in lower case", pin, err))
			}
			return named.Name() + "@" + parsed.String(), nil
		},
	}
}

func referenceParameter() function.Parameter {
	return function.StringParameter{
		Name:                "reference",
		MarkdownDescription: "Reference of an image, for example `nginx:1.27` or `registry.example.com/app@sha256:...`.",
	}
}

// parse returns the error of registry.Parse, which says how a reference is written.
func parse(text string) (reference.Named, error) {
	if _, err := registry.Parse(text); err != nil {
		return nil, err
	}
	return reference.ParseNormalizedNamed(text)
}

func partsOf(named reference.Named) parts {
	out := parts{Registry: reference.Domain(named), Repository: reference.Path(named), Name: named.Name()}
	if tagged, ok := named.(reference.Tagged); ok {
		tag := tagged.Tag()
		out.Tag = &tag
	}
	out.Normalized = named.String()
	if digested, ok := named.(reference.Digested); ok {
		pin := digested.Digest().String()
		out.Digest, out.Normalized = &pin, named.Name()+"@"+pin
	}
	if out.Tag == nil && out.Digest == nil {
		tag := latest
		out.Tag, out.Normalized = &tag, named.Name()+":"+latest
	}
	out.Familiar = tf.FamiliarReference(out.Normalized)
	return out
}
