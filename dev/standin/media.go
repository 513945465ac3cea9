package main

import "github.com/livekit/protocol/livekit"

const (
	mimeH264 = "video/H264"
	mimeOpus = "audio/opus"
)

// videoInput and audioInput are what a plan says of the stream that comes in.
type videoInput struct {
	Mime      string  `json:"mime_type"`
	Bitrate   uint32  `json:"average_bitrate"`
	Width     uint32  `json:"width"`
	Height    uint32  `json:"height"`
	Framerate float64 `json:"framerate"`
}

type audioInput struct {
	Mime       string `json:"mime_type"`
	Bitrate    uint32 `json:"average_bitrate"`
	Channels   uint32 `json:"channels"`
	SampleRate uint32 `json:"sample_rate"`
}

var (
	obsVideo     = videoInput{mimeH264, 2_500_000, 1280, 720, 30}
	obsAudio     = audioInput{"audio/aac", 160_000, 2, 44_100}
	browserAudio = audioInput{mimeOpus, 48_000, 2, 48_000}
)

// media gives what comes in: as planned, else what is usual for the kind of input.
func (p ingressPlan) media(
	kind livekit.IngressInput,
) (*livekit.InputVideoState, *livekit.InputAudioState) {
	video, audio := p.Video, p.Audio
	if video == nil && audio == nil {
		video, audio = &obsVideo, &obsAudio
		if kind == livekit.IngressInput_WHIP_INPUT {
			audio = &browserAudio
		}
	}
	return video.state(), audio.state()
}

func (v *videoInput) state() *livekit.InputVideoState {
	if v == nil {
		return nil
	}
	return &livekit.InputVideoState{
		MimeType: v.Mime, AverageBitrate: v.Bitrate,
		Width: v.Width, Height: v.Height, Framerate: v.Framerate,
	}
}

func (a *audioInput) state() *livekit.InputAudioState {
	if a == nil {
		return nil
	}
	return &livekit.InputAudioState{
		MimeType: a.Mime, AverageBitrate: a.Bitrate,
		Channels: a.Channels, SampleRate: a.SampleRate,
	}
}

func cameraOr(source livekit.TrackSource) livekit.TrackSource {
	if source == livekit.TrackSource_UNKNOWN {
		return livekit.TrackSource_CAMERA
	}
	return source
}

func microphoneOr(source livekit.TrackSource) livekit.TrackSource {
	if source == livekit.TrackSource_UNKNOWN {
		return livekit.TrackSource_MICROPHONE
	}
	return source
}
