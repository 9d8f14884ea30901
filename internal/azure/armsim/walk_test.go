package armsim_test

import (
	"net/http"
	"testing"
)

// TestGroupAndRegistryThroughTheProxy is the whole way once: a client of the public cloud that knows of nothing.
func TestGroupAndRegistryThroughTheProxy(t *testing.T) {
	c := connect(t, start(t))
	path := "/subscriptions/" + c.sub.ID + "/resourceGroups/Rg"
	c.do(http.MethodGet, path, groupVersion, "").want(t, 404, "ResourceGroupNotFound")
	created := c.do(http.MethodPut, path, groupVersion, `{"location":"West Europe","tags":{"a":"b"}}`)
	created.want(t, 201, "")
	if created.at("location") != "westeurope" || created.at("properties.provisioningState") != "Succeeded" || created.at("tags.a") != "b" {
		t.Errorf("created %v", created.body)
	}
	registry := c.registry(path, "myRegistry", "Standard")
	got := c.do(http.MethodGet, registry, registryVersion, "")
	got.want(t, 200, "")
	if got.at("properties.loginServer") != "myregistry.azurecr.io" || got.at("sku.tier") != "Standard" {
		t.Errorf("got %v", got.body)
	}
	c.must(http.MethodDelete, registry, registryVersion, "")
	c.do(http.MethodGet, registry, registryVersion, "").want(t, 404, "ResourceNotFound")
	c.must(http.MethodDelete, path, groupVersion, "")
	c.do(http.MethodHead, path, groupVersion, "").want(t, 404, "")
}
