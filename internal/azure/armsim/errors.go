package armsim

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// object is a JSON object.
type object = map[string]any

// failure is an answer of Azure that says no.
type failure struct {
	Status                int
	Code, Message, Target string
	Details               []failure
	// flat is for services that do not wrap their error.
	flat bool
}

func fail(status int, code, format string, args ...any) *failure {
	return &failure{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Error makes a failure an error.
func (f *failure) Error() string { return f.Code + ": " + f.Message }

func (f *failure) body() object {
	inner := object{"code": f.Code, "message": f.Message}
	if f.Target != "" {
		inner["target"] = f.Target
	}
	var details []any
	for _, d := range f.Details {
		details = append(details, d.body()["error"])
	}
	if details != nil {
		inner["details"] = details
	}
	if f.flat {
		return inner
	}
	return object{"error": inner}
}

func writeError(w http.ResponseWriter, f *failure) {
	w.Header().Set("X-Ms-Failure-Cause", "gateway")
	writeJSON(w, f.Status, f.body())
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(data)
}

func missingVersion() *failure {
	return fail(http.StatusBadRequest, "MissingApiVersionParameter",
		"The api-version query parameter (?api-version=) is required for all requests.")
}
