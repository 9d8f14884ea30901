package registries

import (
	"io"
	"net/http"
	"path/filepath"
	"sync"

	"github.com/distribution/distribution/v3/configuration"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd" // Option Password.
	_ "github.com/distribution/distribution/v3/registry/auth/token"    // Option TokenServer.
	"github.com/distribution/distribution/v3/registry/handlers"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem" // Where the data is.
	"github.com/sirupsen/logrus"
	"go.uber.org/goleak"
)

// quiet has the registries keep their logs to themselves: what goes wrong is in their answers.
var quiet = sync.OnceFunc(func() { logrus.SetOutput(io.Discard) })

// Left lets goleak pass over the one thing that a registry in this process leaves running: its queue of events, which
// has no end of its own.
func Left() goleak.Option {
	return goleak.IgnoreTopFunction("github.com/docker/go-events.(*Broadcaster).run")
}

// distribution is the registry of CNCF distribution in this process.
func distribution(s *Server) http.Handler {
	s.t.Helper()
	quiet()
	config := &configuration.Configuration{Storage: configuration.Storage{
		// Not in memory: tests push layers of a gigabyte.
		"filesystem":  {"rootdirectory": filepath.Join(s.dir, "data")},
		"delete":      {"enabled": !s.options.keepAll},
		"maintenance": {"uploadpurging": map[any]any{"enabled": false}},
	}}
	config.HTTP.Secret = unique()
	config.Catalog.MaxEntries = 1000 // What a configuration file has that says nothing.
	if file := s.htpasswd(); file != "" {
		config.Auth = configuration.Auth{"htpasswd": {"realm": realm, "path": file}}
	}
	if s.options.tokens {
		config.Auth = configuration.Auth{"token": {
			"realm": s.tokens.url, "service": realm, "issuer": realm, "rootcertbundle": s.file("issuer.pem", s.ca.PEM),
		}}
	}
	app := handlers.NewApp(s.t.Context(), config)
	s.t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			s.t.Error(err)
		}
	})
	return app
}
