package main

import "github.com/livekit/protocol/livekit"

const (
	mimeH264 = "video/H264"
	mimeOpus = "audio/opus"
)

// videoInput and audioInput describe what is sent to an ingress.
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

// What encoders usually send: OBS over RTMP, and a browser over WHIP. Of a transcoded WHIP stream
// livekit-ingress reports the type only, under GStreamer's name.
var (
	obsVideo        = videoInput{mimeH264, 2_500_000, 1280, 720, 30}
	obsAudio        = audioInput{"audio/aac", 160_000, 2, 44_100}
	browserVideo    = videoInput{Mime: "video/VP8", Bitrate: 1_500_000, Width: 1280, Height: 720}
	browserAudio    = audioInput{mimeOpus, 48_000, 1, 48_000}
	transcodedVideo = videoInput{Mime: "video/x-vp8", Bitrate: 1_500_000}
	transcodedAudio = audioInput{Mime: mimeOpus, Bitrate: 48_000}
)

// media returns what the plan says is sent, or what is usual for the ingress.
func (p ingressPlan) media(info *livekit.IngressInfo) (*videoInput, *audioInput) {
	switch {
	case p.Video != nil || p.Audio != nil:
		return p.Video, p.Audio
	case info.InputType != livekit.IngressInput_WHIP_INPUT:
		return &obsVideo, &obsAudio
	case info.GetEnableTranscoding():
		return &transcodedVideo, &transcodedAudio
	}
	return &browserVideo, &browserAudio
}

// state is what livekit-ingress reports of the input; without the bitrate until that is measured.
func (v *videoInput) state(measured bool) *livekit.InputVideoState {
	if v == nil {
		return nil
	}
	state := &livekit.InputVideoState{
		MimeType: v.Mime, Width: v.Width, Height: v.Height, Framerate: v.Framerate,
	}
	if measured {
		state.AverageBitrate = v.Bitrate
	}
	return state
}

func (a *audioInput) state(measured bool) *livekit.InputAudioState {
	if a == nil {
		return nil
	}
	state := &livekit.InputAudioState{
		MimeType: a.Mime, Channels: a.Channels, SampleRate: a.SampleRate,
	}
	if measured {
		state.AverageBitrate = a.Bitrate
	}
	return state
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
