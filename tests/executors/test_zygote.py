"""Workers that are forked from a process which has loaded the program."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.compiler.program import Program
from hypertemplate.executors.base import Died, Event
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.runtime.process.guard import children
from hypertemplate.runtime.protocol import Complete, Finished, LoadFailed, Ready, Run
from tests.executors.workers import process_executor
from tests.runtime.programs import program

from .fifo import Fifo
from .test_process import died, event, finished, running

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only"),
    pytest.mark.long,
]

SETUP = """
import os, signal, subprocess
with open({loads!r}, 'a') as file:
    file.write('loaded ')
ZYGOTE = int(os.readlink('/proc/self'))
"""


def refuse(reason: str) -> None:
    raise AssertionError(reason)


class Loads:
    """A program that keeps count of how often it was loaded."""

    def __init__(self, folder: Path, model: str) -> None:
        self._path = folder / "loads"
        self.program = program(SETUP.format(loads=str(self._path)), model, folder=folder)

    @property
    def count(self) -> int:
        return len(self._path.read_text().split())


@contextlib.contextmanager
def forking(made: Program, **more: Any) -> Iterator[ProcessExecutor]:
    more = {"workers": 2, "tell": refuse, **more}
    with running(made, forked=True, **more) as executor:
        yield executor


def test_the_program_is_loaded_once_for_all_workers_and_their_replacements(tmp_path: Path) -> None:
    loads = Loads(tmp_path, "def model():\n    if (_ht_['die']): os._exit(3)\n    return 1")
    with forking(loads.program) as executor:
        executor.send(0, Run(0, {"die": 1}, 1))
        assert event(executor) == died("the worker exited with status 3")
        executor.restart(0)
        assert isinstance(event(executor).message, Ready)
        executor.restart(1)  # one that lives is ended first
        assert isinstance(event(executor).message, Ready)
        for worker in range(2):
            executor.send(worker, Run(1, {"die": 0}, 1))
        assert sorted(event(executor).worker for _ in range(2)) == [0, 1]
    assert loads.count == 1


@pytest.mark.parametrize(
    ("workers", "most"),
    [pytest.param(1, None, id="one that is asked for"), pytest.param(None, 1, id="all that there is to do")],
)
def test_one_worker_is_not_forked(workers: int | None, most: int | None, tmp_path: Path) -> None:
    made = program("import os", "def model():\n    return os.getpid()", folder=tmp_path)
    with forking(made, workers=workers, most=most) as executor:
        assert run(executor, 0) == zygote()


def test_without_forks_each_worker_loads(tmp_path: Path) -> None:
    loads = Loads(tmp_path, "def model():\n    return 1")
    with running(loads.program, workers=2, forked=False):
        pass
    assert loads.count == 2


@pytest.mark.long
@pytest.mark.parametrize(
    "at", [pytest.param(0, id="while nothing runs"), pytest.param(1, id="by a trial that goes on")]
)
def test_when_the_zygote_dies_workers_go_on_and_new_ones_are_started_afresh(at: int, tmp_path: Path) -> None:
    model = """
        def model():
            if (_ht_['kill']):
                os.kill(ZYGOTE, signal.SIGKILL)
                # Nobody has it as a child any more when its guard has seen its end.
                while os.path.exists(f'/proc/{ZYGOTE}'): pass
            return os.getpid()
    """
    loads = Loads(tmp_path, model)
    told: list[str] = []
    with forking(loads.program, tell=told.append) as executor:
        before = [run(executor, worker, kill=0) for worker in range(2)]
        run(executor, 1, kill=1) if at else kill_zygote(executor)
        assert [run(executor, worker, kill=0) for worker in range(2)] == before
        executor.restart(0)
        assert isinstance(event(executor).message, Ready)
        assert loads.count == 2
        said = ["workers are started afresh from now on: none could be forked any more"]
        assert told == said
        run(executor, 0, kill=0)
        assert run(executor, 1, kill=0) == before[1]
        executor.restart(1)
        assert isinstance(event(executor).message, Ready)
        assert loads.count == 3
        assert told == said


def run(executor: ProcessExecutor, worker: int, **params: float) -> float:
    """The loss of a trial."""
    executor.send(worker, Run(0, params, 1))
    message = event(executor).message
    assert isinstance(message, Finished)
    assert isinstance(message.outcome, Complete), message
    return message.outcome.loss


def zygote() -> int:
    [guard] = children(os.getpid())
    [process] = children(guard)
    return process


def kill_zygote(executor: ProcessExecutor) -> None:
    os.kill(zygote(), signal.SIGKILL)


def test_a_guard_is_the_parent_of_its_worker_and_the_zygote_of_guards(tmp_path: Path) -> None:
    made = Loads(tmp_path, "def model():\n    return os.getpid()").program
    with forking(made) as executor:
        workers = {int(run(executor, worker)) for worker in range(2)}
        guards = children(zygote())
        assert {worker for guard in guards for worker in children(guard)} == workers
        assert {os.getpgid(worker) for worker in workers} == set(guards)
        # A guard has replaced the program that it was forked with.
        assert all(b"guard.py" in Path(f"/proc/{guard}/cmdline").read_bytes() for guard in guards)
        scores = [Path(f"/proc/{one}/oom_score_adj").read_text() for one in (*workers, zygote(), *guards)]
        ours = Path("/proc/self/oom_score_adj").read_text()
        assert scores == ["1000\n", "1000\n", "500\n", ours, ours]


def test_killing_the_zygotes_guard_ends_the_zygote_alone(tmp_path: Path) -> None:
    made = Loads(tmp_path, "def model():\n    return os.getpid()").program
    told: list[str] = []
    with forking(made, tell=told.append) as executor:
        worker = run(executor, 0)
        [guard] = children(os.getpid())
        os.kill(guard, signal.SIGKILL)
        assert run(executor, 0) == worker
        executor.restart(0)
        assert isinstance(event(executor).message, Ready)
        assert told == ["workers are started afresh from now on: none could be forked any more"]


def test_closing_ends_the_zygote_and_what_its_workers_started_though_their_guards_are_killed(
    tmp_path: Path,
) -> None:
    fifo = Fifo(tmp_path / "fifo")
    model = f"""
        def model():
            end = open({fifo.path!r}, 'w')
            subprocess.Popen(['sleep', '1000'], stdout=end, start_new_session=True)
            os.kill(os.getppid(), signal.SIGKILL)
            signal.pause()
    """
    with forking(Loads(tmp_path, model).program) as executor:
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == died("the worker was killed by signal 9 (SIGKILL): probably out of memory")
    assert fifo.wait_for_all() == b""


def test_what_is_printed_while_loading_is_shown_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And so is what native code has printed, and not written yet."""
    setup = "import ctypes\nprint('loading')\nctypes.CDLL(None).printf(b'natively ')"
    model = "def model():\n    print('running', flush=True)\n    ctypes.CDLL(None).fflush(None)\n    return 0"
    with forking(program(setup, model, folder=tmp_path), show_output=True) as executor:
        assert [run(executor, worker) for worker in range(2)] == [0.0, 0.0]
    assert capsys.readouterr().err == "loading\nnatively running\nrunning\n"


