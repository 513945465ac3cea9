package main

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/rpc"
	"github.com/livekit/psrpc"
)

// defaultPort is SIP's own (RFC 3261, section 19.1.2).
const defaultPort = "5060"

// carrier is where the INVITE of a call is sent: the host of the request URI, or of the trunk.
type carrier struct {
	host string
	port string
	tcp  bool
	// anonymous calls have no credentials to answer a challenge with
	anonymous bool
}

func carrierOf(request *rpc.InternalCreateSIPParticipantRequest) carrier {
	address := request.Address
	switch uri := request.SipRequestUri.GetUri().(type) {
	case *livekit.SIPRequestDest_Raw:
		address = hostOf(uri.Raw)
	case *livekit.SIPRequestDest_Values:
		address = uri.Values.Host
		if address == "" {
			address = uri.Values.Ip
		}
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host, port = address, defaultPort
	}
	return carrier{
		host:      host,
		port:      port,
		tcp:       request.Transport == livekit.SIPTransport_SIP_TRANSPORT_TCP,
		anonymous: request.Username == "" || request.Password == "",
	}
}

// hostOf returns the host and port of an address such as <sip:desk@example.com;transport=tcp>.
func hostOf(uri string) string {
	_, address, _ := strings.Cut(strings.Trim(uri, "<>"), ":")
	address, _, _ = strings.Cut(address, ";")
	return address[strings.LastIndex(address, "@")+1:]
}

// reach fails as sipgo's transport layer does before it sends the INVITE. It sends nothing to other
// machines: only names under .invalid (RFC 2606) fail to resolve, and only loopback addresses are
// dialed, over TCP.
func (c carrier) reach() error {
	if c.host == "invalid" || strings.HasSuffix(c.host, ".invalid") {
		transport := "udp"
		if c.tcp {
			transport = "tcp"
		}
		unknown := &net.DNSError{
			Err:    "no such host",
			Name:   fmt.Sprintf("_sip._%s.%s", transport, c.host),
			Server: "127.0.0.53:53",
		}
		return psrpc.NewErrorf(psrpc.InvalidArgument,
			"fail to resolve target for %q: %w", c.host, unknown)
	}
	target, err := netip.ParseAddrPort(net.JoinHostPort(c.host, c.port))
	if err != nil || !c.tcp || !target.Addr().IsLoopback() {
		return nil
	}
	connection, err := net.DialTCP("tcp", &net.TCPAddr{}, net.TCPAddrFromAddrPort(target))
	if err != nil {
		return psrpc.NewErrorf(psrpc.FailedPrecondition, "transport<TCP> dial err=%w", err)
	}
	return connection.Close()
}
