// Package armsim is a local Azure Resource Manager, for tests that have to run without Azure and for authors of modules.
//
// It is small and generic: whatever has a resource id can be written, read, listed and deleted, and how a type behaves
// (synchronous or not, which states it goes through, what it fills in) is data, taken from recorded traffic of Azure
// where there is some and from the published documentation elsewhere (profiles.json). Where the types that Microsoft
// publishes are given, every request is checked against them. It knows nothing of its clients, and does nothing for one
// that Azure would not do.
//
// Two doors lead to one state: a proxy that answers for the host names of Azure, for clients that know of nothing
// (HTTPS_PROXY and SSL_CERT_FILE), and a host that describes a cloud of its own (ARM_METADATA_HOSTNAME).
//
// What is not simulated: access control in Resource Manager (whoever has a token may do anything there; the registries
// do ask for roles), quotas, and everything that runs inside resources.
package armsim
