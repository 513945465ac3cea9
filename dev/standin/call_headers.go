package main

import (
	"fmt"
	"maps"

	"github.com/livekit/protocol/rpc"
	"github.com/livekit/protocol/utils/guid"
)

// tagOf is the tag of the remote party: of From for a call in, of To for a call out.
func tagOf(id string) string {
	return guid.HashedID("tag " + id)
}

// inviteHeaders are those of the INVITE of somebody who calls in.
func inviteHeaders(id string, who invite) map[string]string {
	caller := fmt.Sprintf("<sip:%s@%s>", who.Caller, who.CallerHost)
	called := fmt.Sprintf("<sip:%s@%s>", who.Called, who.CalledHost)
	return messageHeaders(id, caller+";tag="+tagOf(id), called, caller, who.Headers)
}

// answerHeaders are those of the 200 OK to a call out, with the ones that its plan adds.
func answerHeaders(
	id string, request *rpc.InternalCreateSIPParticipantRequest, planned map[string]string,
) map[string]string {
	ours := fmt.Sprintf("<sip:%s@%s>", request.Number, request.Hostname)
	theirs := fmt.Sprintf("<sip:%s@%s>", request.CallTo, request.Address)
	return messageHeaders(id, ours, theirs+";tag="+tagOf(id), theirs, planned)
}

// messageHeaders has what every SIP message carries (RFC 3261, section 20), and others.
func messageHeaders(id, from, to, contact string, others map[string]string) map[string]string {
	headers := map[string]string{
		"Via":     "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK" + guid.HashedID("via "+id),
		"From":    from,
		"To":      to,
		"Call-ID": guid.HashedID(id),
		"CSeq":    "1 INVITE",
		"Contact": contact,
	}
	maps.Copy(headers, others)
	return headers
}
