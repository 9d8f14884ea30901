package login

import (
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Of are the credentials of a resource, and the host that the object itself names, which may be empty. The values are
// those of a plan or a state; the configuration has the write-only ones, and is nil where there is none: when reading
// and deleting. It returns false for a resource without credentials, or without any that are known here.
func Of(values, config tf.Values) (credentials registry.Credentials, host string, ok bool) {
	plain, secret := values.Object(Name), config.Object(Name)
	one := func(name string) string {
		if text := secret.String(name + writeOnly); text != "" {
			return text
		}
		return plain.String(name)
	}
	credentials = registry.Credentials{
		Username: plain.String(username), Password: one(password),
		IdentityToken: one(identityToken), RegistryToken: one(registryToken),
		Source: source,
	}
	return credentials, plain.String(registryHost), !credentials.Anonymous()
}

// source is where these credentials come from, as messages say it.
const source = "the resource's credentials"

// Enter returns the registries as a resource is let in: with its own credentials at the registry that these are for, by
// default that of the reference. While a value is not known yet, asking that registry gives an ErrNotReady. Without
// credentials of its own, the resource gets the registries as they are.
func Enter(r *registry.Registries, host string, values, config tf.Values) *registry.Registries {
	block, configured := values[Name], config[Name]
	if r == nil || block == nil || block.IsNull() {
		return r
	}
	credentials, named, ok := Of(values, config)
	if named != "" {
		host = named
	}
	switch {
	case tf.HasUnknown(block), configured != nil && tf.HasUnknown(configured):
		return r.WithUnknown(host, source)
	case ok:
		return r.WithCredentials(host, credentials)
	}
	return r
}
