package container

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// resolverFields say how the container finds other hosts.
func resolverFields() field.Table {
	return field.Table{
		{
			Name: "dns", API: "HostConfig.DNS", Class: field.Replace, Kind: field.Strings{Notation: tf.Address},
			Doc: "Name servers, in the order in which they are asked. Default: the host's.",
		},
		{
			Name: "dns_opts", API: "HostConfig.DNSOptions", Class: field.Replace, Kind: field.Strings{},
			Doc: "Options of the resolver, as in resolv.conf(5), for example `ndots:2`.",
		},
		{
			Name: "dns_search", API: "HostConfig.DNSSearch", Class: field.Replace, Kind: field.Strings{},
			Doc: "Domains in which host names are looked up, in order.",
		},
		{
			Name: "extra_hosts", API: "HostConfig.ExtraHosts", Class: field.Replace, Same: sameHosts,
			Kind: field.Custom{AttrType: hostsType, Attribute: hostsAttribute, Put: putHosts, Get: getHosts},
			Doc: "Addresses by host name, added to `/etc/hosts`: `{ db = [\"10.0.0.2\", \"fd00::2\"] }`; `host-gateway` stands for the " +
				"address of the host.",
		},
		{
			Name: "links", API: "HostConfig.Links", Class: field.Replace, Needs: docker.Links, Kind: field.StringSet{},
			Doc: "Containers on the default network to reach under another name, as `container:alias`. Superseded by networks of your own.",
		},
	}
}

var hostsType = types.MapType{ElemType: types.ListType{ElemType: types.StringType}}

const hostGateway = "host-gateway"

func hostsAttribute(_ field.Field, doc string) schema.Attribute {
	return schema.MapAttribute{
		MarkdownDescription: doc, Optional: true, ElementType: hostsType.ElemType, Validators: []validator.Map{validHosts{}},
	}
}

// hostLines are the engine's name:address lines of the attribute, sorted by name. It returns an error that
// names the address which cannot be read.
func hostLines(v attr.Value) ([]string, error) {
	m, _ := v.(types.Map)
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(m.Elements())) {
		if name == "" || strings.Contains(name, ":") {
			return nil, fmt.Errorf("%q is no host name: write one without colons", name)
		}
		if len(tf.StringsOf(m.Elements()[name])) == 0 {
			return nil, fmt.Errorf("%s: write at least one address", name)
		}
		for _, ip := range tf.StringsOf(m.Elements()[name]) {
			if ip == hostGateway {
				lines = append(lines, name+":"+ip)
				continue
			}
			address, err := netip.ParseAddr(strings.Trim(ip, "[]"))
			if err != nil {
				return nil, fmt.Errorf("%s: %q is no IP address: write an address or %q", name, ip, hostGateway)
			}
			lines = append(lines, name+":"+address.String())
		}
	}
	return lines, nil
}

func putHosts(_ context.Context, v attr.Value, to any) error {
	out, ok := to.(*[]string)
	if !ok {
		return fmt.Errorf("cannot write hosts to %T", to)
	}
	lines, err := hostLines(v)
	*out = lines
	return err
}

// getHosts splits at the first colon, since IPv6 addresses have more of them.
func getHosts(_ context.Context, from any) attr.Value {
	lines, _ := from.([]string)
	if len(lines) == 0 {
		return types.MapNull(hostsType.ElemType)
	}
	byName := map[string][]string{}
	for _, line := range lines {
		name, ip, _ := strings.Cut(line, ":")
		byName[name] = append(byName[name], strings.Trim(ip, "[]"))
	}
	out := make(map[string]attr.Value, len(byName))
	for name, ips := range byName {
		out[name] = tf.StringList(ips)
	}
	return types.MapValueMust(hostsType.ElemType, out)
}

func sameHosts(a, b attr.Value) bool {
	x, errX := hostLines(a)
	y, errY := hostLines(b)
	return errX == nil && errY == nil && slices.Equal(x, y)
}

// validHosts refuses addresses that cannot be read, at plan.
type validHosts struct{}

func (validHosts) Description(context.Context) string { return "must hold IP addresses" }

func (v validHosts) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (validHosts) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if req.ConfigValue.IsNull() || tf.HasUnknown(req.ConfigValue) {
		return
	}
	if _, err := hostLines(req.ConfigValue); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid host", err.Error()+".")
	}
}
