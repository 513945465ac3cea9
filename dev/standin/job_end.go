package main

import (
	"log/slog"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/psrpc"
)

// end asks the job to end; only the first to ask is heard.
func (j *job) end(how ending) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.endLocked(how)
}

func (j *job) endLocked(how ending) {
	if j.ending {
		return
	}
	j.ending = true
	if how.Outcome == "complete" {
		switch j.info.Status {
		case livekit.EgressStatus_EGRESS_STARTING:
			how = ending{Outcome: "aborted", Details: how.Details}
		case livekit.EgressStatus_EGRESS_ACTIVE:
			if how.Details != "" {
				j.info.Details = how.Details
			}
			j.info.UpdateStatus(livekit.EgressStatus_EGRESS_ENDING)
			j.report()
		}
	}
	j.finish <- how
}

// conclude brings the job to its final state, and tries until the server knows.
func (j *job) conclude(how ending) {
	if how.Outcome == "complete" {
		time.Sleep(j.plan.StopTakes.or(stopping))
	}
	j.mu.Lock()
	started := j.info.Status != livekit.EgressStatus_EGRESS_STARTING
	if how.Outcome == "killed" {
		forget(j.info)
	} else {
		j.results.end(time.Now().UnixNano(), started, how.Outcome)
		j.results.show(j.info)
	}
	if how.Details != "" {
		j.info.Details = how.Details
	}
	settle(j.info, how)
	if started && complete(how.Outcome) {
		j.info.ManifestLocation = j.results.manifest(j.id)
		if j.plan.Manifest != "" {
			j.info.ManifestLocation = j.plan.Manifest
		}
	}
	final := proto.Clone(j.info).(*livekit.EgressInfo)
	j.mu.Unlock()
	if how.EndsWorker {
		j.endWorker()
	}
	for j.send(final) != nil {
		time.Sleep(retrying)
	}
	slog.Info("egress ended", "egress", j.id, "outcome", how.Outcome)
}

// forget drops what only the recorder's own process knew: the worker reports for a killed one.
func forget(info *livekit.EgressInfo) {
	info.FileResults, info.SegmentResults = nil, nil
	info.ImageResults, info.StreamResults = nil, nil
	info.Result = nil
}

// internal is an error of the pipeline, which has the code 500 unless the plan has another.
func internal(text string) error {
	return psrpc.NewErrorf(psrpc.Internal, "%s", text)
}

func settle(info *livekit.EgressInfo, how ending) {
	switch how.Outcome {
	case "killed":
		info.SetFailed(internal("signal: killed"))
		info.Details = ""
	case "failed":
		info.SetFailed(internal(how.Error))
	case "aborted":
		info.SetAborted(livekit.MsgStoppedBeforeStarted)
	case "limit_reached":
		info.SetLimitReached()
		explain(info, livekit.EndReasonLimitReached)
	default:
		info.SetComplete()
		explain(info, livekit.EndReasonSrcClosed)
	}
	if how.Error != "" {
		info.Error = how.Error
	}
	if how.ErrorCode != 0 {
		info.ErrorCode = how.ErrorCode
	}
}

func explain(info *livekit.EgressInfo, why string) {
	if info.Details == "" {
		info.SetEndReason(why)
	}
}

func (j *job) killed() {
	j.end(ending{Outcome: "complete", Details: reason(livekit.EndReasonKilled)})
}

func reason(text string) string {
	return "End reason: " + text
}
