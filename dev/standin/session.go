package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/livekit/protocol/ingress"
	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/rpc"
	"github.com/livekit/psrpc"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

const buffering = 300 * time.Millisecond

// session is one stream that comes in, from its first packet to its end.
type session struct {
	rpc.UnimplementedIngressHandlerServer
	id      string
	plan    ingressPlan
	io      rpc.IOInfoClient
	handler rpc.IngressHandlerServer
	finish  chan string
	over    chan struct{}
	settled chan struct{}

	mu       sync.Mutex
	info     *livekit.IngressInfo
	received []receivedCall
}

func newSession(io rpc.IOInfoClient, info *livekit.IngressInfo, plan ingressPlan) *session {
	return &session{
		id:      info.IngressId,
		plan:    plan,
		io:      io,
		finish:  make(chan string, 1),
		over:    make(chan struct{}),
		settled: make(chan struct{}),
		info:    info,
	}
}

// run takes the session from buffering to its end.
func (s *session) run(server livekitServer) {
	defer close(s.over)
	defer s.handler.Shutdown()
	// before the shutdown, which waits for calls that wait for this
	defer close(s.settled)
	room, err := s.join(server)
	if err != nil {
		s.settle(livekit.IngressState_ENDPOINT_ERROR, err.Error())
		return
	}
	defer room.Disconnect()
	select {
	case failure := <-s.finish:
		s.conclude(failure)
		return
	case <-time.After(s.plan.Buffering.or(buffering)):
	}
	s.publish(room)
	if s.plan.End != nil {
		timer := time.AfterFunc(s.plan.EndAfter.duration(), func() { s.end(s.plan.End.Error) })
		defer timer.Stop()
	}
	progress := time.NewTicker(max(s.plan.ReportEvery.or(reporting), time.Millisecond))
	defer progress.Stop()
	for {
		select {
		case <-progress.C:
			s.report()
		case failure := <-s.finish:
			s.conclude(failure)
			return
		}
	}
}

func (s *session) join(server livekitServer) (*lksdk.Room, error) {
	info := s.snapshot()
	token, err := ingress.BuildIngressToken(server.key, server.secret, info.RoomName,
		info.ParticipantIdentity, info.ParticipantName, info.ParticipantMetadata, info.IngressId)
	if err != nil {
		return nil, err
	}
	callback := lksdk.NewRoomCallback()
	callback.OnDisconnectedWithReason = func(reason lksdk.DisconnectionReason) {
		if reason == lksdk.Failed {
			s.end("room disconnected unexpectedly")
		} else {
			s.end("room disconnected")
		}
	}
	room := lksdk.NewRoom(callback)
	if err := server.join(room, token); err != nil {
		return nil, err
	}
	room.LocalParticipant.SetAttributes(map[string]string{
		livekit.AttrIngressResourceID: info.State.ResourceId,
	})
	return room, nil
}

// publish shows the stream in the room, as empty tracks, and what it is made of in the state.
func (s *session) publish(room *lksdk.Room) {
	video, audio := s.plan.media(s.snapshot().InputType)
	var tracks []*livekit.TrackInfo
	if video != nil {
		track, err := publishEmpty(room, mimeH264, &lksdk.TrackPublicationOptions{
			Name: s.info.GetVideo().GetName(), Source: cameraOr(s.info.GetVideo().GetSource()),
			VideoWidth: int(video.Width), VideoHeight: int(video.Height),
		})
		if err == nil {
			tracks = append(tracks, track)
		}
	}
	if audio != nil {
		track, err := publishEmpty(room, mimeOpus, &lksdk.TrackPublicationOptions{
			Name: s.info.GetAudio().GetName(), Source: microphoneOr(s.info.GetAudio().GetSource()),
		})
		if err == nil {
			tracks = append(tracks, track)
		}
	}
	s.mu.Lock()
	s.info.State.Status = livekit.IngressState_ENDPOINT_PUBLISHING
	s.info.State.RoomId = room.SID()
	s.info.State.Tracks = tracks
	s.info.State.Video, s.info.State.Audio = video, audio
	s.mu.Unlock()
	s.report()
}

// end asks the session to end, with a failure or an empty text; only the first is heard.
func (s *session) end(failure string) {
	select {
	case s.finish <- failure:
	default:
	}
}

func (s *session) conclude(failure string) {
	switch {
	case failure != "":
		s.settle(livekit.IngressState_ENDPOINT_ERROR, failure)
	case s.snapshot().Reusable:
		s.settle(livekit.IngressState_ENDPOINT_INACTIVE, "")
	default:
		s.settle(livekit.IngressState_ENDPOINT_COMPLETE, "")
	}
}

func (s *session) settle(status livekit.IngressState_Status, failure string) {
	s.mu.Lock()
	s.info.State.Status = status
	s.info.State.Error = failure
	s.info.State.EndedAt = time.Now().UnixNano()
	s.mu.Unlock()
	s.report()
	slog.Info("ingress ended", "ingress", s.id, "status", status.String())
}

// report tells the server how the session stands; that of a deleted ingress is of no interest.
func (s *session) report() {
	s.mu.Lock()
	s.info.State.UpdatedAt = time.Now().UnixNano()
	state := proto.Clone(s.info.State).(*livekit.IngressState)
	s.mu.Unlock()
	_, err := s.io.UpdateIngressState(context.Background(), &rpc.UpdateIngressStateRequest{
		IngressId: s.id, State: state,
	})
	var known psrpc.Error
	if err != nil && !(errors.As(err, &known) && known.Code() == psrpc.NotFound) {
		slog.Warn("ingress not reported", "ingress", s.id, "error", err)
	}
}

// change says what comes in from now on; what is nil stays.
func (s *session) change(video *videoInput, audio *audioInput) {
	s.mu.Lock()
	if video != nil {
		s.info.State.Video = video.state()
	}
	if audio != nil {
		s.info.State.Audio = audio.state()
	}
	s.mu.Unlock()
	s.report()
}

func (s *session) snapshot() *livekit.IngressInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	return proto.Clone(s.info).(*livekit.IngressInfo)
}

func (s *session) running() bool {
	select {
	case <-s.over:
		return false
	default:
		return true
	}
}
