package recipe

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/buildcontext"
)

// object makes a value of the attribute; texts become strings.
func object(values map[string]attr.Value) attr.Value {
	attrTypes := make(map[string]attr.Type, len(values))
	for name, v := range values {
		attrTypes[name] = v.Type(nil) //nolint:staticcheck // Simple types need no context.
	}
	return types.ObjectValueMust(attrTypes, values)
}

func texts(m map[string]string) attr.Value {
	elements := make(map[string]attr.Value, len(m))
	for k, v := range m {
		elements[k] = types.StringValue(v)
	}
	return types.MapValueMust(types.StringType, elements)
}

func TestHashOfAdditionalContexts(t *testing.T) {
	t.Parallel()
	dir, other := t.TempDir(), t.TempDir()
	hash := func(contexts map[string]string) string {
		t.Helper()
		r := Of(path.Root("build"), object(map[string]attr.Value{"additional_contexts": texts(contexts)}), nil)
		got, err := r.withAdditional(t.Context(), "h1:own")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := hash(nil); got != "h1:own" {
		t.Errorf("without any it is %s", got)
	}
	if got := hash(map[string]string{"x": "docker-image://alpine", "y": "target:base"}); got != "h1:own" {
		t.Errorf("with what is not on this machine it is %s", got)
	}
	empty := hash(map[string]string{"x": dir})
	if empty == "h1:own" || empty != hash(map[string]string{"x": other}) || empty == hash(map[string]string{"y": dir}) {
		t.Error("the hash does not follow from names and contents")
	}
	if err := os.WriteFile(filepath.Join(dir, "a"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if hash(map[string]string{"x": dir}) == empty {
		t.Error("a new file does not change the hash")
	}
}

// TestPlaces wants failures on the attribute that they belong to, wherever the recipe is.
func TestPlaces(t *testing.T) {
	t.Parallel()
	at := path.Root("source").AtName("build")
	missing := types.StringValue(filepath.Join(t.TempDir(), "none"))
	for place, values := range map[string]map[string]attr.Value{
		"context":           {"context": missing},
		"dockerfile":        {"context": types.StringValue(t.TempDir())},
		"dockerfile_inline": {"dockerfile_inline": types.StringValue("# nothing")},
		`additional_contexts["x"]`: {
			"dockerfile_inline": types.StringValue("FROM scratch"), "additional_contexts": texts(map[string]string{"x": missing.ValueString()}),
		},
	} {
		r := Of(at, object(values), nil)
		_, err := r.Fingerprint(t.Context())
		if place == "dockerfile_inline" {
			err = &buildcontext.Error{Input: buildcontext.InputDockerfile}
		}
		got, ok := r.PathOf(err)
		if !ok || got.String() != "source.build."+place {
			t.Errorf("%s: %v is at %s", place, err, got)
		}
	}
	if at, ok := Of(at, nil, nil).PathOf(os.ErrClosed); ok {
		t.Errorf("an error of nothing is at %s", at)
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	whole := types.ObjectUnknown(map[string]attr.Type{"context": types.StringType})
	part := object(map[string]attr.Value{"context": types.StringUnknown()})
	for _, v := range []attr.Value{whole, part} {
		hash, err := Of(path.Root("build"), v, v).Fingerprint(t.Context())
		if hash != "" || err != nil {
			t.Errorf("%s has the hash %q (%v)", v, hash, err)
		}
	}
	if _, known := Of(path.Root("build"), whole, whole).Revision("salt"); known {
		t.Error("the secrets of an unknown build are known")
	}
	if _, known := Of(path.Root("build"), part, part).Revision("salt"); !known {
		t.Error("a build without secrets has unknown ones")
	}
}

func TestRequest(t *testing.T) {
	t.Parallel()
	settings := object(map[string]attr.Value{
		"ca_path": types.StringValue("ca.pem"), "cert_path": types.StringNull(), "key_path": types.StringNull(), "server_name": types.StringValue("name"),
	})
	r := Of(path.Root("build"), object(map[string]attr.Value{
		"dockerfile_inline": types.StringValue("FROM scratch"), "builder": types.StringValue("tcp://host:1"), "builder_tls": settings,
		"platforms":  types.SetValueMust(types.StringType, []attr.Value{types.StringValue("linux/s390x"), types.StringValue("linux/amd64")}),
		"provenance": types.StringValue("max"), "sbom": types.BoolValue(true), "sbom_generator": types.StringValue("scanner"),
	}), nil)
	from, err := r.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = from.Close() }()
	req, err := r.Request(from)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(req.Platforms, " ") != "linux/amd64 linux/s390x" || req.Provenance != "max" || req.SBOM == nil || req.SBOM.Generator != "scanner" {
		t.Errorf("got %+v", req)
	}
	if req.Remote == nil || req.Remote.Address != "tcp://host:1" || req.Remote.TLS.CAPath != "ca.pem" || req.Remote.TLS.ServerName != "name" {
		t.Errorf("the builder is %+v", req.Remote)
	}
	err = r.CheckBuilder()
	if at, ok := r.PathOf(err); !ok || at.String() != "build.builder_tls" {
		t.Errorf("a certificate that is not there: %v at %s", err, at)
	}
	own := Of(path.Root("build"), object(map[string]attr.Value{
		"dockerfile_inline": types.StringValue("FROM scratch"), "builder": types.StringValue("classic"),
	}), nil)
	if req, err = own.Request(from); err != nil || req.Remote != nil || req.Builder != "classic" {
		t.Errorf("a builder of the engine: %+v, %v", req, err)
	}
}

func TestDiffers(t *testing.T) {
	t.Parallel()
	value := func(context, target string, tags ...string) attr.Value {
		list := make([]attr.Value, len(tags))
		for i, tag := range tags {
			list[i] = types.StringValue(tag)
		}
		return object(map[string]attr.Value{
			"context": types.StringValue(context), "target": types.StringValue(target), "tags": types.SetValueMust(types.StringType, list),
		})
	}
	for name, test := range map[string]struct {
		a, b attr.Value
		want bool
	}{
		"the same":         {value("a", "x"), value("a", "x"), false},
		"another folder":   {value("a", "x"), value("b", "x"), false},
		"another stage":    {value("a", "x"), value("a", "y"), true},
		"what is left out": {value("a", "x", "1"), value("a", "x", "2"), false},
	} {
		if got := Differs(test.a, test.b, "tags"); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if !Differs(value("a", "x", "1"), value("a", "x", "2")) {
		t.Error("other tags are no difference")
	}
}
