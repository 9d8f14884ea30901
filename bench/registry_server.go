package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// registryProgram is the registry as Debian installs it.
const registryProgram = "docker-registry"

// registryServer is a registry in a process of its own.
type registryServer struct {
	host    string
	dir     string
	command *exec.Cmd
}

// startRegistry starts an empty registry.
func (b *bench) startRegistry(ctx context.Context) (*registryServer, error) {
	path, err := exec.LookPath(registryProgram)
	if err != nil {
		return nil, fmt.Errorf("the registry to measure with, of the Debian package of that name: %w", err)
	}
	dir, err := os.MkdirTemp(b.dir, "registry-")
	if err != nil {
		return nil, err
	}
	host, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	config := fmt.Sprintf("version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"+
		"storage: {filesystem: {rootdirectory: %q}}\nhttp: {addr: %q, secret: x}\n", filepath.Join(dir, "data"), host)
	file := filepath.Join(dir, "config.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return nil, err
	}
	s := &registryServer{host: host, dir: dir, command: exec.CommandContext(ctx, path, "serve", file)}
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	if err := s.wait(ctx); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// freePort is an address of the loopback interface where nothing listens.
func freePort(ctx context.Context) (string, error) {
	var any net.ListenConfig
	listener, err := any.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// wait returns when the registry answers.
func (s *registryServer) wait(ctx context.Context) error {
	const patience, pause = 20 * time.Second, 10 * time.Millisecond
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.host+"/v2/", nil)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("the registry does not answer: %w", ctx.Err())
		}
	}
}

// stop ends the registry and removes its data.
func (s *registryServer) stop() {
	_ = s.command.Process.Kill() // It may have ended.
	_ = s.command.Wait()         // It was killed.
	_ = os.RemoveAll(s.dir)      // The folder of the run is removed as well.
}

// door is a way to a registry that has every request seen.
type door struct {
	host   string
	server *http.Server
}

// openDoor opens one.
func openDoor(ctx context.Context, host string, see func(*http.Request)) (*door, error) {
	var any net.ListenConfig
	listener, err := any.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: host})
		r.Out.Host = r.In.Host
	}}
	d := &door{host: listener.Addr().String(), server: &http.Server{
		ReadHeaderTimeout: time.Minute,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			see(req)
			proxy.ServeHTTP(w, req)
		}),
	}}
	go func() { _ = d.server.Serve(listener) }() // It ends when it is closed.
	return d, nil
}

func (d *door) close() { _ = d.server.Close() } // Nothing can be done about it.
