package main

import (
	"github.com/livekit/protocol/egress"
	"github.com/livekit/protocol/livekit"
)

// readOutputs brings the outputs of the older requests into the form of the unified one.
func (r *recording) readOutputs(asked egress.EncodedOutput) error {
	files, streams := asked.GetFileOutputs(), asked.GetStreamOutputs()
	segments := asked.GetSegmentOutputs()
	if older, ok := asked.(egress.EncodedOutputDeprecated); ok {
		if file := older.GetFile(); file != nil && len(files) == 0 {
			files = append(files, file)
		}
		if stream := older.GetStream(); stream != nil && len(streams) == 0 {
			streams = append(streams, stream)
		}
		if segmented := older.GetSegments(); segmented != nil && len(segments) == 0 {
			segments = append(segments, segmented)
		}
	}
	for _, file := range files {
		r.outputs = append(r.outputs, &livekit.Output{
			Config: &livekit.Output_File{File: &livekit.FileOutput{
				FileType:        file.FileType,
				Filepath:        file.Filepath,
				DisableManifest: file.DisableManifest,
			}},
			Storage: storageOf(file),
		})
	}
	for _, stream := range streams {
		r.outputs = append(r.outputs, &livekit.Output{Config: &livekit.Output_Stream{Stream: stream}})
	}
	for _, segmented := range segments {
		r.outputs = append(r.outputs, &livekit.Output{
			Config: &livekit.Output_Segments{Segments: segmented}, Storage: storageOf(segmented),
		})
	}
	for _, images := range asked.GetImageOutputs() {
		r.outputs = append(r.outputs, &livekit.Output{
			Config: &livekit.Output_Images{Images: images}, Storage: storageOf(images),
		})
	}
	return nil
}

func (r *recording) readDirectOutput(asked *livekit.TrackEgressRequest) error {
	switch output := asked.Output.(type) {
	case *livekit.TrackEgressRequest_File:
		r.outputs = []*livekit.Output{{
			Config: &livekit.Output_File{File: &livekit.FileOutput{
				Filepath:        output.File.Filepath,
				DisableManifest: output.File.DisableManifest,
			}},
			Storage: storageOf(output.File),
		}}
	case *livekit.TrackEgressRequest_WebsocketUrl:
		r.outputs = []*livekit.Output{{
			Config: &livekit.Output_Stream{Stream: &livekit.StreamOutput{
				Protocol: livekit.StreamProtocol_WEBSOCKET,
				Urls:     []string{output.WebsocketUrl},
			}},
		}}
	default:
		return invalidField("output")
	}
	return nil
}

func storageOf(upload egress.UploadRequest) *livekit.StorageConfig {
	if s3 := upload.GetS3(); s3 != nil {
		return &livekit.StorageConfig{Provider: &livekit.StorageConfig_S3{S3: s3}}
	}
	if gcp := upload.GetGcp(); gcp != nil {
		return &livekit.StorageConfig{Provider: &livekit.StorageConfig_Gcp{Gcp: gcp}}
	}
	if azure := upload.GetAzure(); azure != nil {
		return &livekit.StorageConfig{Provider: &livekit.StorageConfig_Azure{Azure: azure}}
	}
	if ali := upload.GetAliOSS(); ali != nil {
		return &livekit.StorageConfig{Provider: &livekit.StorageConfig_AliOSS{AliOSS: ali}}
	}
	return nil
}

// open makes the results that the outputs fill while the job runs.
func (r *recording) open() (*results, error) {
	opened := &results{kbps: r.kbps}
	names := r.namesNow()
	for _, output := range r.outputs {
		storage := output.Storage
		if storage == nil {
			storage = r.storage
		}
		if err := opened.add(r, output, names, storage); err != nil {
			return nil, err
		}
	}
	if len(r.outputs) == 0 || (opened.streams != nil && opened.empty()) {
		return nil, invalidField("output")
	}
	opened.show(r.info)
	opened.showAlone(r.info)
	return opened, nil
}

func (o *results) add(
	r *recording, output *livekit.Output, names names, storage *livekit.StorageConfig,
) error {
	switch kind := output.Config.(type) {
	case *livekit.Output_File:
		if o.file != nil {
			return invalidField("multiple file outputs")
		}
		name, err := names.file(kind.File, r.audio, r.video)
		o.file = &fileResult{
			&livekit.FileInfo{Filename: name}, storage, !kind.File.DisableManifest,
		}
		return err
	case *livekit.Output_Segments:
		if o.segments != nil {
			return invalidField("multiple segmented file outputs")
		}
		info, err := names.segments(kind.Segments)
		o.segments = &segmentsResult{
			info, storage, !kind.Segments.DisableManifest, kind.Segments.SegmentDuration,
		}
		return err
	case *livekit.Output_Images:
		if !r.video {
			return invalidField("audio_only images")
		}
		info := &livekit.ImagesInfo{FilenamePrefix: names.images(kind.Images)}
		o.images = append(o.images, &imagesResult{
			info, storage, !kind.Images.DisableManifest, kind.Images.CaptureInterval,
		})
	case *livekit.Output_Stream:
		if o.streams != nil {
			return invalidField("multiple stream outputs")
		}
		streams, err := newStreams(kind.Stream)
		o.streams = streams
		return err
	default:
		return invalidField("output config")
	}
	return nil
}
