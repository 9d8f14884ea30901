package armsim

import (
	"encoding/base64"
	"net/http"
	"strings"
)

// Action is a POST to a resource, while nothing else happens to it.
type Action struct {
	// ID, Name and Version are of the resource and of the request; Body is what was sent.
	ID, Name, Version string
	Body              map[string]any
	// Doc is the resource; Keep are values that stay with it and are never shown.
	Doc, Keep map[string]any
}

// ActionFunc answers a POST with a status and a body, nil for none.
type ActionFunc func(a Action) (status int, body any)

// Handle answers a POST action of a type: Handle("Microsoft.App/jobs", "start", …).
func (s *Server) Handle(kind, action string, do ActionFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.actions[strings.ToLower(kind+"/"+action)] = do
}

// act answers a POST: what names a collection by its path is then the action.
func (s *Server) act(q *request) reply {
	t := parse(q.target.id)
	r := s.find(t.id)
	if r == nil {
		return refuse(s.absent(t))
	}
	do, ok := s.actions[strings.ToLower(q.target.kind)]
	if !ok {
		return refuse(fail(http.StatusNotFound, "NotFound", "The action '%s' of '%s' is not simulated.", q.target.last, r.kind))
	}
	if failed := s.checkAction(q, r.kind); failed != nil {
		return refuse(failed)
	}
	sent, err := decodeObject(q.body)
	if err != nil && len(q.body) > 0 {
		return refuse(fail(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid and could not be deserialized."))
	}
	status, body := do(Action{ID: r.id, Name: r.name, Version: q.version, Body: sent, Doc: r.doc, Keep: r.stable})
	return answer(status, body)
}

func (s *Server) registerActions() {
	registries := "Microsoft.ContainerRegistry/registries"
	s.Handle(registries, "listCredentials", listCredentials)
	s.Handle(registries, "regenerateCredential", func(a Action) (int, any) {
		a.Keep[textAt(a.Body, "name")] = newKey()
		return listCredentials(a)
	})
	s.Handle(registries, "generateCredentials", s.generateCredentials)
	s.Handle(registries, "importImage", s.importImage)
	s.Handle(registries+"/webhooks", "getCallbackConfig", func(a Action) (int, any) {
		return http.StatusOK, object{
			"serviceUri": valueAt(a.Doc, "properties.serviceUri"), "customHeaders": valueAt(a.Doc, "properties.customHeaders"),
		}
	})
	s.Handle(registries+"/tasks", "listDetails", func(a Action) (int, any) { return http.StatusOK, a.Doc })
	workspaces := "Microsoft.OperationalInsights/workspaces"
	s.Handle(workspaces, "sharedKeys", sharedKeys)
	s.Handle(workspaces, "regenerateSharedKey", func(a Action) (int, any) {
		delete(a.Keep, "primarySharedKey")
		delete(a.Keep, "secondarySharedKey")
		return sharedKeys(a)
	})
	for _, action := range []string{"Admin", "User", "MonitoringUser"} {
		s.Handle("Microsoft.ContainerService/managedClusters", "listCluster"+action+"Credential", func(Action) (int, any) {
			config := base64.StdEncoding.EncodeToString([]byte("apiVersion: v1\nkind: Config\n"))
			return http.StatusOK, object{"kubeconfigs": []any{object{"name": "cluster" + action, "value": config}}}
		})
	}
}

func newKey() string { return base64.StdEncoding.EncodeToString(random(32)) }

// keep finds a key that a resource has, or makes it.
func keep(kept map[string]any, name string) string {
	if key, ok := kept[name].(string); ok {
		return key
	}
	key := newKey()
	kept[name] = key
	return key
}

// listCredentials gives the two passwords of the administrator of a registry, if it has one.
func listCredentials(a Action) (int, any) {
	if enabled, _ := valueAt(a.Doc, "properties.adminUserEnabled").(bool); !enabled {
		return http.StatusBadRequest, fail(0, "UnAuthorizedForCredentialOperations",
			"Cannot perform credential operations for %s as admin user is disabled. Kindly enable admin user as per docs: "+
				"https://docs.microsoft.com/en-us/azure/container-registry/container-registry-authentication#admin-account", a.ID).body()
	}
	return http.StatusOK, object{"username": a.Name, "passwords": []any{
		object{"name": "password", "value": keep(a.Keep, "password")}, object{"name": "password2", "value": keep(a.Keep, "password2")},
	}}
}

func sharedKeys(a Action) (int, any) {
	return http.StatusOK, object{
		"primarySharedKey": keep(a.Keep, "primarySharedKey"), "secondarySharedKey": keep(a.Keep, "secondarySharedKey"),
	}
}
