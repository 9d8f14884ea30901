package container

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/go-connections/nat"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// portFields say which ports of the container the host publishes.
func portFields() field.Table {
	return field.Table{
		{
			Name: "ports", API: "HostConfig.PortBindings", Class: field.Replace, Same: samePorts, SamePodman: podmanPortsDo,
			Kind: field.Custom{AttrType: portsType, Attribute: portsAttribute, Put: putPorts, Get: getPorts},
			Doc: "Where the host publishes ports of the container, by port and protocol: `{ \"80/tcp\" = [\"8080\"] }`. The key may be a range, " +
				"`8000-8010/udp`. Each place is `port`, `address:port` or `[IPv6 address]:port`; without an address on all of them. A port " +
				"may be a range; `0` lets the engine choose a free one, see `published_ports`. Newer engines choose the same one for all places of " +
				"a port, so these must be at different addresses. The order of the places means nothing.",
		},
		{
			Name: "expose", API: "Config.ExposedPorts", Class: field.Replace, Narrow: onlyConfiguredElements,
			Kind: field.Custom{AttrType: types.SetType{ElemType: types.StringType}, Attribute: exposeAttribute, Put: putExpose, Get: getExpose},
			Doc:  "Ports that the container declares without publishing them, for example `9000/tcp`, beside those of the image and of `ports`.",
		},
		{
			Name: "publish_all_ports", API: "HostConfig.PublishAllPorts", Class: field.Replace, Kind: field.Bool{},
			Doc: "Whether the host publishes every declared port on a free port. Default: `false`.",
		},
		{
			Name: "published_ports", API: "Published", Class: field.Observed, Follows: []string{"networks", "state"},
			Kind: field.Custom{AttrType: publishedType, Attribute: publishedAttribute, Get: getPublished},
			Doc: "Where the host really publishes ports of the container at the moment, with the numbers that the engine chose: lists of " +
				"`host_ip` and `host_port` by port of the container. Empty while the container does not run.",
		},
	}
}

var (
	placesType    = types.ListType{ElemType: types.StringType}
	portsType     = types.MapType{ElemType: placesType}
	bindingTypes  = map[string]attr.Type{"host_ip": types.StringType, "host_port": types.Int64Type}
	bindingsType  = types.ListType{ElemType: types.ObjectType{AttrTypes: bindingTypes}}
	publishedType = types.MapType{ElemType: bindingsType}

	portKey = tf.Matching(regexp.MustCompile(`^\d{1,5}(-\d{1,5})?/(tcp|udp|sctp)$`),
		"write the port of the container with its protocol, for example 80/tcp, 53/udp or 8000-8010/tcp")
)

func portsAttribute(_ field.Field, doc string) schema.Attribute {
	return schema.MapAttribute{
		MarkdownDescription: doc, Optional: true, ElementType: placesType,
		Validators: []validator.Map{mapvalidator.KeysAre(portKey), validPorts{}},
	}
}

func publishedAttribute(_ field.Field, doc string) schema.Attribute {
	return schema.MapAttribute{MarkdownDescription: doc, Computed: true, ElementType: bindingsType}
}

func exposeAttribute(_ field.Field, doc string) schema.Attribute {
	return schema.SetAttribute{
		MarkdownDescription: doc, Optional: true, ElementType: types.StringType,
		Validators: []validator.Set{tf.NoNulls{}, setvalidator.ValueStringsAre(portKey, tf.Refusing("Invalid port", checkPorts))},
	}
}

// putPorts adds the bindings of every single port, ranges expanded.
func putPorts(_ context.Context, v attr.Value, to any) error {
	out, ok := to.(*nat.PortMap)
	if !ok {
		return fmt.Errorf("cannot write ports to %T", to)
	}
	bindings, err := portMap(v)
	*out = bindings
	return err
}

