package build

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/distribution/reference"
	engineregistry "github.com/docker/docker/api/types/registry"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// authConfigs are the credentials of the registries that the Dockerfile takes images from, by the names that engines have
// for them. Unlike BuildKit, the classic builder does not ask: it has to be given them beforehand.
func (r *Request) authConfigs(ctx context.Context) (map[string]engineregistry.AuthConfig, error) {
	if r.Auth == nil {
		return nil, nil
	}
	configs := map[string]engineregistry.AuthConfig{}
	for _, host := range r.registries() {
		login, err := r.Auth(ctx, host)
		if err != nil {
			return nil, fmt.Errorf("credentials for %s: %w", host, err)
		}
		key := registry.ServerAddress(host)
		switch {
		case login.Token != "" && r.Podman: // It takes a token, and asks without it.
			return nil, fmt.Errorf("credentials for %s: %w", host, errOnlyToken)
		case login.Token != "":
			configs[key] = engineregistry.AuthConfig{RegistryToken: login.Token, ServerAddress: key}
		case login.Secret == "":
		case login.User == "":
			configs[key] = engineregistry.AuthConfig{IdentityToken: login.Secret, ServerAddress: key}
		default:
			configs[key] = engineregistry.AuthConfig{Username: login.User, Password: login.Secret, ServerAddress: key}
		}
	}
	return configs, nil
}

// registries are the hosts of the images that the Dockerfile names. A Dockerfile that cannot be read names none: the
// engine tells what is wrong with it.
func (r *Request) registries() []string {
	parsed, err := parser.Parse(bytes.NewReader(r.Context.DockerfileBytes()))
	if err != nil {
		return nil
	}
	stages, args, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return nil
	}
	expand := r.expander(parsed.EscapeToken, args)
	hosts := map[string]bool{}
	for _, image := range imagesOf(stages, expand) {
		named, err := reference.ParseNormalizedNamed(image)
		if err == nil {
			hosts[reference.Domain(named)] = true
		}
	}
	return slices.Sorted(maps.Keys(hosts))
}

// imagesOf are the names behind FROM, COPY --from and RUN --mount=from=. Those of stages look like images of Docker Hub.
func imagesOf(stages []instructions.Stage, expand instructions.SingleWordExpander) []string {
	var images []string
	for i := range stages {
		stage := &stages[i]
		if name, err := expand(stage.BaseName); err == nil && !isStage(stages[:i], name) {
			images = append(images, name)
		}
		for _, command := range stage.Commands {
			for _, name := range sourcesOf(command, expand) {
				if !isStage(stages, name) {
					images = append(images, name)
				}
			}
		}
	}
	return images
}

func isStage(stages []instructions.Stage, name string) bool {
	_, named := instructions.HasStage(stages, name)
	_, err := strconv.Atoi(name)
	return named || err == nil || name == "" || name == "scratch"
}

// sourcesOf are what a command takes files from beside the context.
func sourcesOf(command instructions.Command, expand instructions.SingleWordExpander) []string {
	switch c := command.(type) {
	case *instructions.CopyCommand:
		return []string{c.From}
	case *instructions.RunCommand:
		if c.Expand(expand) != nil {
			return nil
		}
		var out []string
		for _, mount := range instructions.GetMounts(c) {
			out = append(out, mount.From)
		}
		return out
	default:
		return nil
	}
}

// expander fills in the arguments that stand before the first FROM.
func (r *Request) expander(escape rune, args []instructions.ArgCommand) instructions.SingleWordExpander {
	lex, values := shell.NewLex(escape), argValues{}
	expand := func(word string) (string, error) {
		text, _, err := lex.ProcessWord(word, values)
		return text, err
	}
	for _, command := range args {
		for _, arg := range command.Args {
			if given, ok := r.Args[arg.Key]; ok {
				values[arg.Key] = given
			} else if arg.Value != nil {
				values[arg.Key], _ = expand(*arg.Value) // What cannot be expanded names no registry.
			}
		}
	}
	return expand
}

// argValues are the values of arguments by their names.
type argValues map[string]string

// Get implements shell.EnvGetter.
func (a argValues) Get(name string) (string, bool) {
	value, ok := a[name]
	return value, ok
}

// Keys implements shell.EnvGetter.
func (a argValues) Keys() []string { return slices.Sorted(maps.Keys(a)) }
