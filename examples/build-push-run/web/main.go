// Command web shows one page.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"time"
)

const address = ":8080"

func main() {
	healthcheck := flag.Bool("healthcheck", false, "ask the running server for its page and exit")
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
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "/page.html") })
	server := &http.Server{Addr: address, Handler: page, ReadHeaderTimeout: 5 * time.Second}
	return server.ListenAndServe()
}

func checkHealth() error {
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get("http://127.0.0.1" + address)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answered %s", response.Status)
	}
	return nil
}
