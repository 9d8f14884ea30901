// Package registry is the one way in which this provider authenticates with container registries and talks to them
// over the distribution API.
//
// # Credentials
//
// Registries.Credentials looks in this order, and takes the first that has something for the registry:
//
//  1. the settings of the provider block (and before them, credentials of one resource: WithCredentials);
//  2. what the Docker CLI would use, in its order: DOCKER_AUTH_CONFIG; then config.json in DOCKER_CONFIG or ~/.docker,
//     of which the helper that credHelpers names for the registry, else the one that credsStore names, else auths;
//  3. Podman's file: REGISTRY_AUTH_FILE, or else auth.json in $XDG_RUNTIME_DIR/containers and in ~/.config/containers;
//  4. native logins of clouds, until what they gave expires;
//  5. nothing: anonymous.
//
// Nothing is read before a registry is asked, and then only what that registry needs. A file that is not there has
// nothing to say. A file that cannot be read or parsed is an error. A helper that is missing or fails leaves the search
// going on, as with the Docker CLI; when the registry then wants credentials, the error tells what was searched and why
// it gave nothing.
//
// # Where credentials go
//
// Credentials and the tokens made from them go to the registry that they are for, and to no other host but the token
// server that the registry names (the realm of its challenge):
//
//   - A registry over verified TLS may name any https token server, as Docker Hub names auth.docker.io. It has proved
//     who it is, and it could have asked for the credentials itself.
//   - A registry over plain http, or one whose certificate is not verified, may only name a token server on its own
//     host name, or on the loopback interface if it is there itself. Without credentials it may name others.
//   - A registry over TLS never leads to plain http: neither a token server nor a redirect, unless that host has a
//     plain_http of its own in the settings.
//   - Token servers cannot redirect to another host. Redirects of the registry to another host (storage, mirrors) go
//     without Authorization and without the client certificate, and never to link-local addresses.
//   - A mirror is entered as the registry that it is: with its own credentials or none.
//
// Plain http is for registries on the loopback interface and for those whose settings say so by name.
package registry
