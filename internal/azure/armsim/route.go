package armsim

import (
	"net"
	"net/http"
	"strings"
)

// The hosts of the clouds of Azure: public, US Government, China.
var (
	loginHosts = []string{
		"login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net", "login.microsoftonline.us",
		"login.chinacloudapi.cn", "login.partner.microsoftonline.cn",
	}
	managerHosts = []string{
		"management.azure.com", "management.core.windows.net", "management.usgovcloudapi.net", "management.chinacloudapi.cn",
	}
	// registrySuffixes end the names of container registries.
	registrySuffixes = []string{".azurecr.io", ".azurecr.us", ".azurecr.cn"}
)

type service func(s *Server, w http.ResponseWriter, r *http.Request)

// serviceOf finds what answers for a host, nil for hosts that are not simulated.
func serviceOf(host string) service {
	for _, known := range loginHosts {
		if host == known {
			return (*Server).serveLogin
		}
	}
	for _, known := range managerHosts {
		if host == known {
			return (*Server).serveManager
		}
	}
	switch {
	case registryName(host) != "":
		return (*Server).serveRegistry
	case host == blobHost:
		return (*Server).serveBlob
	case strings.HasSuffix(host, terminalSuffix):
		return (*Server).serveTerminal
	}
	return nil
}

// registryName is the name of the container registry that has a host, "" for other hosts.
func registryName(host string) string {
	for _, suffix := range registrySuffixes {
		if name, ok := strings.CutSuffix(host, suffix); ok {
			return name
		}
	}
	return ""
}

// route serves a request by the host it is for. Whoever came by the address of the metadata host finds the metadata, the
// login and the manager there, told apart by their paths.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	host := strings.ToLower(r.Host)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if serve := serviceOf(host); serve != nil {
		serve(s, w, r)
		return
	}
	if isLoginPath(r.URL.Path) {
		s.serveLogin(w, r)
		return
	}
	s.serveManager(w, r)
}

func isLoginPath(path string) bool {
	return strings.Contains(path, "/oauth2/") || strings.Contains(path, "/.well-known/") || strings.Contains(path, "/discovery/")
}
