package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/rpc"
	"github.com/livekit/psrpc"
)

var errNoAnswer = errors.New("sip request timed out")

func newOutboundCall(
	request *rpc.InternalCreateSIPParticipantRequest, plan sipPlan,
) *call {
	c := newCall(request.SipCallId, plan, request, guest{
		room:       request.RoomName,
		identity:   request.ParticipantIdentity,
		name:       request.ParticipantName,
		metadata:   request.ParticipantMetadata,
		attributes: request.ParticipantAttributes,
	})
	c.outbound = true
	if request.SipTrunkId == "" {
		delete(c.guest.attributes, livekit.AttrSIPTrunkID)
	}
	c.guest.attributes[livekit.AttrSIPCallStatus] = "dialing"
	c.carrier = carrierOf(request)
	c.dtmf = request.Dtmf
	c.rings = orElse(request.RingingTimeout, ringingTimeout)
	c.lasts = min(orElse(request.MaxCallDuration, maxCallDuration), maxCallDuration)
	headers := answerHeaders(c.id, request, plan.Headers)
	c.mapped = mapping(c.id, headers, request.HeadersToAttributes, request.IncludeHeaders)
	return c
}

// dial calls the number; it gives nil when somebody has picked up. Else the call is over.
func (c *call) dial(ctx context.Context) error {
	ringing, stop := context.WithTimeout(ctx, c.rings)
	defer stop()
	if err := c.carrier.reach(); err != nil {
		c.leave(err.Error(), livekit.DisconnectReason_UNKNOWN_REASON)
		return err
	}
	if why, ok := c.wait(ringing, c.plan.RingAfter.or(beforeRinging)); !ok {
		return c.unanswered(why)
	}
	c.setStatus("ringing")
	answers := c.plan.AnswerAfter.or(beforeAnswering)
	if c.plan.NeverAnswers {
		answers = maxCallDuration
	}
	if why, ok := c.wait(ringing, answers); !ok {
		return c.unanswered(why)
	}
	if c.plan.Decline != nil {
		return c.declined(c.plan.Decline)
	}
	if c.dtmf != "" {
		c.setStatus("automation")
		// what ends the call meanwhile is seen when it stays
		time.Sleep(toneTime(c.dtmf))
	}
	c.activate()
	return nil
}

// unanswered ends a call that nobody has picked up, for whatever reason.
func (c *call) unanswered(why string) error {
	if why == hungUp {
		return c.declined(&sipStatus{Code: int32(livekit.SIPStatusCode_SIP_STATUS_GLOBAL_DECLINE)})
	}
	c.leave(errNoAnswer.Error(), livekit.DisconnectReason_USER_UNAVAILABLE)
	return psrpc.NewError(psrpc.Canceled, errNoAnswer)
}

func (c *call) declined(status *sipStatus) error {
	err := status.inviteError(c.carrier.anonymous)
	c.leave(err.Error(), status.disconnectReason())
	return err
}

// toneTime is how long it takes to send digits; w is a pause.
func toneTime(digits string) time.Duration {
	pauses := strings.Count(strings.ToLower(digits), "w")
	return time.Duration(pauses)*pauseTakes + time.Duration(len(digits)-pauses)*digitTakes
}
