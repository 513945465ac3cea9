package main

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

const (
	// as livekit-sip does where nothing else is asked for
	ringingTimeout  = 3 * time.Minute
	maxCallDuration = 24 * time.Hour

	beforeRinging   = 100 * time.Millisecond
	beforeAnswering = 300 * time.Millisecond
	digitTakes      = 250 * time.Millisecond
	pauseTakes      = 500 * time.Millisecond
)

// why a call that was made is over; of one that never was, the error says it
const (
	hungUp      = "hangup"
	roomLeft    = "removed"
	transferred = "transferred"
	tooLong     = "max call duration"
	shutDown    = "shutdown"
)

// call is one phone call, from before it rings to its end.
type call struct {
	id       string
	plan     sipPlan
	outbound bool
	asked    proto.Message
	guest    guest
	carrier  carrier
	dtmf     string
	rings    time.Duration
	lasts    time.Duration
	// mapped gives the attributes that come with the other end's headers
	mapped func() map[string]string
	finish chan string
	over   chan struct{}
	// heard is closed once somebody else in the room sends audio
	heard  chan struct{}
	listen sync.Once
	room   *lksdk.Room

	mu       sync.Mutex
	status   string
	ended    string
	received []receivedCall
}

func newCall(id string, plan sipPlan, asked proto.Message, who guest) *call {
	who.attributes = maps.Clone(who.attributes)
	if who.attributes == nil {
		who.attributes = map[string]string{}
	}
	return &call{
		id:     id,
		plan:   plan,
		asked:  asked,
		guest:  who,
		finish: make(chan string, 1),
		over:   make(chan struct{}),
		heard:  make(chan struct{}),
	}
}

// join enters the room with the attributes that the call has so far, and with a silent track.
func (c *call) join(server livekitServer) error {
	c.mu.Lock()
	c.status = c.guest.attributes[livekit.AttrSIPCallStatus]
	c.mu.Unlock()
	token, err := c.guest.token(server)
	if err != nil {
		return err
	}
	callback := lksdk.NewRoomCallback()
	callback.OnDisconnectedWithReason = func(lksdk.DisconnectionReason) { c.end(roomLeft) }
	callback.OnTrackPublished = func(
		track *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant,
	) {
		c.hear(track)
	}
	c.room = lksdk.NewRoom(callback)
	if err := server.join(c.room, token, lksdk.WithExtraAttributes(c.guest.attributes)); err != nil {
		return err
	}
	for _, other := range c.room.GetRemoteParticipants() {
		for _, track := range other.TrackPublications() {
			c.hear(track)
		}
	}
	_, err = publishEmpty(c.room, mimeOpus, &lksdk.TrackPublicationOptions{Name: c.guest.identity})
	return err
}

func (c *call) hear(track lksdk.TrackPublication) {
	if track.Kind() == lksdk.TrackKindAudio {
		c.listen.Do(func() { close(c.heard) })
	}
}

// activate begins the talk.
func (c *call) activate() {
	if c.mapped != nil {
		c.room.LocalParticipant.SetAttributes(c.mapped())
	}
	c.setStatus("active")
}

// stay keeps the active call until it is ended.
func (c *call) stay() {
	limit := c.lasts
	why := tooLong
	if planned := c.plan.HangUpAfter; planned != nil && planned.duration() < limit {
		limit, why = planned.duration(), hungUp
	}
	select {
	case why = <-c.finish:
	case <-time.After(limit):
	}
	if why != roomLeft && why != shutDown {
		c.setStatus("hangup")
	}
	c.leave(why, livekit.DisconnectReason_CLIENT_INITIATED)
}

// wait lets some time pass, unless the call has to end before; then it returns why.
func (c *call) wait(ctx context.Context, long time.Duration) (string, bool) {
	timer := time.NewTimer(long)
	defer timer.Stop()
	return await(ctx, c, timer.C)
}

// await waits for ready, unless the call has to end before; then it returns why.
func await[T any](ctx context.Context, c *call, ready <-chan T) (string, bool) {
	select {
	case <-ready:
		return "", true
	case <-ctx.Done():
		return "", false
	case why := <-c.finish:
		return why, false
	}
}

// end asks the call to end; only the first to ask is heard.
func (c *call) end(why string) {
	select {
	case c.finish <- why:
	default:
	}
}

// leave ends the call in the room, with what is said there of the reason.
func (c *call) leave(why string, reason livekit.DisconnectReason) {
	c.mu.Lock()
	c.ended = why
	c.mu.Unlock()
	if c.room != nil {
		c.room.DisconnectWithReason(reason)
	}
	close(c.over)
	slog.Info("call ended", "call", c.id)
}

func (c *call) setStatus(status string) {
	c.mu.Lock()
	c.status = status
	c.mu.Unlock()
	c.room.LocalParticipant.SetAttributes(map[string]string{livekit.AttrSIPCallStatus: status})
}

func (c *call) running() bool {
	select {
	case <-c.over:
		return false
	default:
		return true
	}
}

func (c *call) note(name string, request proto.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.received = append(c.received, receivedCall{name, time.Now(), request})
}

func orElse(asked *durationpb.Duration, usual time.Duration) time.Duration {
	if asked.AsDuration() <= 0 {
		return usual
	}
	return asked.AsDuration()
}
