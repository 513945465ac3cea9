package main

import (
	"errors"
	"log/slog"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/livekit/protocol/livekit"
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
	kept := started && (how.Outcome == "complete" || how.Outcome == "limit_reached")
	j.results.end(time.Now().UnixNano(), started, kept)
	j.results.show(j.info)
	if how.Details != "" {
		j.info.Details = how.Details
	}
	settle(j.info, how)
	if kept {
		j.info.ManifestLocation = j.plan.Manifest
	}
	final := proto.Clone(j.info).(*livekit.EgressInfo)
	j.mu.Unlock()
	for j.send(final) != nil {
		time.Sleep(retrying)
	}
	slog.Info("egress ended", "egress", j.id, "outcome", how.Outcome)
}

func settle(info *livekit.EgressInfo, how ending) {
	switch how.Outcome {
	case "failed":
		info.SetFailed(errors.New(how.Error))
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
