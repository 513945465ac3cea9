package main

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/psrpc"
)

const clockFormat = "2006-01-02T150405"

var extensions = []string{".mp4", ".ogg", ".mp3", ".webm", ".ivf", ".ts", ".m3u8", ".jpeg", ".raw"}

// names fills in what a path leaves open: {room_name}, {time} and the like, and the extension.
type names struct {
	fallback string
	clock    string
	fill     *strings.Replacer
}

func (r *recording) namesNow() names {
	now := time.Now()
	n := names{fallback: "web", clock: now.Format(clockFormat)}
	utc := fmt.Sprintf("%s%03d", now.Format("20060102150405"), now.UnixMilli()%1000)
	known := []string{"{time}", n.clock, "{utc}", utc}
	if room := r.info.RoomName; room != "" {
		n.fallback = room
		known = append(known, "{room_name}", room, "{room_id}", r.info.RoomId)
	}
	if r.identity != "" {
		n.fallback = r.identity
		known = append(known, "{publisher_identity}", r.identity)
	}
	if r.track != "" {
		kind := "audio"
		if r.video {
			kind = "video"
		}
		n.fallback = r.track
		known = append(known, "{track_id}", r.track, "{track_type}", kind)
	}
	n.fill = strings.NewReplacer(known...)
	return n
}

func (n names) path(asked string) string {
	folder := strings.HasSuffix(asked, "/")
	asked = path.Clean(asked)
	for strings.HasPrefix(asked, "../") {
		asked = asked[3:]
	}
	if asked == "." || asked == ".." {
		return ""
	}
	if folder {
		asked += "/"
	}
	return n.fill.Replace(asked)
}

func (n names) file(asked *livekit.FileOutput, audio, video bool) (string, error) {
	extension := ".mp4"
	switch asked.FileType {
	case livekit.EncodedFileType_DEFAULT_FILETYPE:
		if !video {
			extension = ".ogg"
		}
	case livekit.EncodedFileType_OGG:
		extension = ".ogg"
	case livekit.EncodedFileType_MP3:
		extension = ".mp3"
	}
	if video && extension != ".mp4" {
		return "", psrpc.NewErrorf(psrpc.InvalidArgument,
			"no supported codec is compatible with all outputs")
	}
	name := n.path(asked.Filepath)
	if name == "" || strings.HasSuffix(name, "/") {
		return name + n.fallback + "-" + n.clock + extension, nil
	}
	if !strings.HasSuffix(name, extension) {
		name = withoutExtension(name) + extension
	}
	return name, nil
}

func withoutExtension(name string) string {
	if extension := path.Ext(name); slices.Contains(extensions, extension) {
		return strings.TrimSuffix(name, extension)
	}
	return name
}

func (n names) segments(asked *livekit.SegmentedFileOutput) (*livekit.SegmentsInfo, error) {
	folder, playlist := path.Split(n.path(asked.PlaylistName))
	liveFolder, live := path.Split(n.path(asked.LivePlaylistName))
	prefixFolder, prefix := path.Split(n.path(asked.FilenamePrefix))
	if liveFolder != "" && liveFolder != folder {
		return nil, invalidField("live_playlist_name must be in same directory as playlist_name")
	}
	if folder == "" {
		folder = prefixFolder
	}
	playlist, live = withoutExtension(playlist), withoutExtension(live)
	if playlist == "" {
		playlist = prefix
	}
	if playlist == "" {
		playlist = n.fallback + "-" + n.clock
	}
	if playlist == live {
		return nil, invalidField("live_playlist_name cannot be identical to playlist_name")
	}
	info := &livekit.SegmentsInfo{PlaylistName: path.Join(folder, playlist+".m3u8")}
	if live != "" {
		info.LivePlaylistName = path.Join(folder, live+".m3u8")
	}
	return info, nil
}

func (n names) images(asked *livekit.ImageOutput) string {
	folder, prefix := path.Split(n.path(asked.FilenamePrefix))
	if prefix == "" {
		prefix = n.fallback + "-" + n.clock
	}
	return folder + prefix
}
