package main

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/livekit/psrpc"
)

// shownSession is all that is known of a stream that comes in or came in.
type shownSession struct {
	IngressID string          `json:"ingress_id"`
	Running   bool            `json:"running"`
	Info      json.RawMessage `json:"info"`
	Received  []shownCall     `json:"received"`
}

func (c *control) serveIngress() {
	c.mux.HandleFunc("POST /ingress/plan", c.planIngress)
	c.mux.HandleFunc("POST /ingress/publish", c.publishIngress)
	c.mux.HandleFunc("POST /ingress/change", c.changeIngress)
	c.mux.HandleFunc("POST /ingress/end", c.endIngress)
	c.mux.HandleFunc("GET /ingress/session", func(w http.ResponseWriter, r *http.Request) {
		if s := c.session(w, r.URL.Query().Get("ingress_id")); s != nil {
			answer(w, s.show())
		}
	})
}

func (c *control) planIngress(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Key  string      `json:"key"`
		Plan ingressPlan `json:"plan"`
	}
	if read(w, r, &asked) {
		c.ingress.plans.set(asked.Key, asked.Plan)
		answer(w, struct{}{})
	}
}

func (c *control) publishIngress(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		StreamKey string `json:"stream_key"`
	}
	if !read(w, r, &asked) {
		return
	}
	s, err := c.ingress.publish(r.Context(), asked.StreamKey)
	if err != nil {
		status := http.StatusBadRequest
		var known psrpc.Error
		if errors.As(err, &known) {
			status = known.ToHttp()
		}
		http.Error(w, err.Error(), status)
		return
	}
	answer(w, s.show())
}

func (c *control) changeIngress(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		IngressID string      `json:"ingress_id"`
		Video     *videoInput `json:"video"`
		Audio     *audioInput `json:"audio"`
	}
	if !read(w, r, &asked) {
		return
	}
	if s := c.session(w, asked.IngressID); s != nil {
		s.change(asked.Video, asked.Audio)
		answer(w, s.show())
	}
}

func (c *control) endIngress(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		IngressID string `json:"ingress_id"`
		Error     string `json:"error"`
	}
	if !read(w, r, &asked) {
		return
	}
	if s := c.session(w, asked.IngressID); s != nil {
		s.end(asked.Error)
		<-s.over
		answer(w, s.show())
	}
}

// session finds a session; where there is none it has answered and gives nil.
func (c *control) session(w http.ResponseWriter, ingressID string) *session {
	s := c.ingress.find(ingressID)
	if s == nil {
		http.Error(w, "no such session", http.StatusNotFound)
	}
	return s
}

func (s *session) show() shownSession {
	shown := shownSession{IngressID: s.id, Running: s.running(), Info: asJSON(s.snapshot())}
	s.mu.Lock()
	defer s.mu.Unlock()
	shown.Received = showCalls(s.received)
	return shown
}
