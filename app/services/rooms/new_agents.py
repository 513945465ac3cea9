"""Agents to dispatch: what a dispatch, a new room and the room of a token have in common."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from livekit.api import RoomAgentDispatch, RoomConfiguration
from livekit.protocol.agent_dispatch import JRP_NEVER, JRP_ON_FAILURE, JobRestartPolicy

from app.services.agents.states import RestartPolicy
from app.services.livekit.enums import Newer, from_proto
from app.services.livekit.from_json import HALF, Mismatch, WrongPartError, built, holds_half
from app.text.json_text import json_problem, strict

LONGEST_DEPLOYMENT = 64  # bytes
POLICIES = {RestartPolicy.ON_FAILURE: JRP_ON_FAILURE, RestartPolicy.NEVER: JRP_NEVER}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAgent:
    """An agent to dispatch, by the names of RoomAgentDispatch and CreateAgentDispatchRequest."""

    agent_name: str = ""
    metadata: str = ""
    restart_policy: RestartPolicy = RestartPolicy.ON_FAILURE
    deployment: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    def fields(self) -> dict[str, Any]:
        """Return the values of the fields that the two messages share."""
        plain = {f.name: getattr(self, f.name) for f in fields(NewAgent)}
        return plain | {"restart_policy": POLICIES[self.restart_policy]}


def restart_policy(number: int) -> RestartPolicy | Newer:
    """Translate JobRestartPolicy."""
    return from_proto(RestartPolicy, JobRestartPolicy, number, strip="JRP_")


def deployment_problem(text: str) -> str | None:
    """Return why LiveKit rejects a deployment of this name; None if it accepts it.

    Checked before a room is created: with a name that it rejects, livekit-server opens the room
    without the agent (protocol, agent/environment.go; livekit-server, rtc/room.go).
    """
    if len(text.encode()) > LONGEST_DEPLOYMENT:
        return f"Use at most {LONGEST_DEPLOYMENT} bytes."
    if "_" in text:
        return "LiveKit reserves _. Use another character."
    if any(character <= " " or character == "\x7f" for character in text):
        return "Remove spaces and control characters."
    return None


def in_json(text: str) -> tuple[NewAgent, ...]:
    """Return the agents of a JSON list of RoomAgentDispatch messages.

    Raises ValueError with the field and the reason.
    """
    problem = json_problem(text)
    if problem:
        raise ValueError(problem)
    entries = strict(text)
    if holds_half(entries):
        raise ValueError(HALF)
    try:
        agents = built({"agents": entries}, RoomConfiguration()).agents
    except WrongPartError as error:
        raise error.below(1) from None
    for number, (agent, entry) in enumerate(zip(agents, entries, strict=True)):
        for name, problem in _problems(agent):
            path = (number, *(key for key in entry if _same(key, name)))
            raise WrongPartError(Mismatch(path, problem))
    return tuple(map(_read, agents))


def _problems(agent: RoomAgentDispatch) -> Iterator[tuple[str, str]]:
    if agent.restart_policy not in POLICIES.values():
        yield "restart_policy", "Enter JRP_ON_FAILURE or JRP_NEVER."
    problem = deployment_problem(agent.deployment)
    if problem:
        yield "deployment", problem


def _read(agent: RoomAgentDispatch) -> NewAgent:
    return NewAgent(
        agent_name=agent.agent_name,
        metadata=agent.metadata,
        restart_policy=RestartPolicy(restart_policy(agent.restart_policy)),
        deployment=agent.deployment,
        attributes=MappingProxyType(dict(agent.attributes)),
    )


def _same(key: str, name: str) -> bool:
    """Return whether a key of JSON is this field: protobuf accepts agentName for agent_name."""
    return key.replace("_", "").lower() == name.replace("_", "")
