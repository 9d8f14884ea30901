package armsim

import (
	"net/http"
	"strings"
)

// inTurn answers a request, but refuses a write while another one is being answered that the type does not take at the same time.
func (s *Server) inTurn(w http.ResponseWriter, r *http.Request, t target, answer func()) {
	p := profiles[strings.ToLower(t.kind)]
	if p == nil || p.OneWriter == "" || r.Method == http.MethodGet || r.Method == http.MethodHead {
		answer()
		return
	}
	parent := strings.ToLower(t.parent())
	s.mu.Lock()
	busy := s.writing[parent]
	if !busy {
		s.writing[parent] = true
		defer s.endTurn(parent)
	}
	s.mu.Unlock()
	if busy {
		writeError(w, fail(http.StatusConflict, p.OneWriter,
			"Something else is being written in '%s': concurrent writes are not supported.", parent))
		return
	}
	answer()
}

func (s *Server) endTurn(parent string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.writing, parent)
}
