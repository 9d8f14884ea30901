package containerinstance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

// checker finds what the service would refuse, or take and never bring to run.
type checker struct {
	diag.Diagnostics
	// values are the planned ones, config the configured ones, which alone have secrets that are write-only.
	values, config managed.Values
	profile        bool
}

// checkGroup checks a container group.
func checkGroup(plan managed.Plan) diag.Diagnostics {
	c := &checker{values: plan.Planned, config: plan.Config, profile: plan.Planned.Has("profile")}
	c.workload()
	c.network()
	c.identities()
	return c.Diagnostics
}

// checkProfile checks a profile, of which groups say where they are.
func checkProfile(plan managed.Plan) diag.Diagnostics {
	c := &checker{values: plan.Planned, config: plan.Config}
	c.workload()
	c.spot()
	return c.Diagnostics
}

// refuse adds an error about an attribute.
func (c *checker) refuse(at path.Path, summary, format string, args ...any) {
	c.AddAttributeError(at, summary, fmt.Sprintf(format, args...))
}

// workload checks what a profile has as well.
func (c *checker) workload() {
	if !c.profile && c.values["os_type"].IsNull() {
		c.refuse(path.Root("os_type"), "No system", `Set os_type to "Linux" or "Windows".`)
	}
	c.containers(func(at path.Path, container, config managed.Values, init bool) {
		c.complete(at, container, init)
		c.environment(at, config)
		c.mounts(at, container)
		c.probe(at.AtName("liveness_probe"), container.Object("liveness_probe"))
		c.probe(at.AtName("readiness_probe"), container.Object("readiness_probe"))
		c.limit(at, container, "cpu")
		c.limit(at, container, "memory")
	})
	c.names()
	c.windows()
	c.ports()
	c.volumes()
	c.credentials()
	c.references()
	if log := c.config.Object("log_analytics"); log != nil && !log.Has("workspace_key") && !log.Has("workspace_key_wo") {
		c.refuse(path.Root("log_analytics"), "No key", "Set workspace_key_wo or workspace_key: the workspace takes logs from who has its key.")
	}
	confidential := c.values.String("sku") == "Confidential"
	if c.values.Has("cce_policy") && !confidential && !c.values.Unknown("sku") {
		c.refuse(path.Root("cce_policy"), "Not a confidential group", `Set sku to "Confidential", or take cce_policy out.`)
	}
}

// containers visits all containers, those that run first included.
func (c *checker) containers(visit func(at path.Path, container, config managed.Values, init bool)) {
	config := c.config.Object("containers")
	for name, container := range c.values.Each("containers") {
		visit(path.Root("containers").AtMapKey(name), container, config.Object(name), false)
	}
	configured := c.config.Objects("init_containers")
	for i, container := range c.values.Objects("init_containers") {
		if i < len(configured) {
			visit(path.Root("init_containers").AtListIndex(i), container, configured[i], true)
		}
	}
}

// complete wants what no profile says.
func (c *checker) complete(at path.Path, container managed.Values, init bool) {
	if c.profile || container == nil {
		return
	}
	if container["image"].IsNull() {
		c.refuse(at.AtName("image"), "No image", "Set image.")
	}
	for _, name := range []string{"cpu", "memory"} {
		if !init && container[name].IsNull() {
			c.refuse(at.AtName(name), "Not enough said",
				"Set cpu and memory, for example cpu = 0.5 and memory = 1.5: Azure keeps that much for the container.")
			return
		}
	}
}

// environment wants each variable once.
func (c *checker) environment(at path.Path, config managed.Values) {
	seen := map[string]string{}
	for _, kind := range []string{
		"environment_variables", "secure_environment_variables", "secure_environment_variables_wo", "secure_environment_variable_references",
	} {
		for _, name := range slices.Sorted(maps.Keys(config.Object(kind))) {
			if other := seen[name]; other != "" {
				c.refuse(at.AtName(kind).AtMapKey(name), "Variable said twice", "%s is in %s as well: leave it in one of them.", name, other)
			}
			seen[name] = kind
		}
	}
}

// mounts wants each mounted volume to be there.
func (c *checker) mounts(at path.Path, container managed.Values) {
	if c.values.Unknown("volumes") || c.profile {
		return
	}
	for where, mount := range container.Each("volume_mounts") {
		name := mount.String("volume")
		if _, there := c.values.Object("volumes")[name]; name != "" && !there {
			c.refuse(at.AtName("volume_mounts").AtMapKey(where).AtName("volume"), "No such volume",
				"%q is none of volumes: add it there, or name one that is there.", name)
		}
	}
}

// probe wants one way to look.
func (c *checker) probe(at path.Path, probe managed.Values) {
	switch {
	case probe == nil:
	case probe.Known("exec") && probe.Known("http_get"):
		c.refuse(at.AtName("http_get"), "Two ways to look", "The probe has exec as well: leave one of them.")
	case !probe.Has("exec") && !probe.Has("http_get"):
		c.refuse(at, "No way to look", "Set exec or http_get.")
	}
}

