package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/rpc"
	"github.com/livekit/psrpc"
)

// receivedCall is one call about a job, as it came.
type receivedCall struct {
	name    string
	at      time.Time
	request proto.Message
}

// listen lets the job answer calls under its id.
func (j *job) listen(bus psrpc.MessageBus) error {
	handler, err := rpc.NewEgressHandlerServer(j, bus)
	if err != nil {
		return err
	}
	j.handler = handler
	return errors.Join(
		handler.RegisterStopEgressTopic(j.id),
		handler.RegisterUpdateStreamTopic(j.id),
		handler.RegisterUpdateEgressTopic(j.id),
	)
}

func (j *job) note(name string, request proto.Message) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.received = append(j.received, receivedCall{name, time.Now(), request})
}

// StopEgress ends the job; a second call while it ends gives the same answer.
func (j *job) StopEgress(
	_ context.Context, request *livekit.StopEgressRequest,
) (*livekit.EgressInfo, error) {
	j.note("stop_egress", request)
	if j.plan.RefuseStop != nil {
		return nil, j.plan.RefuseStop.toError()
	}
	j.end(ending{Outcome: "complete", Details: reason(livekit.EndReasonAPI)})
	return j.snapshot(), nil
}

// UpdateStream adds and removes stream addresses. What can be done is done, even if the rest is
// answered with an error.
func (j *job) UpdateStream(
	_ context.Context, request *livekit.UpdateStreamRequest,
) (*livekit.EgressInfo, error) {
	j.note("update_stream", request)
	if err := j.changeStreams(request.AddOutputUrls, request.RemoveOutputUrls); err != nil {
		return nil, err
	}
	return j.snapshot(), nil
}

// UpdateEgress changes layout or streams of a running job; livekit-server 1.13 never calls it.
func (j *job) UpdateEgress(
	_ context.Context, request *livekit.UpdateEgressRequest,
) (*livekit.EgressInfo, error) {
	j.note("update_egress", request)
	if len(request.AddStreamUrls)+len(request.RemoveStreamUrls) > 0 {
		if err := j.changeStreams(request.AddStreamUrls, request.RemoveStreamUrls); err != nil {
			return nil, err
		}
	}
	return j.snapshot(), nil
}

func (j *job) changeStreams(added, removed []string) error {
	if j.plan.RefuseUpdate != nil {
		return j.plan.RefuseUpdate.toError()
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	streams := j.results.streams
	if streams == nil || streams.protocol == livekit.StreamProtocol_WEBSOCKET {
		return psrpc.NewErrorf(psrpc.InvalidArgument,
			"UpdateStream called on non-streaming egress")
	}
	var problems []error
	now := time.Now().UnixNano()
	for _, address := range added {
		info, err := streams.add(address)
		if err != nil {
			problems = append(problems, err)
		} else if j.info.Status == livekit.EgressStatus_EGRESS_ACTIVE {
			info.StartedAt = now
		}
	}
	for _, address := range removed {
		if err := streams.remove(address, now, ""); err != nil {
			problems = append(problems, err)
		}
	}
	j.changed()
	if j.results.empty() {
		j.endLocked(ending{Outcome: "complete", Details: reason(livekit.EndReasonStreamsStopped)})
	}
	return together(problems)
}

// together makes one error of many, with the code of the first.
func together(problems []error) error {
	if len(problems) == 0 {
		return nil
	}
	var texts []string
	for _, problem := range problems {
		texts = append(texts, problem.Error())
	}
	code := psrpc.Unknown
	var first psrpc.Error
	if errors.As(problems[0], &first) {
		code = first.Code()
	}
	return psrpc.NewErrorf(code, "%s", strings.Join(texts, "\n"))
}

// failStream lets one stream break; the job fails with it if there is no other output.
func (j *job) failStream(failure streamFailure) {
	j.mu.Lock()
	defer j.mu.Unlock()
	streams, now := j.results.streams, time.Now()
	if streams == nil {
		return
	}
	if info, open := streams.open[target(failure.URL)]; open && failure.Retries > 0 {
		info.Retries, info.LastRetryAt = failure.Retries, now.UnixNano()
	}
	if streams.remove(failure.URL, now.UnixNano(), failure.Error) != nil {
		return
	}
	j.changed()
	if j.results.empty() {
		j.endLocked(ending{Outcome: "failed", Error: failure.Error, ErrorCode: 503})
	}
}
