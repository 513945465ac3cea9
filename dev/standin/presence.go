package main

import (
	"encoding/json"
	"errors"

	"github.com/livekit/protocol/egress"
	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

var errRoomGone = errors.New("recording ended early: the room has gone")

// enter joins the room of the job, hidden, as the real worker does to record it. That is how a job
// learns that its room, participant or track has gone, and of a new layout. Without a room to join
// there is none and no error.
func (j *job) enter(server livekitServer) (*lksdk.Room, error) {
	room := j.asked.info.RoomName
	if room == "" {
		return nil, nil
	}
	// to join a room opens it: one that was deleted in the meantime would be back
	open, err := server.has(room, j.asked.info.RoomId)
	switch {
	case err != nil:
		return nil, err
	case !open && j.plan.OutlivesRoom:
		return nil, nil
	case !open:
		return nil, errRoomGone
	}
	token, err := egress.BuildEgressToken(j.id, server.key, server.secret, room)
	if err != nil {
		return nil, err
	}
	entered := j.watch()
	return entered, server.join(entered, token)
}

// watch prepares a room so that the job hears what happens in it.
func (j *job) watch() *lksdk.Room {
	var room *lksdk.Room
	callback := lksdk.NewRoomCallback()
	callback.OnDisconnectedWithReason = j.roomGone
	callback.OnMetadataChanged = func(_ string, who lksdk.Participant) {
		if who.Identity() == j.id {
			j.layoutChanged(who.Metadata())
		}
	}
	callback.OnParticipantDisconnected = func(who *lksdk.RemoteParticipant) {
		if who.Identity() == j.asked.identity || j.asked.tracksGone(room) {
			j.sourceGone()
		}
	}
	callback.OnTrackUnpublished = func(*lksdk.RemoteTrackPublication, *lksdk.RemoteParticipant) {
		if j.asked.tracksGone(room) {
			j.sourceGone()
		}
	}
	room = lksdk.NewRoom(callback)
	return room
}

func (j *job) roomGone(reason lksdk.DisconnectionReason) {
	if reason == lksdk.Failed && !j.plan.OutlivesRoom {
		j.end(ending{
			Outcome:   "failed",
			Error:     "recording ended early: connection to room failed",
			ErrorCode: 503,
		})
		return
	}
	j.sourceGone()
}

func (j *job) sourceGone() {
	if !j.plan.OutlivesRoom {
		j.end(ending{Outcome: "complete", Details: reason(livekit.EndReasonSrcClosed)})
	}
}

// layoutChanged notes a layout; the server gives it as the metadata of the job's participant.
func (j *job) layoutChanged(metadata string) {
	var asked struct {
		Layout string `json:"layout"`
	}
	if json.Unmarshal([]byte(metadata), &asked) == nil && asked.Layout != "" {
		j.note("update_layout", &livekit.UpdateLayoutRequest{EgressId: j.id, Layout: asked.Layout})
	}
}

// tracksGone says whether tracks are recorded and nobody in the room publishes any of them.
func (r *recording) tracksGone(room *lksdk.Room) bool {
	for _, who := range room.GetRemoteParticipants() {
		for _, publication := range who.TrackPublications() {
			if r.tracks[publication.SID()] {
				return false
			}
		}
	}
	return len(r.tracks) > 0
}
