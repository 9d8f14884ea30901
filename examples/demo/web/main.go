// Command web is the server of the demo: it shows its configuration file and counts its visitors in a volume.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	address    = ":8080"
	configFile = "/etc/web/config.txt"
	countFile  = "/data/visits"
)

func main() {
	healthcheck := flag.Bool("healthcheck", false, "ask the running server for its health and exit")
	flag.Parse()
	run := serve
	if *healthcheck {
		run = checkHealth
	}
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func serve() error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.Handle("GET /{$}", &page{})
	server := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	return server.ListenAndServe()
}

func checkHealth() error {
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get("http://127.0.0.1" + address + "/healthz")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answered %s", response.Status)
	}
	return nil
}

type page struct{ mu sync.Mutex }

func (p *page) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	config, err := os.ReadFile(configFile)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	visits, err := p.count()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprintf(w, "%s\nvisit %d\n", strings.TrimSpace(string(config)), visits)
}

// count adds one visit to those that the volume remembers.
func (p *page) count() (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text, err := os.ReadFile(countFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	visits := 0
	if len(text) > 0 {
		if visits, err = strconv.Atoi(string(text)); err != nil {
			return 0, fmt.Errorf("reading %s: %w", countFile, err)
		}
	}
	visits++
	return visits, os.WriteFile(countFile, []byte(strconv.Itoa(visits)), 0o644)
}