// limit wants a limit not to be below what is kept.
func (c *checker) limit(at path.Path, container managed.Values, name string) {
	if limit := name + "_limit"; container.Known(limit) && container.Known(name) && container.Number(limit) < container.Number(name) {
		c.refuse(at.AtName(limit), "Limit too low", "%s is %v, less than %s (%v): write as much at least.",
			limit, container.Number(limit), name, container.Number(name))
	}
}

// port is a port as the group has it only once.
func port(of managed.Values) string {
	protocol := of.String("protocol")
	if protocol == "" {
		protocol = "TCP"
	}
	return fmt.Sprintf("%d/%s", int(of.Number("port")), strings.ToUpper(protocol))
}

// ports wants each port once, and what is reached from outside to be listened on.
func (c *checker) ports() {
	owner := map[string]string{}
	whole := !c.values.Unknown("containers") && !c.profile
	for name, container := range c.values.Each("containers") {
		whole = whole && !container.Unknown("ports")
		for i, p := range container.Objects("ports") {
			if !p.Known("port") || p.Unknown("protocol") {
				whole = false
				continue
			}
			if other := owner[port(p)]; other != "" {
				c.refuse(path.Root("containers").AtMapKey(name).AtName("ports").AtListIndex(i), "Port said twice",
					"Container %q has port %s already, and all containers of a group share one address: let one of them listen elsewhere.", other, port(p))
			}
			owner[port(p)] = name
		}
	}
	address := c.values.Object(addressName)
	if address.Known("ports") && len(address.Objects("ports")) == 0 {
		c.refuse(path.Root(addressName).AtName("ports"), "No ports", "Write at least one, or leave this out for all ports of all containers.")
	}
	if address != nil && !address.Unknown("ports") && len(address.Objects("ports")) == 0 && whole && len(owner) == 0 {
		c.refuse(path.Root(addressName), "Nobody listens", "An address needs ports: add them to a container, or take ip_address out.")
	}
	c.open(address.Objects("ports"), owner, whole)
}

// open wants each port that is reached from outside once, and a container that listens there.
func (c *checker) open(ports []managed.Values, owner map[string]string, whole bool) {
	seen := map[string]bool{}
	for i, p := range ports {
		if !p.Known("port") || p.Unknown("protocol") {
			continue
		}
		at := path.Root(addressName).AtName("ports").AtListIndex(i)
		switch {
		case seen[port(p)]:
			c.refuse(at, "Port said twice", "Port %s is there already: take it out here.", port(p))
		case owner[port(p)] == "" && whole:
			c.refuse(at, "Nobody listens", "No container has port %s: add it to the ports of one, or take it out here.", port(p))
		}
		seen[port(p)] = true
	}
}

// volumes wants each volume to be of one kind.
func (c *checker) volumes() {
	for name, volume := range c.config.Each("volumes") {
		var kinds []string
		unknown := false
		for _, kind := range volumeKinds {
			unknown = unknown || volume.Unknown(kind)
			if volume.Known(kind) {
				kinds = append(kinds, kind)
			}
		}
		at := path.Root("volumes").AtMapKey(name)
		switch {
		case volume == nil:
		case len(kinds) == 0 && !unknown:
			c.refuse(at, "Volume of no kind", "Set one of %s; empty_dir = {} is an empty folder.", enumerate(volumeKinds))
		case len(kinds) > 1:
			c.refuse(at.AtName(kinds[1]), "Volume of two kinds", "The volume has %s as well: leave one of them.", kinds[0])
		}
		if file := volume.Object("azure_file"); file != nil && !file.Has("storage_account_key") && !file.Has("storage_account_key_wo") &&
			!file.Has("storage_account_key_reference") {
			c.refuse(at.AtName("azure_file"), "No key", "Set storage_account_key_wo, storage_account_key or storage_account_key_reference.")
		}
	}
}

// credentials wants a user with a password, or an identity.
func (c *checker) credentials() {
	for server, one := range c.config.Each("image_registry_credentials") {
		at := path.Root("image_registry_credentials").AtMapKey(server)
		password := one.Has("password") || one.Has("password_wo") || one.Has("password_reference")
		user := one.Known("username") || one.Known("password") || one.Known("password_wo") || one.Known("password_reference")
		switch {
		case one == nil:
		case user && one.Known("identity_id"):
			c.refuse(at.AtName("identity_id"), "Two ways in", "Leave either identity_id, or username with its password.")
		case one.Known("username") && !password && !one.Has("identity_id"):
			c.refuse(at.AtName("username"), "No password", "Set password_wo, password or password_reference.")
		case password && !one.Has("username") && !one.Has("identity_id"):
			c.refuse(at, "No user", "Set username beside the password.")
		case !password && !one.Has("identity_id"):
			c.refuse(at, "No credentials", "Set identity_id, or username with password_wo.")
		}
	}
}