// portMap expands the attribute to bindings of single ports. It returns an error that names the place which cannot be read.
func portMap(v attr.Value) (nat.PortMap, error) {
	out := nat.PortMap{}
	m, _ := v.(types.Map)
	for key, places := range m.Elements() {
		if places.IsNull() || len(tf.StringsOf(places)) == 0 {
			return nil, fmt.Errorf("%s: write at least one place, %q for a free port", key, "0")
		}
		for _, place := range tf.StringsOf(places) {
			if err := bind(out, key, place); err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
		}
	}
	return out, nil
}

// bind adds one place for a port or range of ports of the container.
func bind(out nat.PortMap, key, place string) error {
	ports, proto, _ := strings.Cut(key, "/")
	if err := checkPorts(key); err != nil {
		return err
	}
	first, last, err := nat.ParsePortRange(ports)
	if err != nil {
		return err
	}
	ip, hostPorts, err := splitPlace(place)
	if err != nil {
		return err
	}
	if first == last || hostPorts == "" {
		for p := first; p <= last; p++ {
			addBinding(out, p, proto, nat.PortBinding{HostIP: ip, HostPort: hostPorts})
		}
		return nil
	}
	hostFirst, hostLast, err := nat.ParsePortRange(hostPorts)
	if err != nil || hostLast-hostFirst != last-first {
		return fmt.Errorf("%q is not as many ports as %s: write a range of the same length", place, ports)
	}
	for i := range last - first + 1 {
		addBinding(out, first+i, proto, nat.PortBinding{HostIP: ip, HostPort: strconv.FormatUint(hostFirst+i, 10)})
	}
	return nil
}

func addBinding(out nat.PortMap, port uint64, proto string, b nat.PortBinding) {
	key := nat.Port(strconv.FormatUint(port, 10) + "/" + proto)
	out[key] = append(out[key], b)
}

// splitPlace reads "port", "address:port" or "[address]:port". A free port is the empty one.
func splitPlace(place string) (ip, ports string, err error) {
	ports = place
	if i := strings.LastIndex(place, ":"); i >= 0 {
		ip, ports = strings.Trim(place[:i], "[]"), place[i+1:]
		address, err := netip.ParseAddr(ip)
		if err != nil {
			return "", "", fmt.Errorf("%q has no IP address before the port: write for example %q or %q", place, "127.0.0.1:8080", "[::1]:8080")
		}
		ip = address.String()
	}
	if ports == "0" || ports == "" && ip != "" {
		return ip, "", nil
	}
	if first, last, err := nat.ParsePortRange(ports); err != nil || first == 0 || last > 65535 {
		return "", "", fmt.Errorf("%q has no port from 1 to 65535: write for example %q, %q, or %q for a free one",
			place, "8080", "8000-8010", "0")
	}
	return ip, ports, nil
}

func getPorts(_ context.Context, from any) attr.Value {
	bindings, _ := from.(nat.PortMap)
	if len(bindings) == 0 {
		return types.MapNull(placesType)
	}
	out := make(map[string]attr.Value, len(bindings))
	for port, list := range bindings {
		places := make([]string, len(list))
		for i, b := range list {
			places[i] = placeOf(b)
		}
		out[string(port)] = tf.StringList(places)
	}
	return types.MapValueMust(placesType, out)
}

func placeOf(b nat.PortBinding) string {
	port := b.HostPort
	if port == "" {
		port = "0"
	}
	if b.HostIP == "" {
		return port
	}
	return net.JoinHostPort(b.HostIP, port)
}

// samePorts compares the bindings that two values mean, in any order.
func samePorts(a, b attr.Value) bool {
	x, errX := portMap(a)
	y, errY := portMap(b)
	if errX != nil || errY != nil || len(x) != len(y) {
		return false
	}
	for port, list := range x {
		other, ok := y[port]
		if !ok || !slices.Equal(sortedPlaces(list), sortedPlaces(other)) {
			return false
		}
	}
	return true
}

