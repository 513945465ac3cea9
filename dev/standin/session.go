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

// measuring is how often livekit-ingress measures bitrates (pkg/stats/media.go); it reports them with
// the next change of state
const measuring = time.Minute

// session is one stream that comes in, from its first packet to its end.
type session struct {
	rpc.UnimplementedIngressHandlerServer
	id      string
	plan    ingressPlan
	pace    pace
	io      rpc.IOInfoClient
	handler rpc.IngressHandlerServer
	finish  chan string
	over    chan struct{}
	settled chan struct{}

	mu       sync.Mutex
	info     *livekit.IngressInfo
	video    *videoInput
	audio    *audioInput
	received []receivedCall
}

func newSession(
	io rpc.IOInfoClient, info *livekit.IngressInfo, plan ingressPlan, pace pace,
) *session {
	return &session{
		id:      info.IngressId,
		plan:    plan,
		pace:    pace,
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
	case <-time.After(s.plan.Buffering.or(s.pace.buffering)):
	}
	s.publish(room)
	if s.plan.End != nil {
		timer := time.AfterFunc(s.plan.EndAfter.duration(), func() { s.end(s.plan.End.Error) })
		defer timer.Stop()
	}
	s.conclude(<-s.finish)
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
		switch {
		case s.plan.OutlivesRoom:
		case reason == lksdk.Failed:
			s.end("room disconnected unexpectedly")
		default:
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

// publish publishes empty tracks to the room, and reports what they would contain.
func (s *session) publish(room *lksdk.Room) {
	video, audio := s.plan.media(s.snapshot())
	var tracks []*livekit.TrackInfo
	if video != nil {
		track, err := publishEmpty(room, s.published(video), &lksdk.TrackPublicationOptions{
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
	s.video, s.audio = video, audio
	s.measure()
	s.info.State.Status = livekit.IngressState_ENDPOINT_PUBLISHING
	s.info.State.RoomId = room.SID()
	s.info.State.Tracks = tracks
	s.mu.Unlock()
	s.report()
}

// published is the codec of the video in the room. livekit-ingress transcodes to H.264, except for
// WHIP without transcoding, which it passes on as it is.
func (s *session) published(video *videoInput) string {
	if s.info.InputType == livekit.IngressInput_WHIP_INPUT && !s.info.GetEnableTranscoding() {
		return video.Mime
	}
	return mimeH264
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
	s.measure()
	s.info.State.Status = status
	s.info.State.Error = failure
	s.info.State.EndedAt = time.Now().UnixNano()
	s.mu.Unlock()
	s.report()
	slog.Info("ingress ended", "ingress", s.id, "status", status.String())
}

// reject reports why a session never began. Like livekit-ingress it sets no end: only a session
// that began has one.
func (s *session) reject(failure string) {
	s.mu.Lock()
	s.info.State.Status = livekit.IngressState_ENDPOINT_ERROR
	s.info.State.Error = failure
	s.mu.Unlock()
	s.report()
}

// measure brings the media in the state up to date; the caller holds the lock.
func (s *session) measure() {
	publishing := s.info.State.Status == livekit.IngressState_ENDPOINT_PUBLISHING
	age := time.Since(time.Unix(0, s.info.State.StartedAt))
	measured := publishing && (s.plan.Bitrates || age > measuring)
	s.info.State.Video = s.video.state(measured)
	s.info.State.Audio = s.audio.state(measured)
}

// report sends the state to the server. Like livekit-ingress, a session reports only changes. The
// ingress may have been deleted.
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

// change replaces what is sent from now on; nil leaves it as it is.
func (s *session) change(video *videoInput, audio *audioInput) {
	s.mu.Lock()
	if video != nil {
		s.video = video
	}
	if audio != nil {
		s.audio = audio
	}
	s.measure()
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
