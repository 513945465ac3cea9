package main

import (
	"context"
	"errors"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

const (
	joining = 5 * time.Second
	// what an empty track sends: enough for the server to list it and for a browser to count it as a
	// frame, and next to nothing
	emptyBytes = 12
	emptyEvery = 200 * time.Millisecond
)

// livekitServer is the server whose rooms the workers join, as the real ones do.
type livekitServer struct {
	url, key, secret string
}

// join enters a room; the SDK itself would wait long for one that is being closed.
func (s livekitServer) join(
	room *lksdk.Room, token string, options ...lksdk.ConnectOption,
) error {
	room.SetLogger(logger.GetDiscardLogger())
	joined := make(chan error, 1)
	options = append(options, lksdk.WithAutoSubscribe(false))
	go func() { joined <- room.JoinWithToken(s.url, token, options...) }()
	select {
	case err := <-joined:
		return err
	case <-time.After(joining):
		room.Disconnect()
		return errors.New("could not connect to the room in time")
	}
}

// has says whether a room is open, and still the one that had this id.
func (s livekitServer) has(name, id string) (bool, error) {
	ctx, cancel := context.WithTimeout(context.Background(), joining)
	defer cancel()
	client := lksdk.NewRoomServiceClient(s.url, s.key, s.secret)
	listed, err := client.ListRooms(ctx, &livekit.ListRoomsRequest{Names: []string{name}})
	if err != nil {
		return false, err
	}
	for _, room := range listed.Rooms {
		if room.Sid == id {
			return true, nil
		}
	}
	return false, nil
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
