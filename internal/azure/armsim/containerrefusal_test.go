package armsim_test

import (
	"net/http"
	"strings"
	"testing"
)

// refusal is a code and the change of a group that is refused with it.
type refusal struct{ code, change string }

func (c *client) refuses(path string, all []refusal) {
	c.t.Helper()
	for _, one := range all {
		c.do(http.MethodPut, path, instanceVersion, groupBody(c.t, one.change)).want(c.t, 400, one.code)
	}
	c.do(http.MethodGet, path, instanceVersion, "").want(c.t, 404, "ResourceNotFound")
}

// exposed is a change of the address of a group, with port 80.
func exposed(more string) string {
	return `{"properties":{"ipAddress":{"type":"Public","ports":[{"port":80}]` + more + `}}}`
}

func TestContainerGroupsThatAreRefused(t *testing.T) {
	c, path := instances(t)
	c.must(http.MethodPut, strings.TrimSuffix(path, "1")+"2", instanceVersion, groupBody(t, exposed(`,"dnsNameLabel":"taken-label"`)))
	volumes := func(list string) string { return `{"properties":{"volumes":[` + list + `]}}` }
	c.refuses(path, []refusal{
		{"InvalidOsType", `{"properties":{"osType":"Plan9"}}`},
		{"ContainersNotSpecified", containers()},
		{"ImageNotSpecified", containers(`{"name":"a","properties":{"resources":{"requests":{"cpu":1,"memoryInGB":1}}}}`)},
		{
			"InvalidMountPath",
			blended(t, volumes(`{"name":"v","emptyDir":{}}`),
				containers(container("a", `,"volumeMounts":[{"name":"v","mountPath":"/v"},{"name":"v","mountPath":"/v"}]`))),
		},
		{"InvalidContainerName", containers(container("Web", ""))},
		{"DuplicateContainerName", containers(container("a", ""), container("a", ""))},
		{
			"ResourceRequestsNotSpecified",
			containers(`{"name":"a","properties":{"image":"i","resources":{"requests":{"cpu":0,"memoryInGB":0}}}}`),
		},
		{
			"ResourceSomeRequestsNotSpecified",
			containers(`{"name":"a","properties":{"image":"i","resources":{"requests":{"cpu":1,"memoryInGB":0}}}}`),
		},
		{
			"InvalidResourceLimits",
			containers(`{"name":"a","properties":{"image":"i","resources":{"requests":{"cpu":2,"memoryInGB":1},"limits":{"cpu":1}}}}`),
		},
		{"InvalidEnvironmentVariable", containers(container("a", `,"environmentVariables":[{"name":"n","value":"v","secureValue":"w"}]`))},
		{"DuplicateEnvironmentVariable", containers(container("a", `,"environmentVariables":[{"name":"n"},{"name":"n"}]`))},
		{"DuplicateContainerPort", containers(container("a", `,"ports":[{"port":80}]`), container("b", `,"ports":[{"port":80}]`))},
		{"MissingIpAddressPorts", `{"properties":{"ipAddress":{"type":"Public","ports":[]}}}`},
		{"UnreferencedIpAddressPorts", `{"properties":{"ipAddress":{"type":"Public","ports":[{"port":80,"protocol":"UDP"}]}}}`},
		{"InvalidDnsNameLabel", exposed(`,"dnsNameLabel":"node"`)},
		{"DnsNameLabelUnavailable", exposed(`,"dnsNameLabel":"taken-label"`)},
		{"PrivateIPAddressWithoutSubnet", `{"properties":{"ipAddress":{"type":"Private","ports":[{"port":80}]}}}`},
		{"VolumeNotFound", containers(container("a", `,"volumeMounts":[{"name":"v","mountPath":"/v"}]`))},
		{"DuplicateVolumeName", volumes(`{"name":"v","emptyDir":{}},{"name":"v","emptyDir":{}}`)},
		{"InvalidVolume", volumes(`{"name":"v"}`)},
		{"InvalidAzureFileVolume", volumes(`{"name":"v","azureFile":{"shareName":"s","storageAccountName":"a"}}`)},
	})
	c.do(http.MethodPut, path, instanceVersion,
		groupBody(t, containers(`{"name":"a","properties":{"image":"i","resources":{"requests":{"cpu":64,"memoryInGB":1}}}}`))).
		want(t, 409, "ServiceUnavailable")
}

func TestWhatDoesNotGoTogetherInContainerGroups(t *testing.T) {
	c, path := instances(t)
	spot := `{"properties":{"priority":"Spot"}}`
	windows := `{"properties":{"osType":"Windows"}}`
	gpu := containers(`{"name":"a","properties":{"image":"i","resources":{"requests":{"cpu":1,"memoryInGB":1,"gpu":{"count":1,"sku":"V100"}}}}}`)
	c.refuses(path, []refusal{
		{"WindowsNotSupported", blended(t, windows, `{"properties":{"volumes":[{"name":"v","emptyDir":{}}]}}`)},
		{"WindowsNotSupported", blended(t, windows, gpu)},
		{"SecretReferenceNotFound", `{"properties":{"volumes":[{"name":"v","secretReference":{"f":"s"}}]}}`},
		{"SecretReferenceNotFound", `{"properties":{"imageRegistryCredentials":[{"server":"r","username":"u","passwordReference":"s"}]}}`},
		{"InvalidContainerName", containers(container("a-", ""))},
		{"InvalidImageRegistryServer", `{"properties":{"imageRegistryCredentials":[{"server":"https://r","username":"u","password":"p"}]}}`},
		{
			"AmbiguousImageResitryCredentialType",
			`{"properties":{"imageRegistryCredentials":[{"server":"r","username":"u","identity":"i"}]}}`,
		},
		{"InvalidImageRegistryIdentity", `{"properties":{"imageRegistryCredentials":[{"server":"r","identity":"/subscriptions/x"}]}}`},
		{"InvalidImageRegistryCredential", `{"properties":{"imageRegistryCredentials":[{"server":"r","username":"u"}]}}`},
		{"SecretReferenceNotFound", containers(container("a", `,"environmentVariables":[{"name":"n","secureValueReference":"s"}]`))},
		{
			"IdentityNotAssigned",
			`{"properties":{"secretReferences":[{"name":"s","identity":"/subscriptions/x","secretReferenceUri":"https://v"}]}}`,
		},
		{"WindowsNotSupported", blended(t, `{"properties":{"osType":"Windows"}}`, containers(container("a", ""), container("b", "")))},
		{"SpotPriorityContainerGroupNotSupportedForInboundConnectivity", blended(t, spot, exposed(""))},
		{"SpotPriorityContainerGroupNotSupportedInSku", blended(t, spot, `{"properties":{"sku":"Dedicated"}}`)},
		{
			"SpotPriorityContainerGroupWithGPUResourcesNotSupported",
			blended(t, spot, containers(`{"name":"a","properties":{"image":"i","resources":{"requests":{"cpu":1,"memoryInGB":1,"gpu":{"count":1,"sku":"V100"}}}}}`)),
		},
		{"PriorityNotSpecified", `{"properties":{"priority":"Later"}}`},
	})
}
