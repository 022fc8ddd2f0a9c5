"""What a worker may take: time, memory, threads."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.errors import NoProcessError
from hypertemplate.executors import process
from hypertemplate.executors.base import Died, Event
from hypertemplate.executors.resources import THREADS, crowded
from hypertemplate.origin import RETURNED_LOSS
from hypertemplate.runtime.protocol import (
    Complete,
    Failed,
    Finished,
    Keep,
    Ready,
    Run,
)
from tests.executors.workers import process_executor
from tests.runtime.programs import program

from .fifo import Fifo
from .test_process import event, finished, running, script

pytestmark = pytest.mark.long


def test_a_trial_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    fifo = Fifo(tmp_path / "fifo")
    made = script(
        f"""
        if not (_ht_['hang']): return 1
        print('waiting', flush=True)
        end = open({fifo.path!r}, 'w')
        subprocess.Popen(['sleep', '1000'], stdout=end, start_new_session=True)
        signal.pause()
        """,
        tmp_path,
    )
    with running(made, trial_timeout_s=3) as executor:
        executor.send(0, Run(0, {"hang": 1}, 1))
        assert event(executor) == Event(0, Died(Failed("timed out", "ran longer than 3s")))
        assert executor.output(0) == "waiting"
        assert fifo.wait_for_all() == b""
        executor.restart(0)
        assert isinstance(event(executor).message, Ready)
        executor.send(0, Run(1, {"hang": 0}, 1))
        assert event(executor) == finished(1.0)
        # Once a trial has ended, its time is over too.
        assert executor.receive(0) is None


def test_saving_a_model_may_take_too_long(tmp_path: Path) -> None:
    made = program(
        setup="import signal\nclass Model:\n    def save(self, path): signal.pause()",
        trial="def model(): return {'loss': 1, 'model': Model()}",
        folder=tmp_path,
    )
    with running(made, trial_timeout_s=1.5) as executor:
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == Event(0, Finished(Complete(1.0), {}, has_model=True, origin=RETURNED_LOSS))
        executor.send(0, Keep(str(tmp_path / "best.keras")))
        assert event(executor) == Event(0, Died(Failed("timed out", "ran longer than 1.5s")))


GROWS = """
    def model():
        kept.append(b'x' * int((_ht_['bytes'])))
        return len(kept)
