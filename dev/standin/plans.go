package main

import (
	"sync"
	"time"

	"github.com/livekit/psrpc"
)

// seconds is a length of time as the control interface writes it.
type seconds float64

func (s seconds) duration() time.Duration {
	return time.Duration(float64(s) * float64(time.Second))
}

func (s *seconds) or(usual time.Duration) time.Duration {
	if s == nil {
		return usual
	}
	return s.duration()
}

// fault is an error to answer a call with; code is one of psrpc's, such as "unavailable".
type fault struct {
	Code  string `json:"code"`
	Error string `json:"error"`
}

func (f *fault) toError() error {
	if f == nil {
		return nil
	}
	return psrpc.NewErrorf(psrpc.ErrorCode(f.Code), "%s", f.Error)
}

// ending is how a job ends. The outcome is complete, failed, aborted, limit_reached, or killed: its
// recorder process was killed, for want of memory for example.
type ending struct {
	Outcome   string `json:"outcome"`
	Error     string `json:"error"`
	ErrorCode int32  `json:"error_code"`
	Details   string `json:"details"`
	// EndsWorker is what an internal error does to livekit-egress: it accepts no more jobs.
	EndsWorker bool `json:"ends_worker"`
}

// streamFailure is one stream URL that breaks by itself while its job runs.
type streamFailure struct {
	URL     string  `json:"url"`
	After   seconds `json:"after"`
	Error   string  `json:"error"`
	Retries uint32  `json:"retries"`
}

// egressPlan is how the egress jobs of one room, or of one page for web egress, have to go.
type egressPlan struct {
	Refuse       *fault   `json:"refuse"`
	RefuseStop   *fault   `json:"refuse_stop"`
	RefuseUpdate *fault   `json:"refuse_update"`
	AnswerAfter  seconds  `json:"answer_after"`
	ActiveAfter  *seconds `json:"active_after"`
	StopTakes    *seconds `json:"stop_takes"`
	// EndAfter counts from the moment of being active; negative: the job never becomes active.
	EndAfter      seconds         `json:"end_after"`
	End           *ending         `json:"end"`
	StreamsFail   []streamFailure `json:"streams_fail"`
	Details       string          `json:"details"`
	Manifest      string          `json:"manifest_location"`
	BackupStorage bool            `json:"backup_storage_used"`
	// OutlivesRoom keeps the job active when its room, participant or track goes.
	OutlivesRoom bool  `json:"outlives_room"`
	RetryCount   int32 `json:"retry_count"`
}

// ingressEnding is how a stream ends: with an error, or because whoever sent it has stopped.
type ingressEnding struct {
	Error string `json:"error"`
}

// ingressPlan is how the streams for one ingress have to go.
type ingressPlan struct {
	Refuse       *fault         `json:"refuse"`
	RefuseChange *fault         `json:"refuse_change"`
	AnswerAfter  seconds        `json:"answer_after"`
	Buffering    *seconds       `json:"buffering"`
	Video        *videoInput    `json:"video"`
	Audio        *audioInput    `json:"audio"`
	EndAfter     seconds        `json:"end_after"`
	End          *ingressEnding `json:"end"`
	// Bitrates counts them as measured: livekit-ingress does so once a minute.
	Bitrates bool `json:"bitrates"`
	// OutlivesRoom keeps the state when the participant is gone, as after a crash.
	OutlivesRoom bool `json:"outlives_room"`
}

// sipPlan is how the calls to a number, or of a room, have to go.
type sipPlan struct {
	Refuse    *fault   `json:"refuse"`
	JoinAfter seconds  `json:"join_after"`
	RingAfter *seconds `json:"ring_after"`
	// AnswerAfter counts from the first ring; with Decline that is the answer.
	AnswerAfter    *seconds          `json:"answer_after"`
	NeverAnswers   bool              `json:"never_answers"`
	Decline        *sipStatus        `json:"decline"`
	HangUpAfter    *seconds          `json:"hang_up_after"`
	Headers        map[string]string `json:"headers"`
	TransferTakes  seconds           `json:"transfer_takes"`
	RefuseTransfer *sipStatus        `json:"refuse_transfer"`
}

// plans holds what is to happen, by room name, page, ingress id, stream key or phone number.
type plans[T any] struct {
	mu    sync.Mutex
	byKey map[string]T
}

func (p *plans[T]) set(key string, plan T) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byKey == nil {
		p.byKey = map[string]T{}
	}
	p.byKey[key] = plan
}

// get gives the plan for the first of the keys that has one, else the empty plan.
func (p *plans[T]) get(keys ...string) T {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, key := range keys {
		if plan, ok := p.byKey[key]; ok {
			return plan
		}
	}
	var none T
	return none
}
