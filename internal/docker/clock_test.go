package docker

import (
	"net/http"
	"testing"
	"time"
)

func TestNowIsTheTimeOfTheEngine(t *testing.T) {
	t.Parallel()
	const ahead = 3 * time.Hour
	fake := newFakeEngine()
	made := engine(t, EngineSettings{Host: "unix://" + unix(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
		fake.ServeHTTP(w, r)
	}))}, nil)
	if off := time.Until(made.Now()); off > time.Second || off < -time.Minute {
		t.Errorf("before it has answered, the engine is %s ahead", off)
	}
	if _, err := made.Client(t.Context()); err != nil {
		t.Fatal(err)
	}
	if off := time.Until(made.Now()); off > ahead || off < ahead-time.Minute {
		t.Errorf("the engine is %s ahead, want %s", off, ahead)
	}
}

func TestNowWithoutDates(t *testing.T) {
	t.Parallel()
	fake := newFakeEngine()
	made := engine(t, EngineSettings{Host: "unix://" + unix(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		fake.ServeHTTP(w, r)
	}))}, nil)
	if _, err := made.Client(t.Context()); err != nil {
		t.Fatal(err)
	}
	if off := time.Until(made.Now()); off > time.Second || off < -time.Minute {
		t.Errorf("the engine is %s ahead", off)
	}
}