"""


def test_a_worker_is_worn_when_its_memory_has_grown_since_its_first_trial(tmp_path: Path) -> None:
    made = program("kept = []", GROWS, folder=tmp_path)
    with running(made, memory_growth_bytes=64 * 1024**2) as executor:
        reasons = []
        for number, megabytes in enumerate((200, 1, 200)):
            executor.send(0, Run(number, {"bytes": megabytes * 1e6}, 1))
            assert event(executor) == finished(number + 1.0)
            reasons.append(executor.worn(0, Complete(1.0)))
        assert reasons[:2] == [None, None]
        assert reasons[2] is not None
        grown = re.fullmatch(r"its memory has grown by (\d+)\.\d MiB since its first trial", reasons[2])
        assert grown is not None
        assert 190 <= int(grown[1]) < 240
        executor.restart(0)
        assert isinstance(event(executor).message, Ready)
        executor.send(0, Run(3, {"bytes": 1.0}, 1))
        assert event(executor) == finished(1.0)
        assert executor.worn(0, Complete(1.0)) is None


def test_a_failure_for_want_of_memory_wears_a_worker(tmp_path: Path) -> None:
    with running(script("raise MemoryError", tmp_path)) as executor:
        executor.send(0, Run(0, {}, 1))
        message = event(executor).message
        assert isinstance(message, Finished)
        reason = "the last trial may have left it unsound: MemoryError (model.py:3)"
        assert executor.worn(0, message.outcome) == reason


def test_a_worker_that_is_dead_is_not_worn_too(tmp_path: Path) -> None:
    with running(script("os._exit(3)", tmp_path)) as executor:
        executor.send(0, Run(0, {}, 1))
        assert isinstance(message := event(executor).message, Died)
        assert executor.worn(0, message.reason) is None


THREADS_SEEN = f"import os\nprint(*[os.environ.get(name) for name in {THREADS}])"


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        pytest.param({"workers": 1}, ["None"] * 7, id="one worker has what there is"),
        pytest.param({"workers": 2}, ["3"] * 7, id="two workers share"),
        pytest.param({"workers": 1, "threads": 4}, ["4"] * 7, id="as many as are asked for"),
        pytest.param(
            {"workers": 2, "environments": ({"OMP_NUM_THREADS": "5"},)},
            ["5"] + ["3"] * 6,
            id="the user's stay",
        ),
        pytest.param({"workers": None}, ["1"] * 7, id="one for each of as many as there may be"),
    ],
)
def test_threads_are_divided(
    given: dict[str, Any], seen: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in THREADS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(process, "available_cores", lambda surroundings: 6)
    with running(program(THREADS_SEEN, folder=tmp_path), **given) as executor:
        assert executor.output(0) == " ".join(seen)


def test_there_are_no_more_workers_than_trials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in THREADS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(process, "available_cores", lambda surroundings: 6)
    with running(program(THREADS_SEEN, folder=tmp_path), workers=300, most=2) as executor:
        assert (executor.workers, executor.notes) == (2, ())
        assert executor.output(0) == executor.output(1) == " ".join(["3"] * 7)
    with running(script("return 0", tmp_path), workers=None, most=2) as executor:
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == finished(0.0)
        assert executor.workers == 2
        assert isinstance(event(executor).message, Ready)


def test_more_workers_than_a_machine_is_for_are_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "available_cores", lambda surroundings: 2)
    with closing(process_executor(program(folder=tmp_path), seed=1, workers=17)) as executor:
        assert executor.notes == crowded(17, 2) != ()


@pytest.mark.parametrize(
    ("memory", "workers"),
    [
        pytest.param(None, 3, id="one for each core"),
        pytest.param(300_000_000, 2, id="no more than memory allows"),
        pytest.param(1, 1, id="never none"),
    ],
)
def test_the_number_of_workers_is_found_after_the_first_trial(
    memory: int | None, workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "available_cores", lambda surroundings: 3)
    monkeypatch.setattr(process, "available_memory", lambda surroundings: memory)
    made = script("data = b'x' * 70_000_000\nreturn 0", tmp_path)
    with running(made, workers=None) as executor:
        assert executor.workers == 1
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == finished(0.0)
        assert executor.workers == workers
        started = [event(executor) for _ in range(workers - 1)]
        assert sorted(one.worker for one in started) == list(range(1, workers))
        assert all(isinstance(one.message, Ready) for one in started)
        executor.send(0, Run(1, {}, 1))
        assert event(executor) == finished(0.0)
        assert executor.workers == workers


@pytest.fixture
def two_workers_on_six_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in THREADS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(process, "available_cores", lambda surroundings: 6)
    monkeypatch.setattr(process, "auto_workers", lambda cores, memory, first: 2 if first else cores)


@pytest.mark.usefixtures("two_workers_on_six_cores")
@pytest.mark.parametrize(
    ("forked", "threads"),
    [
        pytest.param(False, "3", id="afresh, the cores are divided among them"),
        pytest.param(True, "1", id="forked, they have what the first one has"),
    ],
)
def test_the_cores_are_divided_among_the_workers_that_there_are(
    forked: bool, threads: str, tmp_path: Path
) -> None:
    body = f"print(*[os.environ[name] for name in {THREADS}])\nreturn 0"
    made = script(body, tmp_path, setup="import os")
    with running(made, workers=None, forked=forked) as executor:
        for worker, expected in enumerate(["1", threads]):
            executor.send(worker, Run(worker, {}, 1))
            assert event(executor) == finished(0.0, worker)
            assert executor.output(worker) == " ".join([expected] * 7)
            if worker == 0:
                assert executor.workers == 2
                assert isinstance(event(executor).message, Ready)


def test_workers_are_added_after_the_first_trial_that_has_not_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "available_cores", lambda surroundings: 2)
    monkeypatch.setattr(process, "available_memory", lambda surroundings: None)
    made = script("if (_ht_['fails']): raise ValueError('no')\nreturn 0", tmp_path)
    with running(made, workers=None) as executor:
        executor.send(0, Run(0, {"fails": 1}, 1))
        assert isinstance(event(executor).message, Finished)
        assert executor.workers == 1
        executor.send(0, Run(1, {"fails": 0}, 1))
        assert event(executor) == finished(0.0)
        assert executor.workers == 2


def test_a_worker_that_cannot_be_started_is_dead_beside_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(script("return 0", tmp_path), workers=2, forked=False) as executor:
        monkeypatch.setattr("sys.executable", "/no/such/python")
        executor.restart(1)
        refused = "no worker can be started: [Errno 2] No such file or directory: '/no/such/python'"
        assert event(executor) == Event(1, Died(Failed("died", refused)))
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == finished(0.0)


def test_an_executor_without_any_worker_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")
    with (
        closing(process_executor(script("return 0", tmp_path), seed=1, workers=2)) as executor,
        pytest.raises(NoProcessError),
    ):
        executor.start()
