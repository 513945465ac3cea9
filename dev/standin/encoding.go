package main

import "github.com/livekit/protocol/livekit"

const (
	audioKbps = 128
	videoKbps = 4500
)

var presetKbps = map[livekit.EncodingOptionsPreset]int32{
	livekit.EncodingOptionsPreset_H264_720P_30:           3000,
	livekit.EncodingOptionsPreset_H264_720P_60:           4500,
	livekit.EncodingOptionsPreset_H264_1080P_30:          4500,
	livekit.EncodingOptionsPreset_H264_1080P_60:          6000,
	livekit.EncodingOptionsPreset_PORTRAIT_H264_720P_30:  3000,
	livekit.EncodingOptionsPreset_PORTRAIT_H264_720P_60:  4500,
	livekit.EncodingOptionsPreset_PORTRAIT_H264_1080P_30: 4500,
	livekit.EncodingOptionsPreset_PORTRAIT_H264_1080P_60: 6000,
}

// bitrate gives the kilobits a second that the encoding would make.
func bitrate(
	preset livekit.EncodingOptionsPreset, advanced *livekit.EncodingOptions, video bool,
) int32 {
	audio, picture := int32(audioKbps), presetKbps[preset]
	if advanced != nil {
		picture = videoKbps
		if advanced.VideoBitrate != 0 {
			picture = advanced.VideoBitrate
		}
		if advanced.AudioBitrate != 0 {
			audio = advanced.AudioBitrate
		}
	}
	if !video {
		return audio
	}
	return audio + picture
}
