package main

import (
	"strings"

	"github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/utils/guid"
)

const (
	attrCallIDFull = livekit.AttrSIPPrefix + "callIDFull"
	attrCallTag    = livekit.AttrSIPPrefix + "callTag"
)

// guest is the participant that a call is in its room.
type guest struct {
	room, identity, name, metadata string
	attributes                     map[string]string
	preset                         string
	config                         *livekit.RoomConfiguration
}

// token admits the guest to its room.
func (g guest) token(server livekitServer) (string, error) {
	allowed := true
	return auth.NewAccessToken(server.key, server.secret).
		SetVideoGrant(&auth.VideoGrant{
			RoomJoin:             true,
			Room:                 g.room,
			CanSubscribe:         &allowed,
			CanPublish:           &allowed,
			CanPublishData:       &allowed,
			CanUpdateOwnMetadata: &allowed,
		}).
		SetIdentity(g.identity).
		SetName(g.name).
		SetMetadata(g.metadata).
		SetAttributes(g.known()).
		SetRoomPreset(g.preset).
		SetRoomConfig(g.config).
		SetKind(livekit.ParticipantInfo_SIP).
		SetValidFor(maxCallDuration).
		SetAllowSensitiveCredentials(true).
		ToJWT()
}

// known gives the attributes that livekit-sip puts into its token.
func (g guest) known() map[string]string {
	kept := map[string]string{}
	for _, name := range []string{
		livekit.AttrSIPCallID, livekit.AttrSIPTrunkID, livekit.AttrSIPDispatchRuleID,
		livekit.AttrSIPTrunkNumber, livekit.AttrSIPPhoneNumber,
	} {
		if value, ok := g.attributes[name]; ok {
			kept[name] = value
		}
	}
	return kept
}

// mapping returns a function that makes attributes of headers, as trunk and request ask for it.
func mapping(
	id string, headers, named map[string]string, which livekit.SIPHeaderOptions,
) func() map[string]string {
	return func() map[string]string {
		attributes := map[string]string{attrCallTag: tagOf(id), attrCallIDFull: guid.HashedID(id)}
		for header, value := range headers {
			lower := strings.ToLower(header)
			if which == livekit.SIPHeaderOptions_SIP_ALL_HEADERS ||
				which == livekit.SIPHeaderOptions_SIP_X_HEADERS && strings.HasPrefix(lower, "x-") {
				attributes[livekit.AttrSIPHeaderPrefix+lower] = value
			}
			for wanted, name := range named {
				if strings.EqualFold(wanted, header) {
					attributes[name] = value
				}
			}
		}
		return attributes
	}
}
