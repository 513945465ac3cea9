package main

import (
	"encoding/json"
	"net/http"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

type shownCall struct {
	Call    string          `json:"call"`
	At      float64         `json:"at"`
	Request json.RawMessage `json:"request"`
}

// shownJob is all that is known of a job; a refused one has no info.
type shownJob struct {
	EgressID string          `json:"egress_id"`
	Running  bool            `json:"running"`
	Request  json.RawMessage `json:"request"`
	Info     json.RawMessage `json:"info"`
	Received []shownCall     `json:"received"`
}

func (c *control) serveEgress() {
	c.mux.HandleFunc("POST /egress/plan", c.planEgress)
	c.mux.HandleFunc("POST /egress/end", c.endEgress)
	c.mux.HandleFunc("GET /egress/job", c.showJob)
	c.mux.HandleFunc("GET /egress/jobs", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, c.egress.ids())
	})
}

func (c *control) planEgress(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Key  string     `json:"key"`
		Plan egressPlan `json:"plan"`
	}
	if read(w, r, &asked) {
		c.egress.plans.set(asked.Key, asked.Plan)
		answer(w, struct{}{})
	}
}

func (c *control) endEgress(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		EgressID string `json:"egress_id"`
		End      ending `json:"end"`
	}
	if !read(w, r, &asked) {
		return
	}
	job, _ := c.egress.find(asked.EgressID)
	if job == nil {
		http.Error(w, "no such job", http.StatusNotFound)
		return
	}
	job.end(asked.End)
	<-job.over
	answer(w, job.show(nil))
}

func (c *control) showJob(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("egress_id")
	job, start := c.egress.find(id)
	switch {
	case start == nil:
		http.Error(w, "no such job", http.StatusNotFound)
	case job == nil:
		answer(w, shownJob{EgressID: id, Request: asJSON(start), Received: showCalls(nil)})
	default:
		answer(w, job.show(start))
	}
}

func (j *job) show(start proto.Message) shownJob {
	shown := shownJob{EgressID: j.id, Running: j.running(), Request: asJSON(start)}
	shown.Info = asJSON(j.snapshot())
	j.mu.Lock()
	defer j.mu.Unlock()
	shown.Received = showCalls(j.received)
	return shown
}

func showCalls(received []receivedCall) []shownCall {
	calls := []shownCall{}
	for _, call := range received {
		at := float64(call.at.UnixNano()) / 1e9
		calls = append(calls, shownCall{call.name, at, asJSON(call.request)})
	}
	return calls
}

// asJSON writes a message with the field names of its definition, which the Python SDK has too.
func asJSON(message proto.Message) json.RawMessage {
	written, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(message)
	if message == nil || err != nil {
		return json.RawMessage("null")
	}
	return written
}
