// Command armsim runs the local Azure Resource Manager, by itself or around another program. See README.md in the folder
// of package armsim.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armtypes"
)

const usage = `Usage:
  armsim [flags]                       runs until it is interrupted, and prints what to export
  armsim run [flags] -- PROGRAM ARGS   runs a program with that in its environment, until it ends

Flags:
`

type settings struct {
	types, subscription, door, through string
	operations                         time.Duration
	retryAfter                         int
	program                            []string
}

// downloads are the hosts that "terraform init" needs.
const downloads = "registry.terraform.io,releases.hashicorp.com,checkpoint-api.hashicorp.com,github.com," +
	"release-assets.githubusercontent.com"

func main() {
	code, err := run(os.Args[1:], os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "armsim:", err)
	}
	os.Exit(code)
}

// run is the program, but for the process that it is in. It returns the exit status.
func run(args []string, out, problems io.Writer) (int, error) {
	set, err := parse(args, problems)
	if errors.Is(err, flag.ErrHelp) {
		return 0, nil
	}
	if err != nil {
		return 2, err
	}
	server, sub, err := begin(set)
	if err != nil {
		return 1, err
	}
	defer server.Close()
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupted)
	variables := environment(set, sub)
	if set.program == nil {
		for _, variable := range variables {
			name, value, _ := strings.Cut(variable, "=")
			fmt.Fprintf(out, "export %s='%s'\n", name, value)
		}
		<-interrupted
		return report(sub, problems), nil
	}
	code, err := around(set.program, variables)
	return max(code, report(sub, problems)), err
}

func parse(args []string, problems io.Writer) (settings, error) {
	var set settings
	around := len(args) > 0 && args[0] == "run"
	if around {
		args = args[1:]
	}
	flags := flag.NewFlagSet("armsim", flag.ContinueOnError)
	flags.SetOutput(problems)
	flags.Usage = func() {
		fmt.Fprint(problems, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&set.types, "types", os.Getenv("CONTAINERS_AZURE_TYPES"),
		"`folder` with the published types of Azure, to check requests against")
	flags.StringVar(&set.subscription, "subscription", "11111111-1111-1111-1111-111111111111", "`id` of the subscription")
	flags.StringVar(&set.door, "door", "proxy", "how clients come in: `proxy` or metadata")
	flags.StringVar(&set.through, "through", downloads, "`hosts` that the proxy leads to besides those of Azure")
	flags.IntVar(&set.retryAfter, "retry-after", 1, "the most `seconds` that clients are told to wait between polls; 0 for those of Azure")
	flags.DurationVar(&set.operations, "operations", time.Second, "how long asynchronous operations take")
	if err := flags.Parse(args); err != nil {
		return set, err
	}
	if set.door != "proxy" && set.door != "metadata" {
		return set, fmt.Errorf("-door %s: say proxy or metadata", set.door)
	}
	if around != (flags.NArg() > 0) {
		return set, errors.New("to run a program, write: armsim run [flags] -- PROGRAM ARGS")
	}
	if around {
		set.program = flags.Args()
	}
	return set, nil
}

func begin(set settings) (*armsim.Server, *armsim.Subscription, error) {
	options := armsim.Options{
		OperationTime: set.operations, MaxRetryAfter: set.retryAfter, SystemRoots: true, Through: strings.Split(set.through, ","),
		Registry: func(string) http.Handler { return registry.New(registry.Logger(log.New(io.Discard, "", 0))) },
	}
	if set.types != "" {
		types, err := armtypes.Open(set.types)
		if err != nil {
			return nil, nil, err
		}
		options.Types = types
	}
	server, err := armsim.New(options)
	if err != nil {
		return nil, nil, err
	}
	return server, server.AddSubscription(set.subscription), nil
}

// environment is what leads clients in. The metadata door needs no proxy, and has no container registries behind it.
func environment(set settings, sub *armsim.Subscription) []string {
	var variables []string
	for _, variable := range sub.Environment() {
		if set.door == "proxy" || !strings.HasPrefix(variable, "HTTPS_PROXY=") {
			variables = append(variables, variable)
		}
	}
	if set.door == "metadata" {
		variables = append(variables, "ARM_METADATA_HOSTNAME="+sub.Server.MetadataHost, "ARM_METADATA_HOST="+sub.Server.MetadataHost,
			"ARM_DISABLE_INSTANCE_DISCOVERY=true")
	}
	return variables
}

// around runs a program to its end. Interrupts reach it by the terminal.
func around(program, variables []string) (int, error) {
	cmd := exec.Command(program[0], program[1:]...) //nolint:noctx // It ends when it wants to.
	cmd.Env = append(os.Environ(), variables...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return ended.ExitCode(), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}

// report says which requests Azure would have refused; the exit status is 3 if there were any.
func report(sub *armsim.Subscription, problems io.Writer) int {
	found := sub.Violations()
	for _, violation := range found {
		fmt.Fprintln(problems, "armsim: refused", violation)
	}
	if len(found) > 0 {
		return 3
	}
	return 0
}
