// Command standin takes the place of livekit-egress, livekit-ingress and livekit-sip in the local
// stack.
//
// It answers the LiveKit server over Redis as they do, and records, streams, receives and calls
// nobody: sizes and rates are what the request would have made. Tests tell it over a small HTTP
// interface on a loopback port how jobs and calls have to go, and read what it was asked for.
// LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET name the server whose rooms it joins.
package main

import (
	"context"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/livekit/protocol/logger"
	"github.com/livekit/protocol/rpc"
	"github.com/livekit/psrpc"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

const (
	// as long as a job may take to say goodbye when the program is asked to end
	farewell = 2 * time.Second
	// the server answers in a millisecond or not at all
	reportTimeout = 3 * time.Second
)

func main() {
	redisAddress := flag.String("redis", "127.0.0.1:6379", "address of Redis")
	control := flag.String("control", "127.0.0.1:0", "loopback address of the control interface")
	name := flag.String("pace", "quick", "how long starting takes: quick, or real as real workers")
	limit := flag.Duration("session-limit", 0, "how long an egress may take; 0 for no limit")
	flag.Parse()
	pace, known := paces[*name]
	if !known {
		slog.Error("no such pace", "pace", *name)
		os.Exit(2)
	}
	pace.limit = *limit
	lksdk.SetLogger(logger.GetDiscardLogger())
	if err := serve(*redisAddress, *control, pace); err != nil {
		slog.Error("standin cannot serve", "error", err)
		os.Exit(1)
	}
}

func serve(redisAddress, control string, pace pace) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	client := redis.NewClient(&redis.Options{Addr: redisAddress})
	defer client.Close()
	if err := client.Ping(ctx).Err(); err != nil {
		return err
	}
	bus := psrpc.NewRedisMessageBus(client)
	io, err := rpc.NewIOInfoClient(bus, psrpc.WithClientTimeout(reportTimeout))
	if err != nil {
		return err
	}
	defer io.Close()

	server := livekitServer{
		url:    os.Getenv("LIVEKIT_URL"),
		key:    os.Getenv("LIVEKIT_API_KEY"),
		secret: os.Getenv("LIVEKIT_API_SECRET"),
	}
	egress, err := newEgressWorker(bus, io, server, pace)
	if err != nil {
		return err
	}
	defer egress.close()
	ingress, err := newIngressWorker(bus, io, server, pace)
	if err != nil {
		return err
	}
	defer ingress.close()
	sip, err := newSIPWorker(bus, io, server)
	if err != nil {
		return err
	}
	defer sip.close()
	return listen(ctx, control, workers{egress, ingress, sip})
}

// workers are all that this program takes the place of.
type workers struct {
	egress  *egressWorker
	ingress *ingressWorker
	sip     *sipWorker
}

// listen serves the control interface until the program is asked to end.
func listen(ctx context.Context, address string, all workers) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	web := &http.Server{Handler: newControl(listener.Addr().String(), all)}
	go func() {
		<-ctx.Done()
		_ = web.Close()
	}()
	slog.Info("standin serves; it records nothing", "control", listener.Addr().String())
	if err := web.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}
