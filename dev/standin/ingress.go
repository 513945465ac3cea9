package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/livekit/protocol/ingress"
	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/rpc"
	"github.com/livekit/protocol/utils"
	"github.com/livekit/protocol/utils/guid"
	"github.com/livekit/psrpc"
)

var resourcePrefix = map[livekit.IngressInput]string{
	livekit.IngressInput_RTMP_INPUT: utils.RTMPResourcePrefix,
	livekit.IngressInput_WHIP_INPUT: utils.WHIPResourcePrefix,
	livekit.IngressInput_URL_INPUT:  utils.URLResourcePrefix,
}

// ingressWorker takes streams in; the control interface plays those who send them.
type ingressWorker struct {
	bus    psrpc.MessageBus
	io     rpc.IOInfoClient
	server livekitServer
	rpc    rpc.IngressInternalServer
	plans  plans[ingressPlan]
	pace   pace

	mu       sync.Mutex
	sessions map[string]*session
}

func newIngressWorker(
	bus psrpc.MessageBus, io rpc.IOInfoClient, server livekitServer, pace pace,
) (*ingressWorker, error) {
	w := &ingressWorker{
		bus: bus, io: io, server: server, pace: pace, sessions: map[string]*session{},
	}
	registered, err := rpc.NewIngressInternalServer(w, bus)
	if err != nil {
		return nil, err
	}
	w.rpc = registered
	return w, registered.RegisterListActiveIngressTopic("")
}

// close ends all sessions as if those who send had gone.
func (w *ingressWorker) close() {
	w.rpc.Kill()
	deadline := time.After(farewell)
	for _, s := range w.all() {
		s.end("")
	}
	for _, s := range w.all() {
		select {
		case <-s.over:
		case <-deadline:
			return
		}
	}
}

// publish begins a session as somebody who sends to a stream key does.
func (w *ingressWorker) publish(ctx context.Context, streamKey string) (*session, error) {
	found, err := w.io.GetIngressInfo(ctx, &rpc.GetIngressInfoRequest{StreamKey: streamKey})
	if err != nil {
		return nil, err
	}
	info := found.Info
	s, err := w.begin(info, w.plans.get(streamKey, info.IngressId))
	if err != nil {
		s.reject(err.Error())
		return nil, err
	}
	w.keep(s)
	s.report()
	go s.run(w.server)
	return s, nil
}

// StartIngress begins to pull from an address, and makes the ingress known to the server.
func (w *ingressWorker) StartIngress(
	ctx context.Context, request *rpc.StartIngressRequest,
) (*livekit.IngressInfo, error) {
	info := request.Info
	plan := w.plans.get(info.Url, info.IngressId)
	time.Sleep(plan.AnswerAfter.duration())
	if plan.Refuse != nil {
		return nil, plan.Refuse.toError()
	}
	s, err := w.begin(info, plan)
	if err != nil {
		return nil, err
	}
	if _, err := w.io.CreateIngress(ctx, s.snapshot()); err != nil {
		s.handler.Kill()
		return nil, err
	}
	w.keep(s)
	s.report()
	accepted := s.snapshot()
	go s.run(w.server)
	return accepted, nil
}

// begin prepares a session; with an error there is one too, to report it by.
func (w *ingressWorker) begin(info *livekit.IngressInfo, plan ingressPlan) (*session, error) {
	s := newSession(w.io, info, plan, w.pace)
	info.State = &livekit.IngressState{
		Status:     livekit.IngressState_ENDPOINT_BUFFERING,
		StartedAt:  time.Now().UnixNano(),
		ResourceId: guid.New(resourcePrefix[info.InputType]),
	}
	if info.Enabled != nil && !*info.Enabled {
		return s, ingress.ErrIngressDisabled
	}
	if err := ingress.Validate(info); err != nil {
		return s, err
	}
	if err := plan.Refuse.toError(); err != nil {
		return s, err
	}
	slog.Info("ingress begins", "ingress", info.IngressId, "room", info.RoomName)
	return s, s.listen(w.bus)
}

func (w *ingressWorker) keep(s *session) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sessions[s.id] = s
}

func (w *ingressWorker) find(ingressID string) *session {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sessions[ingressID]
}

func (w *ingressWorker) all() []*session {
	w.mu.Lock()
	defer w.mu.Unlock()
	var sessions []*session
	for _, s := range w.sessions {
		sessions = append(sessions, s)
	}
	return sessions
}

// StartIngressAffinity says that this worker can pull from any address.
func (w *ingressWorker) StartIngressAffinity(context.Context, *rpc.StartIngressRequest) float32 {
	return 1
}

// ListActiveIngress gives the sessions that go on.
func (w *ingressWorker) ListActiveIngress(
	context.Context, *rpc.ListActiveIngressRequest,
) (*rpc.ListActiveIngressResponse, error) {
	listed := &rpc.ListActiveIngressResponse{}
	for _, s := range w.all() {
		if info := s.snapshot(); s.running() {
			listed.IngressSessions = append(listed.IngressSessions, &rpc.IngressSession{
				IngressId: info.IngressId, ResourceId: info.State.ResourceId,
			})
		}
	}
	return listed, nil
}
