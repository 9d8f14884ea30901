package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/configfile"
	store "github.com/docker/cli/cli/config/credentials"
	"github.com/docker/cli/cli/config/types"
	"github.com/docker/docker-credential-helpers/client"
	"github.com/docker/docker-credential-helpers/credentials"
)

const (
	// helperPrefix begins the name of a credential helper's program.
	helperPrefix = "docker-credential-"
	// tokenUser is the name of a user under which helpers keep an identity token.
	tokenUser = "<token>"
	// maxHelperWords is how much of what a failing helper says is shown.
	maxHelperWords = 200
	// helperGrace is how long a helper that was told to end may hold its output open.
	helperGrace = time.Second
)

// fromVariable looks into DOCKER_AUTH_CONFIG. One that the Docker CLI cannot read is ignored, as the CLI does.
func (r *resolver) fromVariable(_ context.Context, host string) (Credentials, string, error) {
	const source = configfile.DockerEnvConfigKey
	text := r.env.Getenv(source)
	if text == "" {
		return Credentials{}, "", nil
	}
	auths, err := parseVariable(text)
	if err != nil {
		return Credentials{}, fmt.Sprintf("%s (ignored, as by the Docker CLI: %s)", source, err), nil
	}
	for _, key := range keys(host) {
		if auth, ok := auths[key]; ok {
			return Credentials{Username: auth.Username, Password: auth.Password, Source: source}, "", nil
		}
	}
	return Credentials{}, source + " (no entry)", nil
}

// parseVariable reads DOCKER_AUTH_CONFIG with the strictness of the Docker CLI.
func parseVariable(text string) (map[string]types.AuthConfig, error) {
	var strict struct {
		Auths map[string]struct {
			Auth string `json:"auth"`
		} `json:"auths"`
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&strict); err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, errors.New("it is more than one JSON object")
	}
	for key, entry := range strict.Auths {
		if entry.Auth == "" {
			return nil, fmt.Errorf("%s has no auth", key)
		}
	}
	file, err := config.LoadFromReader(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	return file.AuthConfigs, nil
}

// fromFile looks into a file of the Docker CLI's form: the helper for the registry if the file names one, else the
// credentials in it. Of the keys the first that is known wins, and the first is what a helper is asked for.
func (r *resolver) fromFile(ctx context.Context, path, host string, keys []string) (Credentials, string, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Credentials{}, path + " (not there)", nil
	}
	if err != nil {
		return Credentials{}, "", fileProblem(host, path, err)
	}
	file, err := parseFile(data)
	if err != nil {
		return Credentials{}, "", fileProblem(host, path, err)
	}
	if helper, setting := helperOf(file, keys); helper != "" {
		return r.fromHelper(ctx, helper, keys[0], setting+" in "+path)
	}
	auth := stored(file, keys)
	found := Credentials{
		Username: auth.Username, Password: auth.Password, IdentityToken: auth.IdentityToken, RegistryToken: auth.RegistryToken,
		Source: path,
	}
	if found.Anonymous() {
		return Credentials{}, path + " (no entry)", nil
	}
	return found, "", nil
}

func fileProblem(host, path string, err error) error {
	var named *fs.PathError
	if errors.As(err, &named) {
		err = named.Err
	}
	return &Error{
		Kind: ErrCredentials, Registry: host, err: err,
		text:   fmt.Sprintf("cannot read the credentials in %s: %s", path, err),
		advice: fmt.Sprintf("Repair %s, or set the registry's credentials in the provider's registries[%q].", path, host),
	}
}

// parseFile reads a file of the Docker CLI's form. An empty one has nothing.
func parseFile(data []byte) (*configfile.ConfigFile, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return configfile.New(""), nil
	}
	return config.LoadFromReader(bytes.NewReader(data))
}

// helperOf returns the helper for the registry and the setting that names it. An empty helper of credHelpers stands for
// the file itself.
func helperOf(file *configfile.ConfigFile, keys []string) (helper, setting string) {
	for _, key := range keys {
		if helper, ok := file.CredentialHelpers[key]; ok {
			return helper, "credHelpers"
		}
	}
	return file.CredentialsStore, "credsStore"
}

// stored returns what the file itself has under one of the keys, or under an address with scheme or path of the same
// host, which old files have.
func stored(file *configfile.ConfigFile, keys []string) types.AuthConfig {
	for _, key := range keys {
		if auth, ok := file.AuthConfigs[key]; ok {
			return auth
		}
	}
	for _, address := range slices.Sorted(maps.Keys(file.AuthConfigs)) {
		if slices.Contains(keys, store.ConvertToHostname(address)) {
			return file.AuthConfigs[address]
		}
	}
	return types.AuthConfig{}
}

// fromHelper asks a credential helper. One that is missing or fails is only noted: the registry may need none.
func (r *resolver) fromHelper(ctx context.Context, helper, server, setting string) (Credentials, string, error) {
	name := helperPrefix + helper
	source := fmt.Sprintf("the credential helper %s (%s)", name, setting)
	if filepath.Base(name) != name {
		return Credentials{}, source + ": that is no name of a program", nil
	}
	path, err := r.env.LookPath(name)
	if err != nil {
		return Credentials{}, source + ": there is no such program in PATH", nil //nolint:nilerr // The search goes on without it.
	}
	program := func(args ...string) client.Program {
		cmd := exec.CommandContext(ctx, path, args...)
		cmd.WaitDelay = helperGrace
		return &helperProgram{cmd: cmd}
	}
	found, err := client.Get(program, server)
	switch {
	case ctx.Err() != nil:
		return Credentials{}, "", ctx.Err()
	case credentials.IsErrCredentialsNotFound(err):
		return Credentials{}, source + ": it has no entry", nil
	case err != nil:
		return Credentials{}, source + ": it failed: " + clean(err.Error(), maxHelperWords), nil
	case found.Secret == "":
		return Credentials{}, source + ": it has no password", nil
	case found.Username == tokenUser:
		return Credentials{IdentityToken: found.Secret, Source: source}, "", nil
	}
	return Credentials{Username: found.Username, Password: found.Secret, Source: source}, "", nil
}

// helperProgram runs a helper that ends with the context, and keeps what it prints away from the provider's output.
type helperProgram struct{ cmd *exec.Cmd }

// Output is part of client.Program.
func (p *helperProgram) Output() ([]byte, error) { return p.cmd.Output() }

// Input is part of client.Program.
func (p *helperProgram) Input(in io.Reader) { p.cmd.Stdin = in }