def test_every_worker_has_printed_what_was_printed_while_loading(tmp_path: Path) -> None:
    made = program("print('loading')", "def model():\n    print('ran')\n    return 0", folder=tmp_path)
    with forking(made) as executor:
        assert [executor.output(worker) for worker in range(2)] == ["loading", "loading"]
        assert run(executor, 0) == 0.0
        assert [executor.output(worker) for worker in range(2)] == ["ran", "loading"]


def test_every_worker_reports_that_the_template_cannot_be_loaded(tmp_path: Path) -> None:
    failed = LoadFailed("ZeroDivisionError: division by zero (model.py:1)")
    with contextlib.closing(
        process_executor(program("1 / 0", folder=tmp_path), seed=1, workers=2)
    ) as executor:
        executor.start()
        found = sorted([event(executor), event(executor)], key=lambda one: one.worker)
    assert [one.worker for one in found] == [0, 1]
    assert all(isinstance(one.message, LoadFailed) and one.message.message == failed.message for one in found)


def test_every_worker_reports_that_it_died_while_it_loaded(tmp_path: Path) -> None:
    made = program("import os\nos._exit(4)", folder=tmp_path)
    with contextlib.closing(process_executor(made, seed=1, workers=2)) as executor:
        executor.start()
        found = sorted([event(executor), event(executor)], key=lambda one: one.worker)
    assert found == [died("the worker exited with status 4", worker) for worker in range(2)]


def test_the_one_that_loads_may_be_replaced_before_it_has_loaded(tmp_path: Path) -> None:
    fifo = Fifo(tmp_path / "fifo")
    setup = f"end = open({fifo.path!r}, 'w')\nprint('once', file=end, flush=True)\nimport os\nend.close()"
    made = program(setup, "def model():\n    return 0", folder=tmp_path)
    with contextlib.closing(process_executor(made, seed=1, workers=2, tell=refuse)) as executor:
        executor.start()
        executor.restart(0)
        assert sorted(event(executor).worker for _ in range(2)) == [0, 1]
        assert [run(executor, worker) for worker in range(2)] == [0.0, 0.0]


def test_child_processes_are_waited_for_as_ever(tmp_path: Path) -> None:
    """The zygote waits for none; its workers do."""
    model = "def model():\n    return subprocess.run(['sh', '-c', 'exit 7']).returncode"
    with forking(Loads(tmp_path, model).program) as executor:
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == finished(7.0)


def test_a_trial_that_is_ended_for_its_time_is_replaced_by_a_fork(tmp_path: Path) -> None:
    loads = Loads(tmp_path, "def model():\n    if (_ht_['hang']): signal.pause()\n    return 1")
    with forking(loads.program, trial_timeout_s=0.5) as executor:
        executor.send(0, Run(0, {"hang": 1}, 1))
        found = event(executor)
        assert isinstance(found, Event)
        assert isinstance(found.message, Died)
        executor.restart(0)
        assert isinstance(event(executor).message, Ready)
        assert run(executor, 0, hang=0) == 1.0
    assert loads.count == 1


def test_guards_are_waited_for_when_the_driver_has_seen_their_end_and_their_groups_end(
    tmp_path: Path,
) -> None:
    """Those that were killed, too; until then their process ids are nobody else's."""
    fifo = Fifo(tmp_path / "fifo")
    model = f"""
        def model():
            if (_ht_['kill']):
                subprocess.Popen(['sleep', '1000'], stdout=open({fifo.path!r}, 'w'))
                os.kill(os.getppid(), signal.SIGKILL)
                signal.pause()
            return os.getppid()
    """
    with forking(Loads(tmp_path, model).program) as executor:
        replaced, kept = (run(executor, worker, kill=0) for worker in range(2))
        executor.restart(0)
        assert isinstance(event(executor).message, Ready)
        killed = run(executor, 0, kill=0)
        executor.send(0, Run(0, {"kill": 1}, 1))
        assert event(executor) == died("the worker was killed by signal 9 (SIGKILL): probably out of memory")
        assert fifo.wait_for_all() == b""
        executor.restart(0)  # requests are answered one after the other
        assert isinstance(event(executor).message, Ready)
        guards = set(children(zygote()))
        assert kept in guards
        assert len(guards) == 2
        assert not guards & {replaced, killed}
