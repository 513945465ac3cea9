package main

import (
	"net/url"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/livekit/protocol/egress"
	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/rpc"
	"github.com/livekit/psrpc"
)

// recording is what a request asks for, whichever of the request types it is.
type recording struct {
	info         *livekit.EgressInfo
	page         string
	identity     string
	track        string
	tracks       map[string]bool
	audio, video bool
	kbps         int32
	outputs      []*livekit.Output
	storage      *livekit.StorageConfig
}

func invalidField(name string) error {
	return psrpc.NewErrorf(psrpc.InvalidArgument, "request has missing or invalid field: %s", name)
}

// planKey gives the name under which plans are made: the room, or the page of a web egress.
func planKey(start *rpc.StartEgressRequest) string {
	switch asked := start.Request.(type) {
	case *rpc.StartEgressRequest_Web:
		return asked.Web.GetUrl()
	case *rpc.StartEgressRequest_RoomComposite:
		return asked.RoomComposite.GetRoomName()
	case *rpc.StartEgressRequest_Participant:
		return asked.Participant.GetRoomName()
	case *rpc.StartEgressRequest_TrackComposite:
		return asked.TrackComposite.GetRoomName()
	case *rpc.StartEgressRequest_Track:
		return asked.Track.GetRoomName()
	case *rpc.StartEgressRequest_Egress:
		if page := asked.Egress.GetWeb().GetUrl(); page != "" {
			return page
		}
		return asked.Egress.GetRoomName()
	}
	return ""
}

// newRecording reads a request; its credentials are left out of the info that the server keeps.
func newRecording(start *rpc.StartEgressRequest) (*recording, error) {
	r := &recording{info: &livekit.EgressInfo{
		EgressId:  start.EgressId,
		RoomId:    start.RoomId,
		Status:    livekit.EgressStatus_EGRESS_STARTING,
		UpdatedAt: time.Now().UnixNano(),
	}}
	var err error
	switch asked := proto.Clone(start).(*rpc.StartEgressRequest).Request.(type) {
	case *rpc.StartEgressRequest_RoomComposite:
		err = r.readRoomComposite(asked.RoomComposite)
	case *rpc.StartEgressRequest_Web:
		err = r.readWeb(asked.Web)
	case *rpc.StartEgressRequest_Participant:
		err = r.readParticipant(asked.Participant)
	case *rpc.StartEgressRequest_TrackComposite:
		err = r.readTrackComposite(asked.TrackComposite)
	case *rpc.StartEgressRequest_Track:
		err = r.readTrack(asked.Track)
	case *rpc.StartEgressRequest_Egress:
		err = r.readUnified(asked.Egress)
	default:
		err = invalidField("request")
	}
	if err == nil && r.page == "" && r.info.RoomName == "" {
		err = invalidField("room_name")
	}
	return r, err
}

func (r *recording) readRoomComposite(asked *livekit.RoomCompositeEgressRequest) error {
	kept := proto.Clone(asked).(*livekit.RoomCompositeEgressRequest)
	egress.RedactEncodedOutputs(kept)
	r.info.Request = &livekit.EgressInfo_RoomComposite{RoomComposite: kept}
	r.info.RoomName = asked.RoomName
	if asked.CustomBaseUrl != "" && !isPage(asked.CustomBaseUrl) {
		return invalidField("template base url")
	}
	r.audio, r.video = !asked.VideoOnly, !asked.AudioOnly
	if !r.audio && !r.video {
		return invalidField("audio_only and video_only")
	}
	r.kbps = bitrate(asked.GetPreset(), asked.GetAdvanced(), r.video)
	return r.readOutputs(asked)
}

func (r *recording) readWeb(asked *livekit.WebEgressRequest) error {
	kept := proto.Clone(asked).(*livekit.WebEgressRequest)
	egress.RedactEncodedOutputs(kept)
	r.info.Request = &livekit.EgressInfo_Web{Web: kept}
	if r.page = asked.Url; !isPage(r.page) {
		return invalidField("web url")
	}
	r.audio, r.video = !asked.VideoOnly, !asked.AudioOnly
	if !r.audio && !r.video {
		return invalidField("audio_only and video_only")
	}
	r.kbps = bitrate(asked.GetPreset(), asked.GetAdvanced(), r.video)
	return r.readOutputs(asked)
}

