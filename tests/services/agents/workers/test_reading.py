"""What is made of a worker's answers: those of real SDKs, and those of anything else."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.agents.states import JobType
from app.services.agents.workers.reading import LONGEST, Measured, Said, measured, said
from app.services.livekit.enums import Newer

PYTHON = {"worker_type": "JT_ROOM", "sdk_version": "1.8.9", "protocol_version": 1}
NODE = {
    "agent_name": "helper",
    "agent_name_is_env": False,
    "worker_type": "JT_PUBLISHER",
    "active_jobs": 2,
    "sdk_version": "1.0.40",
    "project_type": "nodejs",
}
FIGURES = """# HELP process_resident_memory_bytes Resident memory size in bytes.
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 1.42364672e+08
# TYPE process_start_time_seconds gauge
process_start_time_seconds 1.79602887723e+09
python_info{implementation="CPython",major="3",minor="11",patchlevel="7",version="3.11.7"} 1.0
# TYPE lk_agents_child_process_count gauge
lk_agents_child_process_count{nodename="agents-7"} 4.0
lk_agents_worker_load{nodename="agents-7"} 0.25
"""


def answer(**changes: Any) -> Said | None:
    """Return what is made of a worker's answer, some fields changed."""
    return said(json.dumps({**PYTHON, **changes}).encode())


def test_what_protobuf_leaves_out_is_0_or_empty() -> None:
    assert answer() == Said("", JobType.ROOM, 0, 0.0, "1.8.9", "")
    full = answer(agent_name="helper", active_jobs=3, worker_load=0.75)
    assert full == Said("helper", JobType.ROOM, 3, 0.75, "1.8.9", "")


def test_what_another_sdk_leaves_out_is_not_reported() -> None:
    found = said(json.dumps(NODE).encode())
    assert found == Said("helper", JobType.PUBLISHER, 2, None, "1.0.40", "nodejs")
    without = {name: value for name, value in NODE.items() if name != "active_jobs"}
    assert said(json.dumps(without).encode()) == Said(
        "helper", JobType.PUBLISHER, None, None, "1.0.40", "nodejs"
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"OK",
        b"<b>hi</b>",
        b"[]",
        b"null",
        b'"worker_type"',
        b"{}",
        b'{"worker_type": 0}',
        b'{"worker_type": "JT_ROOM", "worker_load": NaN}',
        b"\xff\xfe\x00",
        b'{"worker_type": ' * 1000,
        b'{"worker_type": "JT_ROOM", "active_jobs": ' + b"9" * 5000 + b"}",
        b"[" * 60_000,
    ],
)
def test_anything_else_is_not_a_worker(body: bytes) -> None:
    assert said(body) is None


@pytest.mark.parametrize("jobs", [-1, 1.5, True, "3", [3], None, 10**9, 10**400, {"a": 1}])
def test_a_count_that_cannot_be_is_unknown(jobs: Any) -> None:
    found = answer(active_jobs=jobs)
    assert found
    assert found.jobs is None


@pytest.mark.parametrize("load", [-0.1, "0.5", "NaN", True, 10**6, 10**400, None])
def test_a_load_that_cannot_be_is_unknown(load: Any) -> None:
    found = answer(worker_load=load)
    assert found
    assert found.load is None


def test_infinity_written_as_a_number_is_unknown() -> None:
    found = said(b'{"worker_type": "JT_ROOM", "worker_load": 1e999}')
    assert found
    assert found.load is None


def test_texts_are_short_and_can_be_sent() -> None:
    found = answer(agent_name="\ud800" + "x" * 5000, sdk_version=7, worker_type="JT_" + "Y" * 5000)
    assert found
    found.agent_name.encode()
    assert len(found.agent_name) == LONGEST + 1
    assert found.version == ""
    assert isinstance(found.kind, Newer)
    assert len(found.kind) == LONGEST + 1


def test_the_figures_of_a_real_worker() -> None:
    assert measured(FIGURES.encode()) == Measured(
        node="agents-7",
        load=0.25,
        children=4,
        memory=142_364_672,
        started=datetime(2026, 11, 30, 8, 54, 37, 230000, UTC),
        python="3.11.7",
    )


def test_no_figures_are_figures() -> None:
    assert measured(b"") == Measured()
    assert measured(b"# HELP a b\nmy_own_total 5\n") == Measured()


@pytest.mark.parametrize(
    "line",
    [
        "process_resident_memory_bytes many",
        "process_resident_memory_bytes{",
        'lk_agents_worker_load{nodename="a} 1',
        "lk_agents_worker_load{nodename=a} 1",
        "python_info{version} 1",
        f"python_info{{}} 1 {'9' * 320}",
    ],
)
def test_a_broken_line_is_not_prometheus(line: str) -> None:
    assert measured(f"{FIGURES}{line}\n".encode()) is None


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-1", "1e30"])
def test_a_figure_that_cannot_be_is_unknown(value: str) -> None:
    lines = f"process_resident_memory_bytes {value}\nprocess_start_time_seconds {value}\n"
    assert measured(lines.encode()) == Measured()


def test_a_long_answer_costs_no_more_than_a_short_one() -> None:
    others = "".join(f'my_own_total{{user="{number}"}} 1\n' for number in range(50_000))
    found = measured((others + FIGURES + "x" * 100_000).encode())
    assert found
    assert found.node == "agents-7"


@given(st.binary(max_size=300))
def test_no_bytes_break_it(body: bytes) -> None:
    said(body)
    measured(body)
    measured(b"lk_agents_worker_load" + body)
    measured(b'python_info{version="' + body)


@given(
    st.dictionaries(
        st.sampled_from([*PYTHON, *NODE, "worker_load"]),
        st.recursive(
            st.none()
            | st.booleans()
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.integers()
            | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    )
)
def test_no_fields_break_it(fields: dict[str, Any]) -> None:
    said(json.dumps({"worker_type": "JT_ROOM", **fields}).encode())
