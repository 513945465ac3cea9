package main

import (
	"encoding/json"
	"errors"
	"net/http"

	"google.golang.org/protobuf/proto"

	"github.com/livekit/psrpc"
)

// shownPhoneCall is all that is known of a phone call. Request is what the server asked for or,
// for an incoming call, how it answered.
type shownPhoneCall struct {
	CallID   string          `json:"call_id"`
	Outbound bool            `json:"outbound"`
	Running  bool            `json:"running"`
	Status   string          `json:"status"`
	Ended    string          `json:"ended"`
	Room     string          `json:"room"`
	Identity string          `json:"identity"`
	Request  json.RawMessage `json:"request"`
	Received []shownCall     `json:"received"`
}

// question is a call that nobody makes: where would it go?
type question struct {
	invite
	NoPin   bool   `json:"no_pin"`
	TrunkID string `json:"trunk_id"`
	// Ask is authenticate, evaluate, or route: both, the second with the trunk that the first gave
	Ask string `json:"ask"`
}

// rawAnswer is what the server answered, with the code and text of an error.
type rawAnswer struct {
	Answer json.RawMessage `json:"answer"`
	Code   string          `json:"code"`
	Error  string          `json:"error"`
}

type answers struct {
	Authenticated *rawAnswer `json:"authenticated"`
	Evaluated     *rawAnswer `json:"evaluated"`
}

func (c *control) serveSIP() {
	c.mux.HandleFunc("POST /sip/plan", c.planCall)
	c.mux.HandleFunc("POST /sip/ring", c.ringIn)
	c.mux.HandleFunc("POST /sip/hang_up", c.hangUp)
	c.mux.HandleFunc("POST /sip/questions", c.answerQuestions)
	c.mux.HandleFunc("GET /sip/call", func(w http.ResponseWriter, r *http.Request) {
		if found := c.phoneCall(w, r.URL.Query().Get("call_id")); found != nil {
			answer(w, found.show())
		}
	})
	c.mux.HandleFunc("GET /sip/calls", func(w http.ResponseWriter, _ *http.Request) {
		shown := []shownPhoneCall{}
		for _, call := range c.sip.all() {
			shown = append(shown, call.show())
		}
		answer(w, shown)
	})
}

func (c *control) planCall(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Key  string  `json:"key"`
		Plan sipPlan `json:"plan"`
	}
	if read(w, r, &asked) {
		c.sip.plans.set(asked.Key, asked.Plan)
		answer(w, struct{}{})
	}
}

func (c *control) ringIn(w http.ResponseWriter, r *http.Request) {
	var asked invite
	if !read(w, r, &asked) {
		return
	}
	call, err := c.sip.ring(r.Context(), asked)
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	answer(w, call.show())
}

func (c *control) hangUp(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		CallID string `json:"call_id"`
	}
	if !read(w, r, &asked) {
		return
	}
	if call := c.phoneCall(w, asked.CallID); call != nil {
		call.end(hungUp)
		<-call.over
		answer(w, call.show())
	}
}

func (c *control) answerQuestions(w http.ResponseWriter, r *http.Request) {
	var asked []question
	if !read(w, r, &asked) {
		return
	}
	given := []answers{}
	for _, q := range asked {
		given = append(given, c.answerOne(r, q))
	}
	answer(w, given)
}

func (c *control) answerOne(r *http.Request, asked question) answers {
	var given answers
	call, trunkID := asked.call(), asked.TrunkID
	if asked.Ask != "evaluate" {
		trunk, err := c.sip.authenticate(r.Context(), call)
		given.Authenticated = raw(trunk, err)
		trunkID = trunk.GetSipTrunkId()
		if err != nil || asked.Ask == "authenticate" {
			return given
		}
	}
	pin := ""
	if asked.Pin != nil {
		pin = *asked.Pin
	}
	found, err := c.sip.evaluate(r.Context(), call, trunkID, pin, asked.NoPin)
	given.Evaluated = raw(found, err)
	return given
}

func raw(given proto.Message, err error) *rawAnswer {
	if err == nil {
		return &rawAnswer{Answer: asJSON(given)}
	}
	shown := &rawAnswer{Code: string(psrpc.Unknown), Error: err.Error()}
	var known psrpc.Error
	if errors.As(err, &known) {
		shown.Code = string(known.Code())
	}
	return shown
}

// phoneCall finds a call; where there is none it has answered and gives nil.
func (c *control) phoneCall(w http.ResponseWriter, id string) *call {
	found := c.sip.find(id)
	if found == nil {
		http.Error(w, "no such call", http.StatusNotFound)
	}
	return found
}

func (c *call) show() shownPhoneCall {
	running := c.running()
	c.mu.Lock()
	defer c.mu.Unlock()
	return shownPhoneCall{
		CallID:   c.id,
		Outbound: c.outbound,
		Running:  running,
		Status:   c.status,
		Ended:    c.ended,
		Room:     c.guest.room,
		Identity: c.guest.identity,
		Request:  asJSON(c.asked),
		Received: showCalls(c.received),
	}
}
