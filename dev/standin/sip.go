package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/rpc"
	"github.com/livekit/psrpc"
)

// sipWorker makes phone calls for the server and takes them; the control interface plays those at
// the other end.
type sipWorker struct {
	io     rpc.IOInfoClient
	server livekitServer
	rpc    rpc.SIPInternalServer
	plans  plans[sipPlan]

	mu    sync.Mutex
	calls map[string]*call
	order []string
}

func newSIPWorker(
	bus psrpc.MessageBus, io rpc.IOInfoClient, server livekitServer,
) (*sipWorker, error) {
	w := &sipWorker{io: io, server: server, calls: map[string]*call{}}
	registered, err := rpc.NewSIPInternalServer(w, bus)
	if err != nil {
		return nil, err
	}
	w.rpc = registered
	return w, registered.RegisterCreateSIPParticipantTopic("")
}

// close ends all calls as the real worker does when it is asked to end.
func (w *sipWorker) close() {
	w.rpc.Kill()
	deadline := time.After(farewell)
	for _, c := range w.all() {
		c.end(shutDown)
	}
	for _, c := range w.all() {
		select {
		case <-c.over:
		case <-deadline:
			return
		}
	}
}

// CreateSIPParticipant joins the room and then calls a number. It answers when it has joined, or,
// where it has to wait for that, when somebody has picked up.
func (w *sipWorker) CreateSIPParticipant(
	ctx context.Context, request *rpc.InternalCreateSIPParticipantRequest,
) (*rpc.InternalCreateSIPParticipantResponse, error) {
	plan := w.plans.get(request.CallTo, request.RoomName)
	time.Sleep(plan.JoinAfter.duration())
	if plan.Refuse != nil {
		return nil, plan.Refuse.toError()
	}
	if err := checkDial(request); err != nil {
		return nil, err
	}
	c := newOutboundCall(request, plan)
	if err := w.begin(c); err != nil {
		return nil, psrpc.NewErrorf(psrpc.Internal, "update room failed: %w", err)
	}
	created := &rpc.InternalCreateSIPParticipantResponse{
		ParticipantId:       c.room.LocalParticipant.SID(),
		ParticipantIdentity: c.guest.identity,
		SipCallId:           c.id,
	}
	if !request.WaitUntilAnswered {
		go func() {
			if c.dial(context.Background()) == nil {
				c.stay()
			}
		}()
		return created, nil
	}
	if err := c.dial(ctx); err != nil {
		return nil, err
	}
	go c.stay()
	return created, nil
}

// begin lets a call join its room; from then on it can be transferred.
func (w *sipWorker) begin(c *call) error {
	w.keep(c)
	err := w.rpc.RegisterTransferSIPParticipantTopic(c.id)
	if err == nil {
		err = c.join(w.server)
	}
	if err != nil {
		c.leave(err.Error(), livekit.DisconnectReason_UNKNOWN_REASON)
	}
	go func() {
		<-c.over
		w.rpc.DeregisterTransferSIPParticipantTopic(c.id)
	}()
	return err
}

// TransferSIPParticipant asks the other end of a call to call somebody else instead.
func (w *sipWorker) TransferSIPParticipant(
	ctx context.Context, request *rpc.InternalTransferSIPParticipantRequest,
) (*emptypb.Empty, error) {
	c := w.find(request.SipCallId)
	if c == nil {
		return nil, psrpc.NewErrorf(psrpc.NotFound, "unknown call")
	}
	return &emptypb.Empty{}, c.transfer(ctx, request)
}

func (w *sipWorker) keep(c *call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls[c.id] = c
	w.order = append(w.order, c.id)
	slog.Info("call begins", "call", c.id, "room", c.guest.room)
}

func (w *sipWorker) find(id string) *call {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls[id]
}

// all gives the calls, the ended ones too, in the order of their beginnings.
func (w *sipWorker) all() []*call {
	w.mu.Lock()
	defer w.mu.Unlock()
	calls := []*call{}
	for _, id := range w.order {
		calls = append(calls, w.calls[id])
	}
	return calls
}
