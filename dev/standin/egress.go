package main

import (
	"context"
	"log/slog"
	"sort"
	"sync"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/rpc"
	"github.com/livekit/psrpc"
)

var errAlreadyExists = psrpc.NewErrorf(psrpc.AlreadyExists, "egress already exists")

// egressWorker accepts jobs from the server and keeps all of them, ended ones too.
type egressWorker struct {
	bus    psrpc.MessageBus
	io     rpc.IOInfoClient
	server livekitServer
	rpc    rpc.EgressInternalServer
	plans  plans[egressPlan]
	pace   pace
	retire sync.Once

	mu       sync.Mutex
	received map[string]*rpc.StartEgressRequest
	starting map[string]bool
	jobs     map[string]*job
}

func newEgressWorker(
	bus psrpc.MessageBus, io rpc.IOInfoClient, server livekitServer, pace pace,
) (*egressWorker, error) {
	w := &egressWorker{
		bus:      bus,
		io:       io,
		server:   server,
		pace:     pace,
		received: map[string]*rpc.StartEgressRequest{},
		starting: map[string]bool{},
		jobs:     map[string]*job{},
	}
	registered, err := rpc.NewEgressInternalServer(w, bus)
	if err != nil {
		return nil, err
	}
	w.rpc = registered
	if err := registered.RegisterStartEgressTopic(""); err != nil {
		return nil, err
	}
	return w, registered.RegisterListActiveEgressTopic("")
}

// end makes the worker accept no more jobs; those that run go on. livekit-egress ends itself like
// this after an internal error, and whoever watches over it starts it again.
func (w *egressWorker) end() {
	w.retire.Do(func() {
		slog.Error("internal error, shutting down")
		w.rpc.Kill()
	})
}

// close ends all jobs as the real worker does when it is asked to end.
func (w *egressWorker) close() {
	w.retire.Do(w.rpc.Kill)
	deadline := time.After(farewell)
	for _, j := range w.all() {
		j.killed()
	}
	for _, j := range w.all() {
		select {
		case <-j.over:
		case <-deadline:
			return
		}
	}
}

// StartEgress accepts a job, or refuses it as its plan or the request says. The server asks again
// where it got no answer in time, or one that may change.
func (w *egressWorker) StartEgress(
	ctx context.Context, start *rpc.StartEgressRequest,
) (*livekit.EgressInfo, error) {
	if !w.receive(start) {
		return nil, errAlreadyExists
	}
	defer w.started(start.EgressId)
	plan := w.plans.get(planKey(start))
	time.Sleep(plan.AnswerAfter.duration())
	if plan.Refuse != nil {
		return nil, plan.Refuse.toError()
	}
	asked, err := newRecording(start)
	if err != nil {
		return nil, err
	}
	opened, err := asked.open()
	if err != nil {
		return nil, err
	}
	j := newJob(w.io, plan, w.pace, asked, opened)
	j.endWorker = w.end
	if err := j.listen(w.bus); err != nil {
		return nil, err
	}
	if _, err := w.io.CreateEgress(ctx, j.snapshot()); err != nil {
		j.handler.Kill()
		return nil, err
	}
	w.keep(j)
	slog.Info("egress accepted", "egress", start.EgressId, "room", asked.info.RoomName)
	accepted := j.snapshot()
	go j.run(w.server)
	return accepted, nil
}

// receive notes a request; false if this job is being started or was accepted before.
func (w *egressWorker) receive(start *rpc.StartEgressRequest) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.starting[start.EgressId] || w.jobs[start.EgressId] != nil {
		return false
	}
	w.received[start.EgressId] = start
	w.starting[start.EgressId] = true
	return true
}

func (w *egressWorker) started(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.starting, id)
}

func (w *egressWorker) keep(j *job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.jobs[j.id] = j
}

// StartEgressAffinity says that this worker has room for any job.
func (w *egressWorker) StartEgressAffinity(context.Context, *rpc.StartEgressRequest) float32 {
	return 1
}

// ListActiveEgress gives the ids of the jobs that run.
func (w *egressWorker) ListActiveEgress(
	context.Context, *rpc.ListActiveEgressRequest,
) (*rpc.ListActiveEgressResponse, error) {
	var ids []string
	for _, j := range w.all() {
		if j.running() {
			ids = append(ids, j.id)
		}
	}
	return &rpc.ListActiveEgressResponse{EgressIds: ids}, nil
}

func (w *egressWorker) all() []*job {
	w.mu.Lock()
	defer w.mu.Unlock()
	var jobs []*job
	for _, j := range w.jobs {
		jobs = append(jobs, j)
	}
	sort.Slice(jobs, func(a, b int) bool { return jobs[a].began < jobs[b].began })
	return jobs
}

// ids gives the ids of all jobs that were asked for, the refused ones too.
func (w *egressWorker) ids() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	ids := []string{}
	for id := range w.received {
		ids = append(ids, id)
	}
	return ids
}

// find gives a job and the request it came with; a refused one has only the request.
func (w *egressWorker) find(id string) (*job, *rpc.StartEgressRequest) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.jobs[id], w.received[id]
}
