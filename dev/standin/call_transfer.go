package main

import (
	"context"
	"time"

	"github.com/livekit/protocol/rpc"
	"github.com/livekit/psrpc"
)

// afterTransfer is how long the other end has to hang up by itself
const afterTransfer = time.Second

// transfer asks the other end to call somebody else; when that works the call ends a second later.
func (c *call) transfer(
	ctx context.Context, request *rpc.InternalTransferSIPParticipantRequest,
) error {
	c.note("transfer_sip_participant", request)
	c.mu.Lock()
	established := c.status == "active"
	c.mu.Unlock()
	if !established || !c.running() {
		return psrpc.NewErrorf(psrpc.FailedPrecondition, "can't transfer non established call")
	}
	select {
	case <-ctx.Done():
		return psrpc.NewErrorf(psrpc.Canceled, "refer canceled")
	case <-c.over:
		return nil
	case <-time.After(c.plan.TransferTakes.duration()):
	}
	if c.plan.RefuseTransfer != nil {
		return c.plan.RefuseTransfer.toError("call transfer failed")
	}
	time.AfterFunc(afterTransfer, func() { c.end(transferred) })
	return nil
}
