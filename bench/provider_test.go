package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// These benchmarks are for profiles of the provider's own code, without an engine and without Terraform:
//
//	go test ./bench -run '^$' -bench Read -cpuprofile cpu.out && go tool pprof -top -cum -focus ReadResource cpu.out

type object = map[string]any

// engine is as much of an engine as one running container needs.
func engine(b *testing.B) string {
	b.Helper()
	var made atomic.Bool
	found, err := json.Marshal(running())
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "Docker/20.10.24 (linux)")
		w.Header().Set("Api-Version", "1.41")
		w.Header().Set("Content-Type", "application/json")
		answer := []byte("{}")
		switch {
		case strings.HasSuffix(r.URL.Path, "/containers/create"):
			made.Store(true)
			w.WriteHeader(http.StatusCreated)
			answer = []byte(`{"Id":"` + id + `"}`)
		case r.Method == http.MethodDelete:
			made.Store(false)
		case strings.HasSuffix(r.URL.Path, "/json") && !made.Load():
			w.WriteHeader(http.StatusNotFound)
		case strings.HasSuffix(r.URL.Path, "/json"):
			answer = found
		}
		_, _ = w.Write(answer)
	}))
	b.Cleanup(server.Close)
	return strings.Replace(server.URL, "http://", "tcp://", 1)
}

var id = strings.Repeat("0a", 32)

func running() container.InspectResponse {
	return container.InspectResponse{
		ContainerJSONBase: &container.ContainerJSONBase{
			ID: id, Name: "/web", State: &container.State{Status: container.StateRunning, Running: true},
			HostConfig: &container.HostConfig{NetworkMode: "default"}, Image: "sha256:" + id,
		},
		Config: &container.Config{
			Image: "web", Hostname: id[:12], Cmd: []string{"/web", "serve"},
			Env: []string{"PATH=/bin", "A=1", "B=2"}, Labels: map[string]string{"a": "1", "b": "2"},
		},
		NetworkSettings: &container.NetworkSettings{Networks: map[string]*network.EndpointSettings{
			"bridge": {NetworkID: id, IPAddress: "172.17.0.2", IPPrefixLen: 16, Gateway: "172.17.0.1"},
		}},
	}
}

// made is a container in the state, and its configuration.
func made(b *testing.B) (*core.Resource, object) {
	b.Helper()
	config := object{
		"name": "web", "image": "web", "command": []any{"/web", "serve"}, "env": object{"A": "1", "B": "2"},
		"labels": object{"a": "1", "b": "2"}, "wait": object{"min_uptime": "0s"},
	}
	r := acctest.DockerAt(b, engine(b)).Resource(b, "containers_docker_container")
	r.Apply(b, config)
	return r, config
}

func BenchmarkSchema(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := acctest.Server().GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkContainerRead(b *testing.B) {
	r, _ := made(b)
	b.ReportAllocs()
	for b.Loop() {
		r.Refresh(b)
	}
}

func BenchmarkContainerPlan(b *testing.B) {
	r, config := made(b)
	b.ReportAllocs()
	for b.Loop() {
		r.ExpectEmptyPlan(b, config)
	}
}

func BenchmarkContainerCreate(b *testing.B) {
	r, config := made(b)
	b.ReportAllocs()
	for b.Loop() {
		r.Destroy(b)
		r.Apply(b, config)
	}
}
