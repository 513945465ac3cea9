package main

import (
	"context"
	"errors"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/rpc"
	"github.com/livekit/psrpc"
)

// listen lets the session answer calls under the id of its ingress.
func (s *session) listen(bus psrpc.MessageBus) error {
	handler, err := rpc.NewIngressHandlerServer(s, bus)
	if err != nil {
		return err
	}
	s.handler = handler
	return errors.Join(
		handler.RegisterUpdateIngressTopic(s.id),
		handler.RegisterDeleteIngressTopic(s.id),
	)
}

func (s *session) note(name string, request proto.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = append(s.received, receivedCall{name, time.Now(), request})
}

// UpdateIngress ends the session, as the real worker does: whoever sends has to connect again, and
// then finds the new settings.
func (s *session) UpdateIngress(
	ctx context.Context, request *livekit.UpdateIngressRequest,
) (*livekit.IngressState, error) {
	s.note("update_ingress", request)
	return s.endFor(ctx)
}

// DeleteIngress ends the session.
func (s *session) DeleteIngress(
	ctx context.Context, request *livekit.DeleteIngressRequest,
) (*livekit.IngressState, error) {
	s.note("delete_ingress", request)
	return s.endFor(ctx)
}

func (s *session) endFor(ctx context.Context) (*livekit.IngressState, error) {
	if s.plan.RefuseChange != nil {
		return nil, s.plan.RefuseChange.toError()
	}
	s.end("")
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.settled:
		return s.snapshot().State, nil
	}
}
