"""The local stack: real processes that start, stop, restart, and leave nothing behind."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from livekit import api

from dev.ports import free_ports, refusal
from dev.processes import Process, StartError
from dev.stack import Stack


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack for this module only: its tests stop and start it."""
    with Stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


def room_names(stack: Stack, create: str = "") -> list[str]:
    """Ask the server for its rooms, after creating one."""

    async def ask() -> list[str]:
        async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as livekit:
            if create:
                await livekit.room.create_room(api.CreateRoomRequest(name=create))
            answer = await livekit.room.list_rooms(api.ListRoomsRequest())
            return [room.name for room in answer.rooms]

    return asyncio.run(ask())


def exists(pid: int) -> bool:
    """Return whether a process with this ID runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid: int, patience: float = 5.0) -> bool:
    """Return whether a process ends in time."""
    deadline = time.monotonic() + patience
    while exists(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not exists(pid)


def test_the_server_comes_back_on_the_same_port(own_stack: Stack) -> None:
    url = own_stack.url
    own_stack.livekit.stop()
    assert not own_stack.livekit.alive

    own_stack.livekit.start()

    assert own_stack.url == url
    assert room_names(own_stack, create="after a restart") == ["after a restart"]


def test_a_room_outlives_a_crash_of_the_server(own_stack: Stack) -> None:
    room_names(own_stack, create="kept")
    own_stack.livekit.kill()
    assert not own_stack.livekit.alive

    own_stack.livekit.start()

    assert "kept" in room_names(own_stack)


def test_a_room_outlives_a_restart_of_redis(own_stack: Stack) -> None:
    room_names(own_stack, create="kept too")

    own_stack.redis.stop()
    own_stack.redis.start()

    assert "kept too" in room_names(own_stack)


def test_a_process_that_exits_shows_the_end_of_its_log(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import sys; sys.exit('no such color: mauve')"]
    process = Process("painter", words, log=tmp_path / "log", answers=lambda: False)
    with pytest.raises(StartError, match=r"painter exited with code 1\n.*no such color: mauve"):
        process.start()


def test_a_process_that_never_responds_is_stopped(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import time; time.sleep(60)"]
    process = Process("sleeper", words, log=tmp_path / "log", answers=lambda: False)
    with pytest.raises(StartError, match="didn't respond"):
        process.start(patience=0.3)
    assert not process.alive


def test_stop_ends_a_process_that_ignores_sigterm(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    process = Process("deaf", [sys.executable, "-c", deaf], log=tmp_path / "log")
    process.start()
    process.stop(patience=1.5)
    assert gone(process.pid)


OWNER = """
import signal, sys, time
from pathlib import Path
from dev.stack import Stack
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
stack = Stack(Path(sys.argv[1]))
stack.start()
print(stack.livekit.pid, stack.redis.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of a sudden death")
def test_nothing_is_left_when_the_owner_dies(number: signal.Signals, tmp_path: Path) -> None:
    words = [sys.executable, "-c", OWNER, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as owner:
        assert owner.stdout is not None
        pids = [int(word) for word in owner.stdout.readline().split()]
        assert len(pids) == 2
        owner.send_signal(number)
        owner.wait(10)
    assert all(gone(pid) for pid in pids)


def test_free_ports_are_different_and_free() -> None:
    ports = free_ports(3)
    assert len(set(ports)) == 3
    assert not any(refusal("127.0.0.1", port) for port in ports)


def test_a_port_with_a_listener_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert "in use" in refusal("127.0.0.1", listener.getsockname()[1])
