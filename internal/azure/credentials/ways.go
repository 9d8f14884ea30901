package credentials

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// way is one way to log in.
type way struct {
	// name is what it is called in messages.
	name string
	// asked finds whether it is on, and by what; off tells why it is not.
	asked func(*Settings) (by given, off string)
	// needs finds what is missing for it, as texts that say where to set it.
	needs func(*Settings) (missing []string)
	// make makes its credential. It reads files, but asks nobody.
	make func(*login) (azcore.TokenCredential, error)
	// subscription is the one that it works on, nil where there is none.
	subscription func(context.Context) (string, error)
	// kept tells that another program keeps the tokens, and alone decides when there is a new one.
	kept bool
	// advice says what to do where it is refused.
	advice string
}

// login is what credentials are made from.
type login struct {
	*Settings
	cloud   Cloud
	options policy.ClientOptions
	// secrets are the secrets that were read from files, which must not be shown.
	secrets []string
}

// ways are all ways in the order in which they are tried.
var ways = []way{
	{
		name: "the client certificate", asked: oneOf("client_certificate", "client_certificate_path"), needs: application,
		make: certificateCredential, advice: "See whether the certificate is one of the application's, and still valid.",
	},
	{
		name: "the client secret", asked: oneOf("client_secret", "client_secret_path"), needs: application,
		make: secretCredential, advice: "See whether client_id, tenant_id and the secret are right, and belong together.",
	},
	{
		name: "the OIDC token", asked: oidc("oidc_token", "oidc_token_path"), needs: application,
		make: assertionCredential((*login).federatedToken), advice: "See whether the application trusts the identity that the token is for.",
	},
	{
		name: "the workload identity", asked: workload, needs: workloadParts,
		make: workloadCredential, advice: "See whether the pod's service account has a federated credential at the identity.",
	},
	{
		name: "an OIDC token of the pipeline", asked: oidc("oidc_request_url"), needs: pipeline,
		make:   assertionCredential((*login).requestedToken),
		advice: "See whether the application trusts the pipeline or repository (federated credential).",
	},
	{
		name: "the managed identity", asked: switched("use_managed_identity", false), needs: nothing, make: managedCredential,
		advice: "See whether this machine, app or container has the identity, and client_id is that of the one that is meant.",
	},
	{
		name: "the Azure CLI", asked: switched("use_cli", true), needs: nothing, make: cliCredential,
		subscription: cliSubscription, kept: true,
		advice: "Log in with az login, or set another way to log in: client_id, tenant_id and client_secret for example.",
	},
}

// choose finds the first way that is on and has what it needs, those that are set in the provider block first. A way of the block that
// lacks something is an error: another one would log in as somebody else.
func (s *Settings) choose() (*way, []string, error) {
	var first, later []*way
	off := map[*way]string{}
	for i := range ways {
		by, why := ways[i].asked(s)
		switch {
		case why != "":
			off[&ways[i]] = why
		case by.block:
			first = append(first, &ways[i])
		default:
			later = append(later, &ways[i])
		}
	}
	for _, one := range slices.Concat(first, later) {
		missing := strings.Join(one.needs(s), ", and ")
		if missing == "" {
			return one, passedOver(off, one), nil
		}
		if slices.Contains(first, one) {
			return nil, nil, &Error{text: "unable to log in to Azure: " + one.name + " needs " + missing, advice: "Set " + missing + "."}
		}
		off[one] = "it needs " + missing
	}
	return nil, nil, &Error{
		text:   "there is no way to log in to Azure that can be used: " + strings.Join(passedOver(off, nil), "; "),
		advice: "Set client_id, tenant_id and client_secret in the azure settings, or one of the other ways.",
	}
}

// passedOver are the ways that would have come before the chosen one, each with the reason why it is not used.
func passedOver(off map[*way]string, chosen *way) (skipped []string) {
	for i := range ways {
		if &ways[i] == chosen {
			break
		}
		if why := off[&ways[i]]; why != "" {
			skipped = append(skipped, ways[i].name+": "+why)
		}
	}
	return skipped
}

// oneOf is on where one of the settings is set.
func oneOf(names ...string) func(*Settings) (given, string) {
	return func(s *Settings) (given, string) {
		for _, name := range names {
			if found := s.given[name]; found.value != "" {
				return found, ""
			}
		}
		return given{}, strings.Join(names, " or ") + " is not set"
	}
}

// switched is on by a flag.
func switched(name string, unset bool) func(*Settings) (given, string) {
	return func(s *Settings) (given, string) {
		found := s.given[name]
		if s.flag(name, unset) {
			return found, ""
		}
		if found.from == "" {
			return found, name + " is not set"
		}
		return found, found.from + " is " + found.value
	}
}

// oidc is on where use_oidc tells so or one of the settings is set. What the platform gives counts only with the former.
func oidc(names ...string) func(*Settings) (given, string) {
	return func(s *Settings) (given, string) {
		by, off := oneOf(names...)(s)
		if use := s.given["use_oidc"]; use.value != "" {
			if !s.flag("use_oidc", false) {
				return use, use.from + " is " + use.value
			}
			if off != "" && s.requestURL().value != "" && slices.Contains(names, "oidc_request_url") {
				return use, ""
			}
			by.block = by.block || use.block
		}
		return by, off
	}
}

// workload is on where it is switched on, or where the pod has been given a token.
func workload(s *Settings) (given, string) {
	by, off := switched("use_workload_identity", s.platform(federatedTokenFile).value != "")(s)
	if off != "" && by.from == "" {
		off = federatedTokenFile + " is not set"
	}
	return by, off
}

// nothing is missing.
func nothing(*Settings) []string { return nil }

// application is what every login as an application needs.
func application(s *Settings) (missing []string) {
	if s.text("client_id") == "" && s.text("client_id_path") == "" {
		missing = append(missing, where("client_id"))
	}
	if s.text("tenant_id") == "" {
		missing = append(missing, where("tenant_id"))
	}
	return missing
}

func workloadParts(s *Settings) []string {
	missing := application(s)
	if s.platform(federatedTokenFile).value == "" {
		missing = append(missing, federatedTokenFile)
	}
	return missing
}

func pipeline(s *Settings) []string {
	missing := application(s)
	if s.requestURL().value == "" {
		missing = append(missing, where("oidc_request_url"))
	}
	if s.requestToken().value == "" {
		missing = append(missing, where("oidc_request_token"))
	}
	return missing
}

// describe says which way was used, and why none of those before it.
func describe(chosen *way, skipped []string) string {
	if len(skipped) == 0 {
		return chosen.name
	}
	return fmt.Sprintf("%s (not used: %s)", chosen.name, strings.Join(skipped, "; "))
}
