package armsim

import (
	"net/http"
)

func (s *Server) serveRegistry(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "armsim: no registry", http.StatusServiceUnavailable)
}
