package credentials_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
)

// object is a block of settings: texts, flags, lists of texts, maps of texts, objects and unknown.
type object = map[string]any

// unknown stands for a value that is not known yet.
type unknown struct{}

// build makes the object of a type, null where the values are nil.
func build(t *testing.T, typ types.ObjectType, values object) types.Object {
	t.Helper()
	if values == nil {
		return types.ObjectNull(typ.AttrTypes)
	}
	all := map[string]attr.Value{}
	for name, one := range typ.AttrTypes {
		all[name] = value(t, one, values[name])
	}
	for name := range values {
		if all[name] == nil {
			t.Fatalf("there is no setting %s", name)
		}
	}
	return types.ObjectValueMust(typ.AttrTypes, all)
}

func value(t *testing.T, typ attr.Type, v any) attr.Value {
	t.Helper()
	if _, ok := v.(unknown); ok {
		switch typ := typ.(type) {
		case types.ObjectType:
			return types.ObjectUnknown(typ.AttrTypes)
		case types.MapType:
			return types.MapUnknown(typ.ElemType)
		case types.ListType:
			return types.ListUnknown(typ.ElemType)
		}
		return types.StringUnknown()
	}
	switch typ := typ.(type) {
	case types.ObjectType:
		inner, _ := v.(object)
		return build(t, typ, inner)
	case types.MapType:
		if v == nil {
			return types.MapNull(typ.ElemType)
		}
		all := map[string]attr.Value{}
		texts, _ := v.(map[string]string)
		for name, text := range texts {
			all[name] = types.StringValue(text)
		}
		return types.MapValueMust(typ.ElemType, all)
	case types.ListType:
		if v == nil {
			return types.ListNull(typ.ElemType)
		}
		var all []attr.Value
		texts, _ := v.([]string)
		for _, text := range texts {
			all = append(all, types.StringValue(text))
		}
		return types.ListValueMust(typ.ElemType, all)
	}
	switch v := v.(type) {
	case string:
		return types.StringValue(v)
	case bool:
		return types.BoolValue(v)
	}
	if typ.Equal(types.BoolType) {
		return types.BoolNull()
	}
	return types.StringNull()
}

// open makes the way into Azure by a block and an environment.
func open(t *testing.T, block object, env map[string]string) *credentials.Azure {
	t.Helper()
	typ, ok := credentials.Schema().GetType().(types.ObjectType)
	if !ok {
		t.Fatal("the settings are no object")
	}
	settings := credentials.New(build(t, typ, block), func(name string) string { return env[name] })
	return credentials.Open(settings, "terraform-provider-containers/test")
}

// scope is what tokens are asked for.
var scope = policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}}

// simulator is a simulator with a subscription and what leads to it.
type simulator struct {
	*armsim.Server
	subscription string
}

func simulate(t *testing.T) *simulator {
	t.Helper()
	s := armsim.Start(t, armsim.Options{})
	return &simulator{Server: s, subscription: s.Subscription(t).ID}
}

// block is a block that leads to the simulator.
func (s *simulator) block(more object) object {
	block := object{"metadata_host": s.MetadataHost, "ca_path": s.CAFile, "subscription_id": s.subscription, "use_cli": false}
	for name, v := range more {
		block[name] = v
	}
	return block
}

// enters wants a login that the Resource Manager accepts.
func (s *simulator) enters(t *testing.T, azure *credentials.Azure) {
	t.Helper()
	got, err := azure.Client().Get(t.Context(), "/subscriptions/"+s.subscription, "2022-12-01")
	if err != nil || got["subscriptionId"] != s.subscription {
		t.Errorf("got %v, %v", got, err)
	}
}

// issuer makes tokens of another identity provider.
type issuer struct{ key *ecdsa.PrivateKey }

const audience = "api://AzureADTokenExchange"

// trusted registers an application that trusts a new issuer.
func (s *simulator) trusted(t *testing.T) (*armsim.App, issuer) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	app := s.Register(armsim.App{
		// Tokens that end this soon are replaced each time.
		TokenLifetime: time.Minute,
		Federated:     []armsim.Federated{{Issuer: "https://issuer.test", Subject: "pipeline", Audience: audience, Key: key.Public()}},
	})
	return app, issuer{key}
}

// token is a token for a subject.
func (i issuer) token(t *testing.T, subject string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: i.key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	token, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: "https://issuer.test", Subject: subject, Audience: jwt.Audience{audience}, ID: rand.Text(),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(time.Hour)),
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// file writes a new file.
func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	write(t, name, content)
	return name
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
