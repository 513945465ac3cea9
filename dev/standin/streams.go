package main

import (
	"net/url"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/utils"
	"github.com/livekit/psrpc"
)

var protocolOfScheme = map[string]livekit.StreamProtocol{
	"rtmp":   livekit.StreamProtocol_RTMP,
	"rtmps":  livekit.StreamProtocol_RTMP,
	"mux":    livekit.StreamProtocol_RTMP,
	"twitch": livekit.StreamProtocol_RTMP,
	"srt":    livekit.StreamProtocol_SRT,
	"ws":     livekit.StreamProtocol_WEBSOCKET,
	"wss":    livekit.StreamProtocol_WEBSOCKET,
}

// streams are the addresses that a job sends to; infos keeps those that are over.
type streams struct {
	protocol livekit.StreamProtocol
	open     map[string]*livekit.StreamInfo
	infos    []*livekit.StreamInfo
}

func newStreams(asked *livekit.StreamOutput) (*streams, error) {
	s := &streams{protocol: asked.Protocol, open: map[string]*livekit.StreamInfo{}}
	if s.protocol == livekit.StreamProtocol_DEFAULT_PROTOCOL {
		if len(asked.Urls) == 0 {
			return nil, invalidField("stream protocol")
		}
		first, err := url.Parse(asked.Urls[0])
		if err != nil {
			return nil, invalidURL(asked.Urls[0], err.Error())
		}
		known := false
		if s.protocol, known = protocolOfScheme[first.Scheme]; !known {
			return nil, invalidURL(asked.Urls[0], "invalid protocol")
		}
	}
	for _, address := range asked.Urls {
		if _, err := s.add(address); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func invalidURL(address, reason string) error {
	return psrpc.NewErrorf(psrpc.InvalidArgument, "invalid url %s: %s", address, reason)
}

// add opens a stream to an address. As in the real worker, an address that is open already is
// opened once more.
func (s *streams) add(address string) (*livekit.StreamInfo, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, invalidURL(address, err.Error())
	}
	if protocol, known := protocolOfScheme[parsed.Scheme]; !known || protocol != s.protocol {
		return nil, invalidURL(address, "invalid scheme")
	}
	shown := target(address)
	if s.protocol == livekit.StreamProtocol_RTMP {
		redacted, ok := utils.RedactStreamKey(shown)
		if !ok {
			return nil, invalidURL(address,
				"rtmp urls must be of format rtmp(s)://{host}(/{path})/{app}/{stream_key}( live=1)")
		}
		shown = redacted
	}
	info := &livekit.StreamInfo{Url: shown}
	s.open[target(address)] = info
	s.infos = append(s.infos, info)
	return info, nil
}

// target gives the address behind the short forms mux://key and twitch://key.
func target(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return address
	}
	switch parsed.Scheme {
	case "mux":
		return "rtmps://global-live.mux.com:443/app/" + parsed.Host
	case "twitch":
		// the real worker asks Twitch for its nearest address
		return "rtmps://live.twitch.tv/app/" + parsed.Host
	}
	return address
}

// remove closes a stream; with an error it has failed.
func (s *streams) remove(address string, now int64, failure string) error {
	info, ok := s.open[target(address)]
	if !ok {
		return psrpc.NewErrorf(psrpc.NotFound, "stream %s not found", address)
	}
	delete(s.open, target(address))
	info.Status = livekit.StreamInfo_FINISHED
	if failure != "" {
		info.Status = livekit.StreamInfo_FAILED
		info.Error = failure
	}
	finish(info, now)
	return nil
}

func (s *streams) start(now int64) {
	for _, info := range s.open {
		if info.StartedAt == 0 {
			info.StartedAt = now
		}
	}
}

func (s *streams) end(now int64, well bool) {
	for address, info := range s.open {
		delete(s.open, address)
		info.Status = livekit.StreamInfo_FINISHED
		if !well {
			info.Status = livekit.StreamInfo_FAILED
		}
		finish(info, now)
	}
}

func finish(info *livekit.StreamInfo, now int64) {
	info.EndedAt = now
	if info.StartedAt == 0 {
		info.StartedAt = now
	}
	info.Duration = now - info.StartedAt
}
