package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/rpc"
	"github.com/livekit/protocol/utils"
	"github.com/livekit/protocol/utils/guid"
	"github.com/livekit/psrpc"
)

var (
	errWrongPassword = errors.New("401 Unauthorized: the trunk wants its user name and password")
	errPinWanted     = errors.New("the rule wants a PIN, and the caller hung up")
	errWrongPin      = errors.New("wrong PIN")
	errDropped       = errors.New("no rule fits: the call was dropped without an answer")
)

// invite is somebody who calls in.
type invite struct {
	Caller     string            `json:"caller"`
	Called     string            `json:"called"`
	SourceIP   string            `json:"source_ip"`
	CallerHost string            `json:"caller_host"`
	CalledHost string            `json:"called_host"`
	Username   string            `json:"username"`
	Password   string            `json:"password"`
	Headers    map[string]string `json:"headers"`
	// Pin is typed when asked for; nil: the caller hangs up then, empty: types only #
	Pin *string `json:"pin"`
}

func (i invite) call() *rpc.SIPCall {
	id := guid.New(utils.SIPCallPrefix)
	called := &livekit.SIPUri{User: i.Called, Host: i.CalledHost}
	return &rpc.SIPCall{
		LkCallId:  id,
		SipCallId: guid.HashedID(id),
		SourceIp:  i.SourceIP,
		Address:   called,
		From:      &livekit.SIPUri{User: i.Caller, Host: i.CallerHost},
		To:        called,
	}
}

// authenticate asks which trunk a call comes by, and who may use it.
func (w *sipWorker) authenticate(
	ctx context.Context, call *rpc.SIPCall,
) (*rpc.GetSIPTrunkAuthenticationResponse, error) {
	return w.io.GetSIPTrunkAuthentication(ctx, &rpc.GetSIPTrunkAuthenticationRequest{
		Call:       call,
		SipCallId:  call.LkCallId,
		From:       call.From.User,
		FromHost:   call.From.Host,
		To:         call.To.User,
		ToHost:     call.To.Host,
		SrcAddress: call.SourceIp,
	})
}

// evaluate asks where a call goes.
func (w *sipWorker) evaluate(
	ctx context.Context, call *rpc.SIPCall, trunkID, pin string, noPin bool,
) (*rpc.EvaluateSIPDispatchRulesResponse, error) {
	return w.io.EvaluateSIPDispatchRules(ctx, &rpc.EvaluateSIPDispatchRulesRequest{
		SipTrunkId:    trunkID,
		Call:          call,
		Pin:           pin,
		NoPin:         noPin,
		SipCallId:     call.LkCallId,
		CallingNumber: call.From.User,
		CallingHost:   call.From.Host,
		CalledNumber:  call.To.User,
		CalledHost:    call.To.Host,
		SrcAddress:    call.SourceIp,
	})
}

// ring calls in, as livekit-sip does it for an INVITE; an error says why the caller got nowhere.
func (w *sipWorker) ring(ctx context.Context, who invite) (*call, error) {
	asked := who.call()
	trunk, err := w.authenticate(ctx, asked)
	switch {
	case err != nil:
		return nil, fmt.Errorf("503 Try again later: %w", err)
	case trunk.Drop:
		return nil, errDropped
	case trunk.Username != "" && trunk.Password != "" &&
		(trunk.Username != who.Username || trunk.Password != who.Password):
		return nil, errWrongPassword
	}
	found, err := w.evaluate(ctx, asked, trunk.SipTrunkId, "", false)
	pinAsked := err == nil && found.Result == rpc.SIPDispatchResult_REQUEST_PIN
	if pinAsked {
		if who.Pin == nil {
			return nil, errPinWanted
		}
		found, err = w.evaluate(ctx, asked, trunk.SipTrunkId, *who.Pin, *who.Pin == "")
	}
	switch {
	case err != nil && !pinAsked:
		return nil, fmt.Errorf("503 Try again later: %w", err)
	case pinAsked && (err != nil || found.Result != rpc.SIPDispatchResult_ACCEPT):
		return nil, errWrongPin
	case found.Result == rpc.SIPDispatchResult_DROP:
		return nil, errDropped
	case found.Result != rpc.SIPDispatchResult_ACCEPT:
		return nil, errors.New("404 Does not match Trunks or Dispatch Rules")
	}
	return w.take(asked, who, found, pinAsked)
}

// take lets an incoming call into the room that it was given.
func (w *sipWorker) take(
	asked *rpc.SIPCall, who invite, found *rpc.EvaluateSIPDispatchRulesResponse, pinAsked bool,
) (*call, error) {
	c := newCall(asked.LkCallId, w.plans.get(who.Called, found.RoomName), found, guest{
		room:       found.RoomName,
		identity:   found.ParticipantIdentity,
		name:       found.ParticipantName,
		metadata:   found.ParticipantMetadata,
		attributes: found.ParticipantAttributes,
		preset:     found.RoomPreset,
		config:     found.RoomConfig,
	})
	c.rings = orElse(found.RingingTimeout, ringingTimeout)
	c.lasts = min(orElse(found.MaxCallDuration, maxCallDuration), maxCallDuration)
	headers := inviteHeaders(c.id, who)
	read := mapping(c.id, headers, found.HeadersToAttributes, found.IncludeHeaders)
	for name, value := range read() {
		c.guest.attributes[name] = value
	}
	status := "ringing"
	if pinAsked {
		status = "active"
	}
	c.guest.attributes[livekit.AttrSIPCallStatus] = status
	if err := w.begin(c); err != nil {
		return nil, err
	}
	go c.takeIn()
	return c, nil
}

// takeIn rings until somebody else in the room sends audio, and then lets the call go on, as
// livekit-sip does.
func (c *call) takeIn() {
	if c.status == "ringing" {
		ringing, stop := context.WithTimeout(context.Background(), c.rings)
		defer stop()
		answers := c.plan.AnswerAfter.or(beforeAnswering)
		if c.plan.NeverAnswers {
			answers = maxCallDuration
		}
		why, ok := await(ringing, c, c.heard)
		if ok {
			why, ok = c.wait(ringing, answers)
		}
		switch {
		case ok:
			c.activate()
		case why == hungUp:
			c.setStatus("hangup")
			c.leave(why, livekit.DisconnectReason_CLIENT_INITIATED)
			return
		case why == "":
			why = psrpc.NewErrorf(psrpc.DeadlineExceeded, "room subscription timed out").Error()
			fallthrough
		default:
			c.leave(why, livekit.DisconnectReason_UNKNOWN_REASON)
			return
		}
	}
	c.stay()
}
