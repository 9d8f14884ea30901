// Command registry is a registry for the demo: that of CNCF distribution, over plain http, with its data in a folder.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry/handlers"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem" // Where the data is.
)

func main() {
	address := flag.String("address", "127.0.0.1:15000", "where to listen")
	dir := flag.String("dir", "", "folder for the data")
	flag.Parse()
	if err := serve(*address, *dir); err != nil {
		log.Fatal(err)
	}
}

// serve serves until it is told to end.
func serve(address, dir string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	config := &configuration.Configuration{Storage: configuration.Storage{
		"filesystem": {"rootdirectory": dir},
		"delete":     {"enabled": true},
	}}
	app := handlers.NewApp(ctx, config)
	server := &http.Server{Addr: address, Handler: app, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(ctx) // It ends either way.
	})
	err := server.ListenAndServe()
	if !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return app.Shutdown()
}
