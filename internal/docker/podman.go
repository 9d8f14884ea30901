package docker

// What Podman's Docker-compatible API takes without a word and leaves out: each is refused at plan. Podman 4.3 is the
// version that this was seen with.
var (
	AuxAddresses = Capability{
		Name: "aux_addresses of a subnet", DockerOnly: true,
		Instead: "limit ip_range to the addresses that are free",
	}
	CacheOfBuild = Capability{
		Name: "a cache of a build", DockerOnly: true,
		Instead: "every step of a build runs there",
	}
	CgroupNamespace = Capability{
		Name: "the attribute cgroupns_mode", DockerOnly: true,
		Instead: "set cgroupns in its containers.conf",
	}
	DeviceCgroupRules = Capability{
		Name: "the attribute device_cgroup_rules", DockerOnly: true,
		Instead: "list the devices in devices",
	}
	DeviceRequests = Capability{
		Name: "the attribute device_requests", DockerOnly: true,
		Instead: "list the devices in devices",
	}
	DisabledNetwork = Capability{Name: "the attribute network_disabled", DockerOnly: true, Instead: `set network_mode = "none"`}
	Domainname      = Capability{Name: "the attribute domainname", DockerOnly: true, Instead: "set hostname to the whole name"}
	EndpointOptions = Capability{Name: "this option of a container's place on a network", DockerOnly: true}
	HardwareAddress = Capability{Name: "a fixed hardware address", DockerOnly: true}
	HealthArguments = Capability{
		Name: "an argument with white space in a health check", DockerOnly: true,
		Instead: "write the check as CMD-SHELL",
	}
	HealthTestOfImage = Capability{
		Name: "a health check without a test of its own", DockerOnly: true,
		Instead: "repeat the test of the image",
	}
	IngressNetwork = Capability{Name: "an ingress network", DockerOnly: true}
	Links          = Capability{
		Name: "the attribute links", DockerOnly: true,
		Instead: "containers on a network of your own find each other by name",
	}
	LogOptions = Capability{
		Name: "this option of a log driver", DockerOnly: true,
		Instead: "it has max-size, path and tag",
	}
	MaskedPaths = Capability{
		Name: "the attribute masked_paths", DockerOnly: true,
		Instead: `use mask=PATH and unmask=PATH in security_opts`,
	}
	NetworkConfigs = Capability{Name: "sharing the configuration of networks", DockerOnly: true}
	NetworkOfBuild = Capability{
		Name: "a network for a build", DockerOnly: true,
		Instead: `builds use its host's: write "host", or leave network_mode out`,
	}
	NetworkOptions     = Capability{Name: "this network option", DockerOnly: true}
	ReadonlyPaths      = Capability{Name: "the attribute readonly_paths", DockerOnly: true}
	RuntimeOfContainer = Capability{
		Name: "a runtime for one container", DockerOnly: true,
		Instead: "set runtime in its containers.conf",
	}
	ShellOfContainer = Capability{
		Name: "the attribute shell", DockerOnly: true,
		Instead: "name the shell in the test of the health check",
	}
	StdinOnce      = Capability{Name: "the attribute stdin_once", DockerOnly: true}
	UlimitsOfBuild = Capability{Name: "the attribute ulimits of a build", DockerOnly: true}
	UnlimitedSwap  = Capability{Name: "memory_swap without a limit", DockerOnly: true, Instead: "write how much"}
	VolumeDriver   = Capability{
		Name: "the attribute volume_driver", DockerOnly: true,
		Instead: "make the volume with a containers_docker_volume",
	}
	VolumeOfMount = Capability{
		Name: "labels and driver of a mount's volume", DockerOnly: true,
		Instead: "make the volume with a containers_docker_volume",
	}
)
