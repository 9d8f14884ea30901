package armsim

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armtypes"
)

// Options say how a simulator behaves. The zero value is good for tests, except that it checks no bodies.
type Options struct {
	// Types check every request; with nil, bodies are taken as they are.
	Types *armtypes.Types
	// Dir is where the file with the certificate authority goes; the default is a new temporary folder.
	Dir string
	// OperationTime is how long asynchronous operations take, 50 ms by default.
	OperationTime time.Duration
	// MaxRetryAfter bounds the seconds of Retry-After, for clients that do not heed the header in milliseconds; 0 has them as
	// in Azure.
	MaxRetryAfter int
	// Registry gives the registry behind NAME.azurecr.io, asked when a container registry is first used. The default has
	// no registry there: 503.
	Registry func(name string) http.Handler
	// SystemRoots adds the authorities that this machine trusts to the file with the simulator's, for programs that speak
	// to other hosts too.
	SystemRoots bool
	// Through names hosts that the proxy lets clients reach; all but those of Azure are refused by default.
	Through []string
	// ProxyAddress and MetadataAddress are where the doors are, any free port of 127.0.0.1 by default.
	ProxyAddress, MetadataAddress string
}

// Server is a running simulator. Its methods may be called at the same time.
type Server struct {
	// Proxy is the URL for HTTPS_PROXY.
	Proxy string
	// CAFile is the file for SSL_CERT_FILE: the authority that signs the certificates of all simulated hosts.
	CAFile string
	// MetadataHost is the host and port for ARM_METADATA_HOSTNAME.
	MetadataHost string
	// IdentityEndpoint and IdentityHeader are for the variables of those names, by which managed identities are found on
	// App Service. The same host answers as the instance metadata service (AZURE_POD_IDENTITY_AUTHORITY_HOST).
	IdentityEndpoint, IdentityHeader string
	// App is an application that may do everything.
	App *App

	options   Options
	authority *authority
	signer    *signer
	servers   []*http.Server
	tunnels   *tunnels
	ownDir    string
	types     *armtypes.Types

	// mu guards all below, and the contents of subscriptions and resources.
	mu            sync.Mutex
	apps          []*App
	issued        map[string]int
	subscriptions map[string]*Subscription
	// nowhere is for requests that are for no subscription, or for none that exists.
	nowhere    *Subscription
	resources  map[string]*resource
	operations map[string]*operation
	registries map[string]http.Handler
	actions    map[string]ActionFunc
	// blobs are what is behind signed URLs, by path, building the runs that have not ended.
	blobs    map[string]*blob
	building []*buildRun
	// sessions are the terminals that nobody has come to yet.
	sessions map[string]*session
	refused  []string
	// writing are the parents that are being written in, for types that take one write at a time there.
	writing map[string]bool
}

// TB is what Start needs of a testing.TB.
type TB interface {
	Helper()
	Cleanup(func())
	Error(args ...any)
	Fatal(args ...any)
	TempDir() string
}

// Start runs a simulator until the end of a test.
func Start(t TB, options Options) *Server {
	t.Helper()
	if options.Dir == "" {
		options.Dir = t.TempDir()
	}
	s, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// New runs a simulator until Close. It fails where no port or file can be had.
func New(options Options) (*Server, error) {
	if options.OperationTime == 0 {
		options.OperationTime = 50 * time.Millisecond
	}
	s := &Server{
		options: options, types: options.Types, IdentityHeader: rand.Text(),
		subscriptions: map[string]*Subscription{}, resources: map[string]*resource{}, operations: map[string]*operation{},
		registries: map[string]http.Handler{}, actions: map[string]ActionFunc{}, writing: map[string]bool{}, tunnels: newTunnels(),
		issued: map[string]int{}, blobs: map[string]*blob{}, sessions: map[string]*session{},
	}
	if err := s.prepare(); err != nil {
		s.Close()
		return nil, fmt.Errorf("unable to start the simulator: %w", err)
	}
	return s, nil
}

func (s *Server) prepare() (err error) {
	if s.authority, err = newAuthority(); err != nil {
		return err
	}
	if s.signer, err = newSigner(); err != nil {
		return err
	}
	if s.options.Dir == "" {
		if s.ownDir, err = os.MkdirTemp("", "armsim"); err != nil {
			return err
		}
		s.options.Dir = s.ownDir
	}
	s.CAFile = filepath.Join(s.options.Dir, "armsim-ca.pem")
	trusted := s.authority.pem
	if s.options.SystemRoots {
		trusted = append(slices.Clone(trusted), systemRoots()...)
	}
	if err := os.WriteFile(s.CAFile, trusted, 0o600); err != nil {
		return err
	}
	s.App = s.Register(App{Secret: rand.Text()})
	s.nowhere = s.newSubscription("")
	s.registerActions()
	return s.listen()
}

// listen opens the doors: the proxy speaks HTTP, and hands connections to Azure's hosts to the one server for TLS.
func (s *Server) listen() error {
	proxy, err := net.Listen("tcp", orAny(s.options.ProxyAddress))
	if err != nil {
		return err
	}
	metadata, err := net.Listen("tcp", orAny(s.options.MetadataAddress))
	if err != nil {
		return err
	}
	s.Proxy, s.MetadataHost = "http://"+proxy.Addr().String(), metadata.Addr().String()
	s.IdentityEndpoint = s.Proxy + identityPath
	secure := &http.Server{
		Handler: http.HandlerFunc(s.route), TLSConfig: s.authority.config(), ErrorLog: quiet, ReadHeaderTimeout: time.Minute,
	}
	plain := &http.Server{Handler: http.HandlerFunc(s.proxy), ErrorLog: quiet, ReadHeaderTimeout: time.Minute}
	s.servers = []*http.Server{secure, plain}
	// Serve always returns an error, and at the end of the simulator that is no news.
	go func() { _ = secure.ServeTLS(metadata, "", "") }()
	go func() { _ = secure.ServeTLS(s.tunnels, "", "") }()
	go func() { _ = plain.Serve(proxy) }()
	return nil
}

func orAny(address string) string {
	if address == "" {
		return "127.0.0.1:0"
	}
	return address
}

// Close ends the simulator with all its connections.
func (s *Server) Close() {
	for _, server := range s.servers {
		_ = server.Close()
	}
	_ = s.tunnels.Close()
	if s.ownDir != "" {
		_ = os.RemoveAll(s.ownDir)
	}
}

// Environment lists the variables that lead a client through the proxy, as NAME=VALUE.
func (s *Server) Environment() []string {
	return []string{"HTTPS_PROXY=" + s.Proxy, "SSL_CERT_FILE=" + s.CAFile}
}

// Refused lists the hosts that clients asked the proxy for and that it does not lead to.
func (s *Server) Refused() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.refused...)
}
