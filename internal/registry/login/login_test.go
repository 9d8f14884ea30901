package login_test

import (
	"errors"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/login"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// object is a value of the attribute; what is not given is null, and "?" is unknown.
func object(t *testing.T, given map[string]string) types.Object {
	t.Helper()
	attributes := map[string]attr.Value{}
	kinds := map[string]attr.Type{}
	for name := range nested(t).Attributes {
		kinds[name] = types.StringType
		attributes[name] = types.StringNull()
	}
	for name, value := range given {
		if _, ok := attributes[name]; !ok {
			t.Fatalf("there is no %s", name)
		}
		attributes[name] = types.StringValue(value)
		if value == "?" {
			attributes[name] = types.StringUnknown()
		}
	}
	return types.ObjectValueMust(kinds, attributes)
}

func nested(t *testing.T) schema.SingleNestedAttribute {
	t.Helper()
	attribute, ok := login.Attribute().(schema.SingleNestedAttribute)
	if !ok {
		t.Fatal("it is no object")
	}
	return attribute
}

func values(t *testing.T, given map[string]string) tf.Values {
	t.Helper()
	return tf.Values{login.Name: object(t, given)}
}

func TestValidation(t *testing.T) {
	t.Parallel()
	at := path.Root(login.Name)
	for _, c := range []struct {
		given map[string]string
		wrong []path.Path
	}{
		{map[string]string{"username": "a", "password": "b"}, nil},
		{map[string]string{"username": "a", "password_wo": "b"}, nil},
		{map[string]string{"username": "a", "password": "?"}, nil},
		{map[string]string{"identity_token": "a"}, nil},
		{map[string]string{"identity_token_wo": "a", "registry": "ghcr.io"}, nil},
		{map[string]string{"registry_token": "a"}, nil},
		{map[string]string{}, []path.Path{at}},
		{map[string]string{"registry": "ghcr.io"}, []path.Path{at}},
		{map[string]string{"username": "a"}, []path.Path{at.AtName("username")}},
		{map[string]string{"password": "a"}, []path.Path{at.AtName("username")}},
		{map[string]string{"username": "a", "password": "b", "password_wo": "c"}, []path.Path{at.AtName("password_wo")}},
		{map[string]string{"username": "a", "password": "b", "identity_token": "c"}, []path.Path{at.AtName("identity_token")}},
		{map[string]string{"identity_token_wo": "b", "registry_token": "?"}, []path.Path{at.AtName("registry_token")}},
		{map[string]string{"username": "a", "identity_token": "c"}, []path.Path{at.AtName("username")}},
	} {
		var resp validator.ObjectResponse
		for _, v := range nested(t).Validators {
			v.ValidateObject(t.Context(), validator.ObjectRequest{Path: at, ConfigValue: object(t, c.given)}, &resp)
		}
		got := resp.Diagnostics.Errors()
		if len(got) != len(c.wrong) {
			t.Errorf("%v: %v", c.given, got)
			continue
		}
		for i, one := range got {
			if on, ok := one.(interface{ Path() path.Path }); !ok || !on.Path().Equal(c.wrong[i]) {
				t.Errorf("%v: %v, want it on %s", c.given, one, c.wrong[i])
			}
		}
	}
}

func TestHost(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		"ghcr.io": true, "registry.example.com:5000": true, "127.0.0.1:5000": true, "docker.io": true, "localhost:5000": true,
		"https://ghcr.io": false, "ghcr.io/owner": false, "": false, "a b": false, "ghcr.io/": false,
	} {
		var resp validator.StringResponse
		login.Host().ValidateString(t.Context(), validator.StringRequest{ConfigValue: types.StringValue(text)}, &resp)
		if resp.Diagnostics.HasError() == good {
			t.Errorf("%q: %v", text, resp.Diagnostics)
		}
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	state := map[string]string{"username": "a", "password": "plain"}
	for what, c := range map[string]struct {
		values, config tf.Values
		want           registry.Credentials
		ok             bool
	}{
		"none":              {tf.Values{}, nil, registry.Credentials{}, false},
		"null":              {tf.Values{login.Name: types.ObjectNull(nil)}, nil, registry.Credentials{}, false},
		"plain":             {values(t, state), nil, registry.Credentials{Username: "a", Password: "plain"}, true},
		"plain, configured": {values(t, state), values(t, state), registry.Credentials{Username: "a", Password: "plain"}, true},
		"write-only": {
			values(t, map[string]string{"username": "a"}), values(t, map[string]string{"username": "a", "password_wo": "b"}),
			registry.Credentials{Username: "a", Password: "b"},
			true,
		},
		"write-only, read": {values(t, map[string]string{"username": "a"}), nil, registry.Credentials{}, false},
		"identity token":   {values(t, nil), values(t, map[string]string{"identity_token_wo": "b"}), registry.Credentials{IdentityToken: "b"}, true},
		"registry token":   {values(t, map[string]string{"registry_token": "b"}), nil, registry.Credentials{RegistryToken: "b"}, true},
	} {
		got, _, ok := login.Of(c.values, c.config)
		if ok != c.ok || ok && (got.Username != c.want.Username || got.Password != c.want.Password ||
			got.IdentityToken != c.want.IdentityToken || got.RegistryToken != c.want.RegistryToken) {
			t.Errorf("%s: %v, %v", what, got, ok)
		}
	}
}

// The credentials go to the registry that they are for, and to no other.
func TestEnter(t *testing.T) {
	t.Parallel()
	const user, password = "robot", "secret"
	one, other := registries.Start(t, registries.Password(user, password)), registries.Start(t, registries.Password(user, password))
	img, err := random.Image(100, 1)
	if err != nil {
		t.Fatal(err)
	}
	all := registry.NewIn(registry.Environment{Getenv: func(string) string { return "" }}, nil)
	t.Cleanup(all.Close)
	good := map[string]string{"username": user, "password": password}
	with := func(more ...string) map[string]string {
		changed := map[string]string{"username": user, "password": password}
		for i := 0; i < len(more); i += 2 {
			changed[more[i]] = more[i+1]
		}
		return changed
	}
	for _, s := range []*registries.Server{one, other} {
		s.Push(t, "app:v1", img)
	}
	for what, c := range map[string]struct {
		given      map[string]string
		one, other error
	}{
		"the reference's": {good, nil, registry.ErrUnauthorized},
		"another's":       {with("registry", other.Host), registry.ErrUnauthorized, nil},
		"wrong":           {with("password", "wrong"), registry.ErrUnauthorized, registry.ErrUnauthorized},
		"not known yet":   {with("password", "?"), registry.ErrNotReady, registry.ErrUnauthorized},
	} {
		r := login.Enter(all, one.Host, values(t, c.given), nil)
		for host, want := range map[string]error{one.Host: c.one, other.Host: c.other} {
			ref, err := registry.Parse(host + "/app:v1")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := r.Head(t.Context(), ref); !errors.Is(err, want) {
				t.Errorf("%s at %s: %v", what, host, err)
			}
		}
	}
	unknown := login.Enter(all, one.Host, values(t, map[string]string{"username": user}), values(t, map[string]string{"username": user, "password_wo": "?"}))
	if _, err := unknown.Credentials(t.Context(), one.Host); !errors.Is(err, registry.ErrNotReady) {
		t.Errorf("a write-only value that is not known: %v", err)
	}
	if login.Enter(all, one.Host, tf.Values{}, nil) != all {
		t.Error("without credentials it is not the same")
	}
}
