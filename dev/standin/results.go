package main

import (
	"github.com/livekit/protocol/livekit"
)

const (
	usualSegment  = 4
	usualInterval = 10
)

type fileResult struct {
	info    *livekit.FileInfo
	storage *livekit.StorageConfig
}

type segmentsResult struct {
	info    *livekit.SegmentsInfo
	storage *livekit.StorageConfig
	length  uint32
}

type imagesResult struct {
	info     *livekit.ImagesInfo
	interval uint32
}

// results are what the outputs of one job have come to.
type results struct {
	kbps     int32
	file     *fileResult
	segments *segmentsResult
	images   []*imagesResult
	streams  *streams
}

// empty says whether nothing is written or streamed.
func (o *results) empty() bool {
	return o.file == nil && o.segments == nil && len(o.images) == 0 &&
		(o.streams == nil || len(o.streams.open) == 0)
}

// show puts the results into the info; they change there from now on.
func (o *results) show(info *livekit.EgressInfo) {
	if o.file != nil {
		info.FileResults = []*livekit.FileInfo{o.file.info}
	}
	if o.segments != nil {
		info.SegmentResults = []*livekit.SegmentsInfo{o.segments.info}
	}
	info.ImageResults = nil
	for _, images := range o.images {
		info.ImageResults = append(info.ImageResults, images.info)
	}
	if o.streams != nil {
		info.StreamResults = o.streams.infos
	}
}

// showAlone fills the older field for the one result, as long as there are no others.
func (o *results) showAlone(info *livekit.EgressInfo) {
	file, segments, streams := o.file != nil, o.segments != nil, o.streams != nil
	switch {
	case len(o.images) > 0:
	case file && !segments && !streams:
		info.Result = &livekit.EgressInfo_File{File: o.file.info}
	case segments && !file && !streams:
		info.Result = &livekit.EgressInfo_Segments{Segments: o.segments.info}
	case streams && !file && !segments:
		list := &livekit.StreamInfoList{Info: o.streams.infos}
		info.Result = &livekit.EgressInfo_Stream{Stream: list}
	}
}

// start says when the first frame was taken.
func (o *results) start(now int64) {
	if o.file != nil {
		o.file.info.StartedAt = now
	}
	if o.segments != nil {
		o.segments.info.StartedAt = now
	}
	for _, images := range o.images {
		images.info.StartedAt = now
	}
	if o.streams != nil {
		o.streams.start(now)
	}
}

// grow brings sizes, counts and durations to what they would be by now.
func (o *results) grow(now int64) {
	if o.file != nil {
		o.file.info.Duration = now - o.file.info.StartedAt
		o.file.info.Size = bytesOf(o.file.info.Duration, o.kbps)
	}
	if o.segments != nil {
		info := o.segments.info
		info.Duration = now - info.StartedAt
		info.Size = bytesOf(info.Duration, o.kbps)
		info.SegmentCount = info.Duration / nanoseconds(o.segments.length, usualSegment)
	}
	for _, images := range o.images {
		taken := now - images.info.StartedAt
		images.info.ImageCount = taken/nanoseconds(images.interval, usualInterval) + 1
	}
	if o.streams != nil {
		o.streams.grow(now)
	}
}

// end closes all outputs; what was not kept, because the job failed, has no location.
func (o *results) end(now int64, started, kept bool) {
	if !started {
		o.start(now)
	} else {
		o.grow(now)
	}
	if o.file != nil {
		o.file.info.EndedAt = now
		if kept {
			o.file.info.Location = location(o.file.storage, o.file.info.Filename)
		}
	}
	if o.segments != nil {
		info := o.segments.info
		info.EndedAt = now
		if kept {
			info.SegmentCount++
			info.PlaylistLocation = location(o.segments.storage, info.PlaylistName)
			if info.LivePlaylistName != "" {
				info.LivePlaylistLocation = location(o.segments.storage, info.LivePlaylistName)
			}
		}
	}
	for _, images := range o.images {
		images.info.EndedAt = now
	}
	if o.streams != nil {
		o.streams.end(now, kept || !started)
	}
}

func bytesOf(nanos int64, kbps int32) int64 {
	return nanos / 1_000_000 * int64(kbps) / 8
}

func nanoseconds(asked uint32, usual int64) int64 {
	if asked != 0 {
		usual = int64(asked)
	}
	return usual * 1_000_000_000
}

// location gives where a file would be found in its storage.
func location(storage *livekit.StorageConfig, name string) string {
	if s3 := storage.GetS3(); s3 != nil {
		if s3.Endpoint != "" {
			return s3.Endpoint + "/" + s3.Bucket + "/" + name
		}
		return "https://" + s3.Bucket + ".s3." + s3.Region + ".amazonaws.com/" + name
	}
	if gcp := storage.GetGcp(); gcp != nil {
		return "https://" + gcp.Bucket + ".storage.googleapis.com/" + name
	}
	if azure := storage.GetAzure(); azure != nil {
		account := "https://" + azure.AccountName + ".blob.core.windows.net/"
		return account + azure.ContainerName + "/" + name
	}
	if ali := storage.GetAliOSS(); ali != nil {
		return "https://" + ali.Bucket + "." + ali.Endpoint + "/" + name
	}
	return name
}
