package main

import (
	"errors"
	"strings"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/psrpc"
)

var (
	errNoCredentials  = errors.New("sip server required auth, but no username or password was provided")
	errTooManyRetries = errors.New("max auth retry attempts reached for SIP invite")
)

// sipStatus is how the other end answers, such as 486; without a text the usual one is taken.
type sipStatus struct {
	Code int32  `json:"code"`
	Text string `json:"text"`
}

// usualTexts are those that the name of the code does not give
var usualTexts = map[livekit.SIPStatusCode]string{
	livekit.SIPStatusCode_SIP_STATUS_NOTFOUND:                         "Not Found",
	livekit.SIPStatusCode_SIP_STATUS_GLOBAL_BUSY_EVERYWHERE:           "Busy Everywhere",
	livekit.SIPStatusCode_SIP_STATUS_GLOBAL_DECLINE:                   "Decline",
	livekit.SIPStatusCode_SIP_STATUS_GLOBAL_DOES_NOT_EXIST_ANYWHERE:   "Does Not Exist Anywhere",
	livekit.SIPStatusCode_SIP_STATUS_GLOBAL_NOT_ACCEPTABLE:            "Not Acceptable",
	livekit.SIPStatusCode_SIP_STATUS_CALL_TRANSACTION_DOES_NOT_EXISTS: "Call Does Not Exist",
}

func (s *sipStatus) status() *livekit.SIPStatus {
	code := livekit.SIPStatusCode(s.Code)
	text := s.Text
	if text == "" {
		text = usualTexts[code]
	}
	if text == "" {
		words := strings.Split(strings.ToLower(code.ShortName()), "_")
		for i, word := range words {
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
		text = strings.Join(words, " ")
	}
	return &livekit.SIPStatus{Code: code, Status: text}
}

// toError says why something did not work, with the status as a detail.
func (s *sipStatus) toError(what string) error {
	status := s.status()
	code := psrpc.ErrorCodeFromGRPC(status.GRPCStatus().Code())
	return psrpc.NewError(code, errors.New(what+": "+status.Error()), status)
}

// inviteError is what livekit-sip makes of this answer to an INVITE. An anonymous call has no
// credentials to answer a challenge with.
func (s *sipStatus) inviteError(anonymous bool) error {
	switch livekit.SIPStatusCode(s.Code) {
	case livekit.SIPStatusCode_SIP_STATUS_UNAUTHORIZED,
		livekit.SIPStatusCode_SIP_STATUS_PROXY_AUTH_REQUIRED:
		if anonymous {
			return psrpc.NewError(psrpc.FailedPrecondition, errNoCredentials)
		}
		return psrpc.NewError(psrpc.FailedPrecondition, errTooManyRetries)
	case livekit.SIPStatusCode_SIP_STATUS_BAD_REQUEST,
		livekit.SIPStatusCode_SIP_STATUS_NOTFOUND,
		livekit.SIPStatusCode_SIP_STATUS_TEMPORARILY_UNAVAILABLE,
		livekit.SIPStatusCode_SIP_STATUS_NOT_ACCEPTABLE_HERE,
		livekit.SIPStatusCode_SIP_STATUS_BUSY_HERE:
		return s.toError("INVITE failed")
	}
	return s.toError("unexpected status from INVITE response")
}

// disconnectReason is why the participant leaves its room with this status.
func (s *sipStatus) disconnectReason() livekit.DisconnectReason {
	switch {
	case s.Code == 404, s.Code == 408, s.Code == 480:
		return livekit.DisconnectReason_USER_UNAVAILABLE
	case s.Code >= 500 && s.Code < 600:
		return livekit.DisconnectReason_UNKNOWN_REASON
	}
	return livekit.DisconnectReason_USER_REJECTED
}
