package main

import (
	"fmt"
	"strings"
)

// spec is what a configuration is to describe.
type spec struct {
	kind   string // The name of a kind, or "build".
	host   string
	prefix string
	count  int
	image  string
	// minUptime is how long a start must have lasted; empty for the default.
	minUptime string
	// group is the id of the resource group for objects of Azure.
	group string
	// context is the folder to build.
	context string
}

// ourHCL is the configuration for this provider, and for the floor.
func ourHCL(s spec) string {
	out := fmt.Sprintf(`terraform {
  required_providers {
    containers = { source = %q }
  }
}

provider "containers" {
%s}

`, ourAddress, engineOf(s))
	name := s.prefix + "-${count.index}"
	switch s.kind {
	case identities:
		return out + fmt.Sprintf(`resource "containers_azure_user_assigned_identity" "x" {
  count             = %d
  name              = "%s"
  resource_group_id = %q
  location          = "westeurope"
}
`, s.count, name, s.group)
	case containerKind.name:
		out += fmt.Sprintf(`resource "containers_docker_container" "x" {
  count        = %d
  name         = "%s"
  image        = %q
  command      = ["/toolbox", "sleep"]
  stop_timeout = "0s"
`, s.count, name, s.image)
		if s.minUptime != "" {
			out += fmt.Sprintf("  wait         = { min_uptime = %q }\n", s.minUptime)
		}
		return out + "}\n"
	case networkKind.name:
		return out + simple("containers_docker_network", s.count, name)
	case volumeKind.name:
		return out + simple("containers_docker_volume", s.count, name)
	default:
		return out + fmt.Sprintf("resource \"containers_docker_image\" \"x\" {\n  name  = \"%s:latest\"\n  build = { context = %q }\n}\n",
			s.prefix, s.context)
	}
}

// engineOf is the setting of the engine, where there is one.
func engineOf(s spec) string {
	if s.host == "" {
		return ""
	}
	return fmt.Sprintf("  docker = { host = %q }\n", s.host)
}

// theirHCL is the same for the incumbent.
func theirHCL(s spec) string {
	out := fmt.Sprintf(`terraform {
  required_providers {
    docker = { source = %q }
  }
}

provider "docker" {
  host = %q
}

`, theirAddress, s.host)
	name := s.prefix + "-${count.index}"
	switch s.kind {
	case containerKind.name:
		return out + fmt.Sprintf(`resource "docker_container" "x" {
  count        = %d
  name         = "%s"
  image        = %q
  command      = ["/toolbox", "sleep"]
  stop_timeout = 0
}
`, s.count, name, s.image)
	case networkKind.name:
		return out + simple("docker_network", s.count, name)
	case volumeKind.name:
		return out + simple("docker_volume", s.count, name)
	default:
		trigger := fmt.Sprintf("sha1(join(\"\", [for f in fileset(%q, \"**\") : filesha1(\"%s/${f}\")]))", s.context, s.context)
		return out + fmt.Sprintf("resource \"docker_image\" \"x\" {\n  name = \"%s:latest\"\n  build { context = %q }\n"+
			"  triggers = { sum = %s }\n}\n", s.prefix, s.context, trigger)
	}
}

func simple(typ string, count int, name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "resource %q \"x\" {\n  count = %d\n  name  = \"%s\"\n}\n", typ, count, name)
	return b.String()
}