func (r *recording) readParticipant(asked *livekit.ParticipantEgressRequest) error {
	kept := proto.Clone(asked).(*livekit.ParticipantEgressRequest)
	egress.RedactEncodedOutputs(kept)
	r.info.Request = &livekit.EgressInfo_Participant{Participant: kept}
	r.info.SourceType = livekit.EgressSourceType_EGRESS_SOURCE_TYPE_SDK
	r.info.RoomName = asked.RoomName
	if r.identity = asked.Identity; r.identity == "" {
		return invalidField("identity")
	}
	r.audio, r.video = true, true
	r.kbps = bitrate(asked.GetPreset(), asked.GetAdvanced(), r.video)
	return r.readOutputs(asked)
}

func (r *recording) readTrackComposite(asked *livekit.TrackCompositeEgressRequest) error {
	kept := proto.Clone(asked).(*livekit.TrackCompositeEgressRequest)
	egress.RedactEncodedOutputs(kept)
	r.info.Request = &livekit.EgressInfo_TrackComposite{TrackComposite: kept}
	r.info.SourceType = livekit.EgressSourceType_EGRESS_SOURCE_TYPE_SDK
	r.info.RoomName = asked.RoomName
	r.audio, r.video = asked.AudioTrackId != "", asked.VideoTrackId != ""
	r.follow(asked.AudioTrackId, asked.VideoTrackId)
	if !r.audio && !r.video {
		return invalidField("audio_track_id or video_track_id")
	}
	r.kbps = bitrate(asked.GetPreset(), asked.GetAdvanced(), r.video)
	return r.readOutputs(asked)
}

func (r *recording) readTrack(asked *livekit.TrackEgressRequest) error {
	kept := proto.Clone(asked).(*livekit.TrackEgressRequest)
	egress.RedactDirectOutputs(kept)
	r.info.Request = &livekit.EgressInfo_Track{Track: kept}
	r.info.SourceType = livekit.EgressSourceType_EGRESS_SOURCE_TYPE_SDK
	r.info.RoomName = asked.RoomName
	if r.track = asked.TrackId; r.track == "" {
		return invalidField("track_id")
	}
	r.follow(r.track)
	// the server's ids begin with TR_V for a camera or screen
	r.video = len(r.track) > 3 && r.track[3] == 'V'
	r.audio = !r.video
	r.kbps = bitrate(livekit.EncodingOptionsPreset_H264_720P_30, nil, r.video)
	return r.readDirectOutput(asked)
}

func (r *recording) readUnified(asked *livekit.StartEgressRequest) error {
	kept := proto.Clone(asked).(*livekit.StartEgressRequest)
	egress.RedactStartEgressRequest(kept)
	r.info.Request = &livekit.EgressInfo_Egress{Egress: kept}
	r.info.RoomName = asked.RoomName
	r.audio, r.video = true, true
	switch source := asked.Source.(type) {
	case *livekit.StartEgressRequest_Template:
		r.audio, r.video = !source.Template.VideoOnly, !source.Template.AudioOnly
	case *livekit.StartEgressRequest_Web:
		r.audio, r.video = !source.Web.VideoOnly, !source.Web.AudioOnly
		if r.page = source.Web.Url; !isPage(r.page) {
			return invalidField("web url")
		}
	case *livekit.StartEgressRequest_Media:
		r.info.SourceType = livekit.EgressSourceType_EGRESS_SOURCE_TYPE_SDK
		r.identity = source.Media.GetParticipantVideo().GetIdentity()
		r.follow(source.Media.GetVideoTrackId())
		r.audio, r.video = source.Media.Audio != nil, source.Media.Video != nil
	default:
		return invalidField("source")
	}
	if !r.audio && !r.video {
		return invalidField("audio_only and video_only")
	}
	r.kbps = bitrate(asked.GetPreset(), asked.GetAdvanced(), r.video)
	r.storage = asked.Storage
	r.outputs = asked.Outputs
	return nil
}

// follow makes the job end when the last of these tracks has gone.
func (r *recording) follow(tracks ...string) {
	r.tracks = map[string]bool{}
	for _, track := range tracks {
		if track != "" {
			r.tracks[track] = true
		}
	}
}

func isPage(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https")
}
