package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/rpc"
)

const (
	stopping = 200 * time.Millisecond
	retrying = time.Second
)

// job is one egress. It reports to the server when something changes, and answers calls about itself.
type job struct {
	id      string
	began   int64
	plan    egressPlan
	pace    pace
	asked   *recording
	io      rpc.IOInfoClient
	handler rpc.EgressHandlerServer
	// endWorker makes the worker accept no more jobs
	endWorker func()
	finish    chan ending
	over      chan struct{}

	mu       sync.Mutex
	info     *livekit.EgressInfo
	results  *results
	received []receivedCall
	ending   bool
}

func newJob(
	io rpc.IOInfoClient, plan egressPlan, pace pace, asked *recording, opened *results,
) *job {
	info := asked.info
	info.Details = plan.Details
	info.BackupStorageUsed = plan.BackupStorage
	info.RetryCount = plan.RetryCount
	return &job{
		id:      info.EgressId,
		began:   time.Now().UnixNano(),
		plan:    plan,
		pace:    pace,
		asked:   asked,
		io:      io,
		info:    info,
		results: opened,
		finish:  make(chan ending, 1),
		over:    make(chan struct{}),
	}
}

// run takes the job from its start to its end.
func (j *job) run(server livekitServer) {
	defer close(j.over)
	defer j.handler.Shutdown()
	if j.plan.End != nil && j.plan.EndAfter < 0 {
		j.end(*j.plan.End)
	}
	select {
	case how := <-j.finish:
		j.conclude(how)
		return
	case <-time.After(j.plan.ActiveAfter.or(j.pace.starting(j.asked.info))):
	}
	room, err := j.enter(server)
	if err != nil {
		j.conclude(ending{Outcome: "failed", Error: err.Error()})
		return
	}
	if room != nil {
		defer room.Disconnect()
	}
	j.activate()
	j.record()
}

// record lets the active job run until it ends.
func (j *job) record() {
	for _, failure := range j.plan.StreamsFail {
		timer := time.AfterFunc(failure.After.duration(), func() { j.failStream(failure) })
		defer timer.Stop()
	}
	if j.plan.End != nil && j.plan.EndAfter >= 0 {
		timer := time.AfterFunc(j.plan.EndAfter.duration(), func() { j.end(*j.plan.End) })
		defer timer.Stop()
	}
	if j.pace.limit > 0 {
		timer := time.AfterFunc(j.pace.limit, func() { j.end(ending{Outcome: "limit_reached"}) })
		defer timer.Stop()
	}
	j.conclude(<-j.finish)
}

func (j *job) activate() {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := time.Now().UnixNano()
	j.info.StartedAt = now
	j.info.UpdateStatus(livekit.EgressStatus_EGRESS_ACTIVE)
	j.results.start(now)
	j.report()
}

// changed reports new results; the caller holds the lock.
func (j *job) changed() {
	now := time.Now().UnixNano()
	j.results.count(now)
	j.results.show(j.info)
	if list := j.info.GetStream(); list != nil {
		list.Info = j.info.StreamResults
	}
	j.info.UpdatedAt = now
	j.report()
}

// report tells the server; the caller holds the lock, so that reports keep their order.
func (j *job) report() {
	if err := j.send(proto.Clone(j.info).(*livekit.EgressInfo)); err != nil {
		slog.Warn("egress not reported", "egress", j.id, "error", err)
	}
}

func (j *job) send(info *livekit.EgressInfo) error {
	_, err := j.io.UpdateEgress(context.Background(), info)
	return err
}

func (j *job) snapshot() *livekit.EgressInfo {
	j.mu.Lock()
	defer j.mu.Unlock()
	return proto.Clone(j.info).(*livekit.EgressInfo)
}

func (j *job) running() bool {
	select {
	case <-j.over:
		return false
	default:
		return true
	}
}
