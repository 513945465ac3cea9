package main

import (
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

const (
	// what an empty track sends: enough for the server to list it, and next to nothing
	emptyBytes = 3
	emptyEvery = 200 * time.Millisecond
)

// livekitServer is the server whose rooms the workers join, as the real ones do.
type livekitServer struct {
	url, key, secret string
}

func (s livekitServer) join(room *lksdk.Room, token string) error {
	room.SetLogger(logger.GetDiscardLogger())
	return room.JoinWithToken(s.url, token, lksdk.WithAutoSubscribe(false))
}

// publishEmpty publishes a track that nobody can see or hear anything of.
func publishEmpty(
	room *lksdk.Room, mime string, options *lksdk.TrackPublicationOptions,
) (*livekit.TrackInfo, error) {
	track, err := lksdk.NewLocalTrack(webrtc.RTPCodecCapability{MimeType: mime})
	if err != nil {
		return nil, err
	}
	empty := &lksdk.NullSampleProvider{BytesPerSample: emptyBytes, SampleDuration: emptyEvery}
	track.OnBind(func() { _ = track.StartWrite(empty, nil) })
	publication, err := room.LocalParticipant.PublishTrack(track, options)
	if err != nil {
		return nil, err
	}
	return publication.TrackInfo(), nil
}