// sortedPlaces treats "on all IPv4 addresses", which some engines spell out, as on all addresses.
func sortedPlaces(list []nat.PortBinding) []string {
	out := make([]string, len(list))
	for i, b := range list {
		out[i] = placeOf(b)
	}
	slices.Sort(out)
	return out
}

func getPublished(_ context.Context, from any) attr.Value {
	published, _ := from.(nat.PortMap)
	out := map[string]attr.Value{}
	for port, list := range published {
		if len(list) == 0 {
			continue
		}
		bindings := make([]attr.Value, len(list))
		for i, b := range list {
			number, _ := strconv.ParseInt(b.HostPort, 10, 32)
			bindings[i] = types.ObjectValueMust(bindingTypes, map[string]attr.Value{
				"host_ip": types.StringValue(b.HostIP), "host_port": types.Int64Value(number),
			})
		}
		out[string(port)] = types.ListValueMust(bindingsType.ElemType, bindings)
	}
	return types.MapValueMust(bindingsType, out)
}

func putExpose(_ context.Context, v attr.Value, to any) error {
	out, ok := to.(*nat.PortSet)
	if !ok {
		return fmt.Errorf("cannot write ports to %T", to)
	}
	*out = nat.PortSet{}
	for _, p := range tf.StringsOf(v) {
		ports, proto, _ := strings.Cut(p, "/")
		first, last, err := nat.ParsePortRange(ports)
		if err != nil {
			return err
		}
		for n := first; n <= last; n++ {
			(*out)[nat.Port(strconv.FormatUint(n, 10)+"/"+proto)] = struct{}{}
		}
	}
	return nil
}

func getExpose(_ context.Context, from any) attr.Value {
	ports, _ := from.(nat.PortSet)
	if len(ports) == 0 {
		return types.SetNull(types.StringType)
	}
	out := make([]attr.Value, 0, len(ports))
	for p := range ports {
		out = append(out, types.StringValue(string(p)))
	}
	return types.SetValueMust(types.StringType, out)
}

// onlyConfiguredElements leaves out what the image and the published ports add to the list of declared ports.
func onlyConfiguredElements(ctx context.Context, prior, observed attr.Value) attr.Value {
	declared := nat.PortSet{}
	if err := putExpose(ctx, prior, &declared); err != nil {
		return observed
	}
	there := map[string]bool{}
	for _, p := range tf.StringsOf(observed) {
		there[p] = true
	}
	for p := range declared {
		if !there[string(p)] {
			return observed
		}
	}
	return prior
}

// validPorts refuses places that cannot be read, at plan.
type validPorts struct{}

func (validPorts) Description(context.Context) string { return "must name places that exist" }

func (v validPorts) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (validPorts) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if req.ConfigValue.IsNull() || tf.HasUnknown(req.ConfigValue) {
		return
	}
	bindings, err := portMap(req.ConfigValue)
	if err == nil {
		err = publishedOnce(bindings)
	}
	if err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid ports", err.Error()+".")
	}
}

// publishedOnce returns an error that names a place of the host which is asked for twice.
func publishedOnce(bindings nat.PortMap) error {
	takenBy := map[string]nat.Port{}
	for _, port := range slices.Sorted(maps.Keys(bindings)) {
		for _, b := range bindings[port] {
			place := placeOf(b) + "/" + port.Proto()
			other, taken := takenBy[place]
			if taken && b.HostPort != "" {
				return fmt.Errorf("%s of the host is published for %s and for %s: write it once", place, other, port)
			}
			takenBy[place] = port
		}
	}
	return nil
}

// checkPorts returns an error for a port or range of a container that does not exist.
func checkPorts(s string) error {
	ports, _, _ := strings.Cut(s, "/")
	if first, last, err := nat.ParsePortRange(ports); err != nil || first == 0 || last > 65535 {
		return fmt.Errorf("%q is no port or range of ports from 1 to 65535", ports)
	}
	return nil
}
