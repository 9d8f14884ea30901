// Package fake is a container engine that does nothing but keep records of volumes and networks, for what the engines that
// tests can have are too old for. It says whatever version it is told to; success paths are proved on real engines.
package fake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"
	"github.com/docker/docker/api/types/volume"
)

// Engine is a running fake.
type Engine struct {
	// Host is where it listens, as DOCKER_HOST has it.
	Host string

	api string

	mu       sync.Mutex
	volumes  map[string]*volume.Volume
	networks map[string]*network.Inspect
	answers  map[string]string
}

// Start starts an engine that speaks an API version. It ends with the test.
func Start(t testing.TB, api string) *Engine {
	t.Helper()
	e := &Engine{api: api, volumes: map[string]*volume.Volume{}, networks: map[string]*network.Inspect{}, answers: map[string]string{}}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	e.Host = strings.Replace(server.URL, "http://", "tcp://", 1)
	return e
}

// Answer has the engine answer GET requests of a path, without the version, with a document.
func (e *Engine) Answer(path, document string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answers[path] = document
}

// Volume is what the engine keeps of a volume; nil if there is none.
func (e *Engine) Volume(name string) *volume.Volume {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.volumes[name]
}

var versioned = regexp.MustCompile(`^/v\d+\.\d+/`)

// ServeHTTP answers one request.
func (e *Engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	w.Header().Set("Api-Version", e.api)
	w.Header().Set("Server", "Docker/fake (linux)")
	w.Header().Set("Content-Type", "application/json")
	name := versioned.ReplaceAllString(r.URL.Path, "/")
	kind, object, _ := strings.Cut(strings.TrimPrefix(name, "/"), "/")
	answer, fixed := e.answers[name]
	switch {
	case name == "/_ping":
		_, _ = w.Write([]byte("OK"))
	case fixed:
		_, _ = w.Write([]byte(answer))
	case kind == "volumes" && r.Method == http.MethodPost:
		e.createVolume(w, r)
	case kind == "volumes" && r.Method == http.MethodPut:
		e.updateVolume(w, r, object)
	case kind == "volumes":
		serve(w, r, e.volumes, object)
	case kind == "networks" && r.Method == http.MethodPost:
		e.createNetwork(w, r)
	case kind == "networks":
		serve(w, r, e.networks, object)
	default:
		fail(w, http.StatusNotFound, "the fake engine has no "+name)
	}
}

func fail(w http.ResponseWriter, status int, message string) {
	w.WriteHeader(status)
	reply(w, map[string]string{"message": message})
}

func reply(w http.ResponseWriter, document any) {
	// The client is gone if this fails.
	_ = json.NewEncoder(w).Encode(document)
}

// serve shows or removes an object.
func serve[T any](w http.ResponseWriter, r *http.Request, objects map[string]T, name string) {
	found, ok := objects[name]
	switch {
	case !ok:
		fail(w, http.StatusNotFound, name+" not found")
	case r.Method == http.MethodDelete:
		delete(objects, name)
		w.WriteHeader(http.StatusNoContent)
	default:
		reply(w, found)
	}
}

// read decodes a request strictly: a field that the engine's API does not have is refused.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return false
	}
	return true
}

func (e *Engine) createVolume(w http.ResponseWriter, r *http.Request) {
	var options volume.CreateOptions
	if !read(w, r, &options) {
		return
	}
	if _, taken := e.volumes[options.Name]; taken {
		fail(w, http.StatusConflict, "name taken")
		return
	}
	made := &volume.Volume{
		Name: options.Name, Driver: options.Driver, Labels: options.Labels, Options: options.DriverOpts, Scope: "local",
		Mountpoint: "/data/" + options.Name,
	}
	if spec := options.ClusterVolumeSpec; spec != nil {
		if spec.AccessMode == nil || (spec.AccessMode.BlockVolume == nil) == (spec.AccessMode.MountVolume == nil) {
			fail(w, http.StatusBadRequest, "a volume is either block or mount")
			return
		}
		made.Scope, made.Mountpoint = "global", ""
		made.ClusterVolume = &volume.ClusterVolume{ID: "id-of-" + options.Name, Spec: *spec}
		made.ClusterVolume.Version = swarm.Version{Index: 7}
		if made.ClusterVolume.Spec.Availability == "" {
			made.ClusterVolume.Spec.Availability = volume.AvailabilityActive
		}
	}
	e.volumes[options.Name] = made
	w.WriteHeader(http.StatusCreated)
	reply(w, made)
}

// updateVolume changes the availability. It wants the version that the volume has.
func (e *Engine) updateVolume(w http.ResponseWriter, r *http.Request, name string) {
	var options volume.UpdateOptions
	if !read(w, r, &options) {
		return
	}
	found, ok := e.volumes[name]
	if !ok || found.ClusterVolume == nil {
		fail(w, http.StatusNotFound, "no cluster volume "+name)
		return
	}
	version := found.ClusterVolume.Version.Index
	if r.URL.Query().Get("version") != strconv.FormatUint(version, 10) {
		fail(w, http.StatusBadRequest, "update out of sequence")
		return
	}
	found.ClusterVolume.Version.Index = version + 1
	found.ClusterVolume.Spec.Availability = options.Spec.Availability
}

func (e *Engine) createNetwork(w http.ResponseWriter, r *http.Request) {
	var options network.CreateRequest
	if !read(w, r, &options) {
		return
	}
	made := &network.Inspect{
		ID: fmt.Sprintf("id-of-%s", options.Name), Name: options.Name, Driver: options.Driver, Scope: options.Scope, Internal: options.Internal,
		Attachable: options.Attachable, Ingress: options.Ingress, ConfigOnly: options.ConfigOnly, Options: options.Options,
		Labels: options.Labels, EnableIPv4: options.EnableIPv4 == nil || *options.EnableIPv4,
		EnableIPv6: options.EnableIPv6 != nil && *options.EnableIPv6,
	}
	if options.IPAM != nil {
		made.IPAM = *options.IPAM
	}
	if made.Driver == "" {
		made.Driver = "bridge"
	}
	// As engines do whose configuration has default-network-opts.
	if made.Options == nil {
		made.Options = map[string]string{}
	}
	made.Options["com.docker.network.enable_ipv6"] = "false"
	e.networks[made.ID] = made
	w.WriteHeader(http.StatusCreated)
	reply(w, network.CreateResponse{ID: made.ID})
}
