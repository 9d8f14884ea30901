// Command bench measures the provider beside the raw API of an engine and beside Terraform's floor. See README.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

func main() {
	options, err := parse(os.Args[1:])
	if err != nil {
		os.Exit(2) // The package flag has said why.
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err = run(ctx, options)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options say what to measure.
type options struct {
	only        []string
	counts      []int
	networks    int
	volumes     int
	uptime      int // Containers for each min_uptime.
	deaths      int // Containers that exit at once.
	files       int // Of the build context.
	fileSize    int
	samples     int // Of what is quick enough to be measured several times.
	parallelism int
	incumbent   string
	objects     []int // Numbers of objects of Azure.
}

// sections are the parts of a run, in order.
func sections() []string {
	return []string{"process", "containers", "networks", "volumes", "build", "calls", "deaths", "uptime", "registry", "azure"}
}

func parse(args []string) (options, error) {
	o := options{networks: 25, volumes: 100, uptime: 100, deaths: 200, files: 10_000, fileSize: 50_000, samples: 3, objects: []int{1, 50, 200}}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	only := flags.String("only", strings.Join(sections(), ","), "parts to run, with commas")
	counts := flags.String("n", "1,25,100,200", "numbers of containers, with commas")
	quick := flags.Bool("quick", false, "small numbers: to see that it works, not to measure")
	flags.IntVar(&o.parallelism, "parallelism", 10, "operations at once, for Terraform and for the raw API")
	flags.StringVar(&o.incumbent, "incumbent", "", "path of the binary of kreuzwerker/docker, to be measured as well")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if *quick {
		*counts = "1,10"
		o.networks, o.volumes, o.uptime, o.deaths, o.files, o.fileSize, o.samples = 3, 10, 10, 20, 100, 5_000, 1
		o.objects = []int{1, 10}
	}
	o.only = strings.Split(*only, ",")
	for _, name := range o.only {
		if !slices.Contains(sections(), name) {
			return o, complain(flags, "there is no part %q", name)
		}
	}
	for s := range strings.SplitSeq(*counts, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return o, complain(flags, "%q is not a number of containers", s)
		}
		o.counts = append(o.counts, n)
	}
	return o, nil
}

func complain(flags *flag.FlagSet, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	fmt.Fprintln(flags.Output(), err)
	flags.Usage()
	return err
}
