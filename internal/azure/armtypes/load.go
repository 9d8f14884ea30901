package armtypes

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// ErrUnknown is what Resource returns for a type, or for a version of it, that the folder does not describe.
var ErrUnknown = errors.New("not described")

// Types are the descriptions of one folder. Its methods may be called at the same time.
type Types struct {
	dir string

	mu    sync.Mutex
	files map[string]*file
}

// Resource describes one resource type at one API version.
type Resource struct {
	// Type is in the case of its publication: Microsoft.ContainerRegistry/registries.
	Type, Version string
	// Body is what requests and replies carry.
	Body *Type
	// Writable is false for what can only be read.
	Writable bool
	// Actions are the described POST actions by name; services have others that are not described.
	Actions map[string]Action
}

// Action is a POST to PATH-OF-A-RESOURCE/NAME. Input and Output are nil where nothing is sent or answered.
type Action struct {
	Input, Output *Type
}

type file struct {
	resources map[string]*Resource
	actions   map[string]map[string]Action
}

// Open names the folder to read from. It fails where that is no folder; its files are read later.
func Open(dir string) (*Types, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("unable to read the types of Azure: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("unable to read the types of Azure: %s is no folder", dir)
	}
	return &Types{dir: dir, files: map[string]*file{}}, nil
}

// Versions lists the API versions that describe a resource type, oldest first; none is no error.
func (t *Types) Versions(resourceType string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(t.dir, provider(resourceType), "*"+suffix))
	if err != nil {
		return nil, err
	}
	var versions []string
	for _, name := range files {
		version := strings.TrimSuffix(filepath.Base(name), suffix)
		_, err := t.Resource(resourceType, version)
		if errors.Is(err, ErrUnknown) {
			continue
		}
		if err != nil {
			return nil, err
		}
		versions = append(versions, version)
	}
	if strings.EqualFold(resourceType, groupType) {
		versions = append(versions, groupVersion)
	}
	slices.Sort(versions)
	return versions, nil
}

// Resource finds a resource type, in any case. It returns ErrUnknown for one that is not described.
func (t *Types) Resource(resourceType, version string) (*Resource, error) {
	if strings.EqualFold(resourceType, groupType) {
		return group(version), nil
	}
	f, err := t.load(provider(resourceType), strings.ToLower(version))
	if err != nil {
		return nil, err
	}
	if r, ok := f.resources[strings.ToLower(resourceType)]; ok {
		return r, nil
	}
	return nil, fmt.Errorf("%s at %s: %w", resourceType, version, ErrUnknown)
}

// Actions are the described POST actions of a type by name, also where the type itself is not described: the containers of a group are no
// resources, and can be acted on.
func (t *Types) Actions(resourceType, version string) map[string]Action {
	f, err := t.load(provider(resourceType), strings.ToLower(version))
	if err != nil {
		return nil
	}
	return f.actions[strings.ToLower(resourceType)]
}

// Has says whether a resource provider is described at an API version.
func (t *Types) Has(namespace, version string) bool {
	_, err := t.load(strings.ToLower(namespace), strings.ToLower(version))
	return err == nil
}

// suffix ends the names of files: API-VERSION.types.json.
const suffix = ".types.json"

func provider(resourceType string) string {
	namespace, _, _ := strings.Cut(resourceType, "/")
	return strings.ToLower(namespace)
}

func (t *Types) load(namespace, version string) (*file, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := filepath.Join(namespace, version+suffix)
	if f, ok := t.files[name]; ok {
		return f, nil
	}
	if !filepath.IsLocal(name) {
		return nil, fmt.Errorf("%s: %w", name, ErrUnknown)
	}
	data, err := os.ReadFile(filepath.Join(t.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s at %s: %w", namespace, version, ErrUnknown)
	}
	if err != nil {
		return nil, err
	}
	f, err := read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	t.files[name] = f
	return f, nil
}

func read(data []byte) (*file, error) {
	var entries []entry
	if err := json.Unmarshal(data, &entries); err != nil {
		return nil, err
	}
	types, err := parse(entries)
	if err != nil {
		return nil, err
	}
	f := &file{resources: map[string]*Resource{}, actions: map[string]map[string]Action{}}
	for i := range entries {
		if entries[i].Kind == "ResourceFunctionType" {
			f.action(&entries[i], types)
		}
	}
	for i := range entries {
		if entries[i].Kind != "ResourceType" {
			continue
		}
		if err := f.resource(&entries[i], types); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *file) action(e *entry, types []*Type) {
	key := strings.ToLower(e.ResourceType)
	if f.actions[key] == nil {
		f.actions[key] = map[string]Action{}
	}
	var action Action
	if e.Input != nil {
		action.Input, _ = at(e.Input, types)
	}
	if e.Output != nil {
		action.Output, _ = at(e.Output, types)
	}
	f.actions[key][e.Name] = action
}

func (f *file) resource(e *entry, types []*Type) error {
	name, version, _ := strings.Cut(e.Name, "@")
	body, err := at(e.Body, types)
	if err != nil {
		return fmt.Errorf("%s: %w", e.Name, err)
	}
	key := strings.ToLower(name)
	f.resources[key] = &Resource{Type: name, Version: version, Body: body, Writable: e.Writable != 0, Actions: f.actions[key]}
	return nil
}
