package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/rpc"
	"github.com/livekit/psrpc"
)

// checkDial rejects what livekit-sip rejects before it joins the room, in the same order and with
// the same messages. Source: createSIPParticipant and buildOutboundHeaders in pkg/sip/client.go,
// codecSet in pkg/sip/media_codecs.go.
func checkDial(request *rpc.InternalCreateSIPParticipantRequest) error {
	if request.RoomName == "" {
		return wrongDial("", errors.New("room name must be set"))
	}
	if err := checkCodecs(request.Media); err != nil {
		return err
	}
	if err := checkRequestURI(request); err != nil {
		return wrongDial("invalid request URI: ", err)
	}
	if request.SipToHeader != nil {
		return wrongDial("invalid To header: ", errors.New("cannot use both CallTo and SipToHeader"))
	}
	if err := checkFrom(request); err != nil {
		return wrongDial("invalid From header: ", err)
	}
	return nil
}

func wrongDial(what string, err error) error {
	return psrpc.NewErrorf(psrpc.InvalidArgument, "%s%w", what, err)
}

// checkCodecs returns errors without a code, as livekit-sip does: the server answers them with 500.
func checkCodecs(media *livekit.SIPMediaConfig) error {
	if media.GetOnlyListedCodecs() && len(media.GetCodecs()) == 0 {
		return errors.New("no codecs specified")
	}
	for _, codec := range media.GetCodecs() {
		switch {
		case codec.Name == "":
			return errors.New("no codec name specified")
		case codec.Rate != 0:
		case codec.Name != "PCMU" && codec.Name != "PCMA" &&
			codec.Name != "G722" && codec.Name != "AMR-WB":
			return fmt.Errorf("sample rate not specified for codec: %q", codec.Name)
		}
	}
	return nil
}

func checkRequestURI(request *rpc.InternalCreateSIPParticipantRequest) error {
	if request.SipRequestUri == nil {
		return checkLegacy(request.CallTo, request.Address)
	}
	switch uri := request.SipRequestUri.Uri.(type) {
	case *livekit.SIPRequestDest_Raw:
		return checkRaw(uri.Raw)
	case *livekit.SIPRequestDest_Values:
		return checkValues(uri.Values, request.Transport)
	}
	return errors.New("invalid request URI type")
}

func checkFrom(request *rpc.InternalCreateSIPParticipantRequest) error {
	if request.SipFromHeader == nil {
		host := request.Hostname
		if host == "" {
			// livekit-sip falls back to its own address
			host = "127.0.0.1"
		}
		return checkLegacy(request.Number, host)
	}
	switch uri := request.SipFromHeader.Uri.(type) {
	case *livekit.SIPNamedDest_Raw:
		return checkRaw(uri.Raw)
	case *livekit.SIPNamedDest_Values:
		return checkValues(uri.Values, request.Transport)
	}
	return errors.New("invalid URI type")
}

// checkLegacy checks the user and the host that number and trunk give.
func checkLegacy(user, host string) error {
	switch {
	case user == "":
		return errors.New("number must be set")
	case strings.Contains(user, "@"):
		return errors.New("should be a phone number or SIP user, not a full SIP URI")
	case host == "":
		return errors.New("address must be set")
	case strings.HasPrefix(host, "sip:"), strings.HasPrefix(host, "sips:"):
		return errors.New("address must be a hostname without 'sip:' prefix")
	case strings.Contains(host, "transport="):
		return errors.New("legacy address must not contain parameters; use transport field")
	case strings.ContainsAny(host, ";="):
		return errors.New("legacy address must not contain parameters")
	}
	return nil
}

// checkRaw checks the scheme of an address that is sent unchanged; livekit-sip parses all of it.
func checkRaw(raw string) error {
	scheme, rest, found := strings.Cut(strings.Trim(raw, "<>"), ":")
	if !found || scheme == "" || rest == "" {
		return errors.New("invalid request URI")
	}
	return nil
}

func checkValues(uri *livekit.SIPUri, transport livekit.SIPTransport) error {
	const auto = livekit.SIPTransport_SIP_TRANSPORT_AUTO
	switch {
	case uri.Transport != transport && uri.Transport != auto && transport != auto:
		return fmt.Errorf("different transports specified: %v vs %v", transport, uri.Transport)
	case uri.User == "":
		return errors.New("username or number must be set")
	case uri.Host == "" && uri.Ip == "":
		return errors.New("host or ip must be set")
	}
	return nil
}
