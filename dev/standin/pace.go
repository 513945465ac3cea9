package main

import (
	"time"

	"github.com/livekit/protocol/livekit"
)

// pace is how long the workers take to start, and how long an egress may take at most; a plan may
// say something else.
type pace struct {
	// until an egress is active: of a track as it is, of tracks that are transcoded, of a page
	track, transcoding, page time.Duration
	// until a stream that comes in is published
	buffering time.Duration
	// after which an egress reaches its session limit; 0 for no limit, as in livekit-egress
	limit time.Duration
}

// The quick pace is for tests. The real one is what livekit-egress 1.14.1 and livekit-ingress 1.5.0
// took on a machine with two cores: 0.4 s, 1 s to 8 s, 2.5 s to 5 s for Chrome, and up to 1 s.
var paces = map[string]pace{
	"quick": {
		track:       300 * time.Millisecond,
		transcoding: 300 * time.Millisecond,
		page:        300 * time.Millisecond,
		buffering:   300 * time.Millisecond,
	},
	"real": {
		track:       400 * time.Millisecond,
		transcoding: 3 * time.Second,
		page:        4 * time.Second,
		buffering:   900 * time.Millisecond,
	},
}

// starting is how long an egress takes until it is active.
func (p pace) starting(info *livekit.EgressInfo) time.Duration {
	switch {
	case info.GetTrack() != nil:
		return p.track
	case info.SourceType == livekit.EgressSourceType_EGRESS_SOURCE_TYPE_SDK:
		return p.transcoding
	}
	return p.page
}
