package main

import (
	"path"

	"github.com/livekit/protocol/livekit"
)

const (
	usualSegment  = 4
	usualInterval = 10
)

type fileResult struct {
	info     *livekit.FileInfo
	storage  *livekit.StorageConfig
	manifest bool
}

type segmentsResult struct {
	info     *livekit.SegmentsInfo
	storage  *livekit.StorageConfig
	manifest bool
	length   uint32
}

type imagesResult struct {
	info     *livekit.ImagesInfo
	storage  *livekit.StorageConfig
	manifest bool
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

// count brings the counts up to date, of what is uploaded while the job runs. Sizes and durations
// of files and streams are known at the end only, as in livekit-egress.
func (o *results) count(now int64) {
	if o.segments != nil && o.segments.info.StartedAt != 0 {
		info := o.segments.info
		length := nanoseconds(o.segments.length, usualSegment)
		info.SegmentCount = (now - info.StartedAt) / length
		info.Size = bytesOf(info.SegmentCount*length, o.kbps)
	}
	for _, images := range o.images {
		if images.info.StartedAt != 0 {
			taken := now - images.info.StartedAt
			images.info.ImageCount = taken/nanoseconds(images.interval, usualInterval) + 1
		}
	}
}

// end closes all outputs. Outputs of a failed job have no location, and those of a job that never
// started keep nothing but their names.
func (o *results) end(now int64, started bool, outcome string) {
	if o.streams != nil {
		o.streams.end(now, outcome != "failed")
	}
	if !started {
		return
	}
	o.count(now)
	o.endFile(now, complete(outcome))
	o.endSegments(now, complete(outcome))
	for _, images := range o.images {
		images.info.EndedAt = now
	}
}

// complete outcomes leave a whole recording behind.
func complete(outcome string) bool {
	return outcome == "complete" || outcome == "limit_reached"
}

func (o *results) endFile(now int64, whole bool) {
	if o.file == nil {
		return
	}
	info := o.file.info
	info.EndedAt = now
	info.Duration = now - info.StartedAt
	if whole {
		info.Size = bytesOf(info.Duration, o.kbps)
		info.Location = location(o.file.storage, info.Filename)
	}
}

func (o *results) endSegments(now int64, whole bool) {
	if o.segments == nil {
		return
	}
	info := o.segments.info
	info.EndedAt = now
	info.Duration = now - info.StartedAt
	if whole {
		// the last one, which is shorter
		info.SegmentCount++
		info.Size = bytesOf(info.Duration, o.kbps)
		info.PlaylistLocation = location(o.segments.storage, info.PlaylistName)
		if info.LivePlaylistName != "" {
			info.LivePlaylistLocation = location(o.segments.storage, info.LivePlaylistName)
		}
	}
}

// manifest is where the job describes its outputs; empty if none of them has a manifest.
func (o *results) manifest(egressID string) string {
	name := egressID + ".json"
	switch {
	case o.file != nil && o.file.manifest:
		return location(o.file.storage, path.Join(path.Dir(o.file.info.Filename), name))
	case o.segments != nil && o.segments.manifest:
		folder := path.Dir(o.segments.info.PlaylistName)
		return location(o.segments.storage, path.Join(folder, name))
	}
	for _, images := range o.images {
		if images.manifest {
			folder := path.Dir(images.info.FilenamePrefix)
			return location(images.storage, path.Join(folder, name))
		}
	}
	return ""
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