// references wants every secret that is named to be one of the references of the group.
func (c *checker) references() {
	if c.values.Unknown("secret_references") || c.profile {
		return
	}
	known := c.values.Object("secret_references")
	want := func(at path.Path, name string) {
		if _, there := known[name]; name != "" && !there {
			c.refuse(at, "No such secret", "%q is none of secret_references: add it there.", name)
		}
	}
	each := func(of managed.Values, name string, at path.Path) {
		for key := range of.Object(name) {
			want(at.AtName(name).AtMapKey(key), of.Object(name).String(key))
		}
	}
	c.containers(func(at path.Path, container, _ managed.Values, _ bool) {
		each(container, "secure_environment_variable_references", at)
	})
	for server, one := range c.values.Each("image_registry_credentials") {
		want(path.Root("image_registry_credentials").AtMapKey(server).AtName("password_reference"), one.String("password_reference"))
	}
	for name, one := range c.values.Each("volumes") {
		at := path.Root("volumes").AtMapKey(name)
		each(one, "secret_reference", at)
		const key = "storage_account_key_reference"
		want(at.AtName("azure_file").AtName(key), one.Object("azure_file").String(key))
	}
}

// network wants the address to fit to where the group is.
func (c *checker) network() {
	address, subnet := c.values.Object(addressName), c.values.Has("subnet_ids")
	at := path.Root(addressName)
	switch kind := address.String("type"); {
	case strings.EqualFold(kind, private) && !subnet:
		c.refuse(at.AtName("type"), "No subnet", "A private address is one of a subnet: set subnet_ids.")
	case strings.EqualFold(kind, public) && c.values.Known("subnet_ids"):
		c.refuse(at.AtName("type"), "No public address in a subnet", `Set type to "Private", or take subnet_ids out.`)
	case strings.EqualFold(kind, private) && address.Has("dns_name_label"):
		c.refuse(at.AtName("dns_name_label"), "No name for a private address", "Only public addresses have names: take dns_name_label out.")
	}
	c.spot()
	if c.values.Has("dns_config") && c.values["subnet_ids"].IsNull() {
		c.refuse(path.Root("dns_config"), "No subnet", "Only groups in a subnet have name servers of their own: set subnet_ids.")
	}
}

// spot wants no address for capacity that can go away.
func (c *checker) spot() {
	if c.values.String("priority") == spot && c.values.Known(addressName) {
		c.refuse(path.Root(addressName), "No address for spot capacity",
			"Groups with priority Spot are not reached from outside: take ip_address out.")
	}
}

// identities wants every identity that is used to be one of the group.
func (c *checker) identities() {
	own := c.values.Object("identity")
	if ids, said := own["identity_ids"]; c.values.Unknown("identity") || said && !ids.IsFullyKnown() {
		return
	}
	has := func(id string) bool {
		return slices.ContainsFunc(own.Strings("identity_ids"), func(one string) bool { return strings.EqualFold(one, id) })
	}
	want := func(at path.Path, id string) {
		if id != "" && !has(id) {
			c.refuse(at, "Identity of another", "The group does not have %s: add it to identity.identity_ids.", id)
		}
	}
	for server, one := range c.values.Each("image_registry_credentials") {
		want(path.Root("image_registry_credentials").AtMapKey(server).AtName("identity_id"), one.String("identity_id"))
	}
	for name, one := range c.values.Each("secret_references") {
		want(path.Root("secret_references").AtMapKey(name).AtName("identity_id"), one.String("identity_id"))
	}
	for id := range c.values.Object("identity_acls").Each("acls") {
		want(path.Root("identity_acls").AtName("acls").AtMapKey(id), id)
	}
	want(path.Root("encryption").AtName("identity_id"), c.values.Object("encryption").String("identity_id"))
}

// names wants each container to have a name of its own.
func (c *checker) names() {
	taken := c.values.Object("containers")
	seen := map[string]bool{}
	for i, one := range c.values.Objects("init_containers") {
		name := one.String("name")
		if _, other := taken[name]; name != "" && (other || seen[name]) {
			c.refuse(path.Root("init_containers").AtListIndex(i).AtName("name"), "Name said twice",
				"Another container of the group is called %q: choose another name.", name)
		}
		seen[name] = true
	}
}

// windows wants what Azure does for Linux alone not to be in a group for Windows.
func (c *checker) windows() {
	if c.values.String("os_type") != "Windows" {
		return
	}
	const summary, advice = "Linux only", "Azure has no %s for Windows: take it out, or set os_type to \"Linux\"."
	if len(c.values.Object("containers")) > 1 {
		c.refuse(path.Root("containers"), summary, "A group for Windows has one container: leave one, or set os_type to \"Linux\".")
	}
	if len(c.values.Objects("init_containers")) > 0 {
		c.refuse(path.Root("init_containers"), summary, advice, "init containers")
	}
	if len(c.values.Object("volumes")) > 0 {
		c.refuse(path.Root("volumes"), summary, advice, "volumes")
	}
	for name, container := range c.values.Each("containers") {
		if container.Known("gpu") {
			c.refuse(path.Root("containers").AtMapKey(name).AtName("gpu"), summary, advice, "GPUs")
		}
	}
}
