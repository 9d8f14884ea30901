package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
)

const (
	starts     = 15 // Of fresh processes; the median counts.
	startLimit = 30 * time.Second
)

// process measures a provider by itself: its size, how long a fresh process takes to tell its schemas, and what it then needs.
func (b *bench) process(ctx context.Context) error {
	ours, err := firstSchema(ctx, b.ours.binary)
	if err != nil {
		return err
	}
	size, err := sizeOf(b.ours.binary)
	if err != nil {
		return err
	}
	start := row{what: "process start to handshake", ours: taken(ours.start)}
	schema := row{what: "first schema in a fresh process", ours: taken(ours.schema), aim: aim{"≤ 15 ms", figure{0.015, seconds}}}
	cpu := row{what: "CPU time until the first schema", ours: taken(ours.cpu)}
	memory := row{what: "memory after the first schema", ours: ours.rss}
	binary := row{what: "binary, stripped", ours: size, aim: aim{"≤ 35 MB", figure{35, megabytes}}}
	if b.theirs != nil {
		theirs, err := firstSchema(ctx, b.theirs.binary)
		if err != nil {
			return err
		}
		if binary.theirs, err = sizeOf(b.theirs.binary); err != nil {
			return err
		}
		start.theirs, schema.theirs, cpu.theirs, memory.theirs = taken(theirs.start), taken(theirs.schema), taken(theirs.cpu), theirs.rss
	}
	for _, line := range []row{binary, start, schema, cpu, memory} {
		b.report.add(line)
	}
	return nil
}

func sizeOf(path string) (figure, error) {
	info, err := os.Stat(path)
	if err != nil {
		return figure{}, err
	}
	return figure{float64(info.Size()) / 1e6, megabytes}, nil
}

// beginning is what the beginning of a process took.
type beginning struct {
	start, schema time.Duration
	cpu           time.Duration // Of the process until the schemas are there.
	rss           figure
}

// firstSchema starts the provider as Terraform does, asks for the schemas, and takes the medians of several starts.
func firstSchema(ctx context.Context, binary string) (beginning, error) {
	var handshakes, schemas, cpus []time.Duration
	var memories []float64
	for range starts {
		one, err := startOnce(ctx, binary)
		if err != nil {
			return beginning{}, fmt.Errorf("starting %s: %w", binary, err)
		}
		handshakes, schemas, cpus = append(handshakes, one.start), append(schemas, one.schema), append(cpus, one.cpu)
		memories = append(memories, one.rss.value)
	}
	out := beginning{start: median(handshakes), schema: median(schemas), cpu: median(cpus)}
	if memory := median(memories); memory > 0 {
		out.rss = figure{memory, mebibytes}
	}
	return out, nil
}

func startOnce(ctx context.Context, binary string) (out beginning, err error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary)
	cmd.Env = append(os.Environ(), "PLUGIN_PROTOCOL_VERSIONS=5,6",
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return beginning{}, err
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return beginning{}, err
	}
	defer func() {
		_ = cmd.Process.Kill() // By its id; it has nothing to lose.
		_ = cmd.Wait()
		out.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return beginning{}, fmt.Errorf("reading the handshake: %w", err)
	}
	out.start = time.Since(begin)
	if out.schema, err = askSchema(ctx, line); err != nil {
		return out, err
	}
	out.rss = peakOf(cmd.Process.Pid)
	return out, nil
}

var errHandshake = errors.New("this is not the handshake of a provider")

// askSchema times one call. The reply is not decoded: that is Terraform's part.
func askSchema(ctx context.Context, handshake string) (time.Duration, error) {
	parts := strings.Split(strings.TrimSpace(handshake), "|")
	if len(parts) < 5 || parts[4] != "grpc" {
		return 0, fmt.Errorf("%w: %q", errHandshake, handshake)
	}
	target, method := parts[3], "/tfplugin6.Provider/GetProviderSchema"
	if parts[2] == "unix" {
		target = "unix:" + target
	}
	if parts[1] == "5" {
		method = "/tfplugin5.Provider/GetSchema"
	}
	conn, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		return 0, err
	}
	defer conn.Close() //nolint:errcheck // Nothing more is sent.
	conn.Connect()
	for state := conn.GetState(); state.String() != "READY"; state = conn.GetState() {
		if !conn.WaitForStateChange(ctx, state) {
			return 0, fmt.Errorf("connecting: %w", ctx.Err())
		}
	}
	begin := time.Now()
	if err := conn.Invoke(ctx, method, &emptypb.Empty{}, &emptypb.Empty{}); err != nil {
		return 0, fmt.Errorf("asking for the schemas: %w", err)
	}
	return time.Since(begin), nil
}
