package main

import (
	"encoding/json"
	"mime"
	"net/http"
)

// control is the HTTP interface for the tests, on a loopback port.
type control struct {
	mux  *http.ServeMux
	host string
	workers
}

func newControl(host string, all workers) *control {
	c := &control{mux: http.NewServeMux(), host: host, workers: all}
	c.mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]bool{"ok": true})
	})
	c.serveEgress()
	c.serveIngress()
	c.serveSIP()
	return c
}

// ServeHTTP keeps web pages out, which could reach a loopback port through the developer's browser.
func (c *control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Host != c.host || (r.Method != http.MethodGet && kind != "application/json") {
		http.Error(w, "for the local stack only", http.StatusForbidden)
		return
	}
	c.mux.ServeHTTP(w, r)
}

// read decodes the body of a request; where it cannot it has answered and gives false.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
