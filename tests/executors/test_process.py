"""Real workers, killed with real signals."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from hypertemplate.compiler.program import Program
from hypertemplate.errors import WorkerError
from hypertemplate.executors import worker_process
from hypertemplate.executors.base import Died, Event
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.origin import RETURNED_LOSS
from hypertemplate.runtime.protocol import (
    Complete,
    Failed,
    Finished,
    FitStarted,
    Go,
    Ready,
    Run,
    Stop,
    to_line,
)
from tests.executors.workers import process_executor
from tests.runtime.programs import program

from .fifo import Fifo

pytestmark = pytest.mark.long


@contextlib.contextmanager
def running(made: Program, *, most: int | None = None, **more: Any) -> Iterator[ProcessExecutor]:
    """An executor whose workers are all ready."""
    executor = process_executor(made, seed=1337, **more)
    with contextlib.closing(executor):
        executor.start(most)
        events = [event(executor) for _ in range(executor.workers)]
        assert sorted(e.worker for e in events) == list(range(executor.workers))
        assert all(isinstance(e.message, Ready) for e in events), events
        yield executor


def event(executor: ProcessExecutor) -> Event:
    found = executor.receive()
    assert found is not None
    return found


def died(message: str, worker: int = 0) -> Event:
    return Event(worker, Died(Failed("died", message)))


def finished(loss: float, worker: int = 0) -> Event:
    return Event(worker, Finished(Complete(loss), {}, origin=RETURNED_LOSS))


def script(model: str, folder: Path, setup: str = "import os, signal, socket, subprocess, sys") -> Program:
    """A program whose model function has this body."""
    body = "\n".join(f"    {line}" for line in dedent(model).strip().split("\n"))
    return program(setup, f"def model():\n{body}", folder=folder)


def test_several_workers_run_side_by_side(tmp_path: Path) -> None:
    meeting = [Fifo(tmp_path / "0"), Fifo(tmp_path / "1")]
    made = program(
        setup=f"import os\npaths = {[fifo.path for fifo in meeting]}",
        trial="""
            def model():
                # Each opens its own end before it reads the other's: alone it would wait for ever.
                mine = int((_ht_['me']))
                with open(paths[mine], 'w') as end:
                    print('here', flush=True)
                    end.write(str(mine))
                return mine
        """,
        folder=tmp_path,
    )
    with running(made, workers=2) as executor:
        for worker in range(2):
            executor.send(worker, Run(worker, {"me": worker}, 1))
        events = sorted([event(executor), event(executor)], key=lambda e: e.worker)
        assert events == [finished(0.0, 0), finished(1.0, 1)]
        assert [executor.output(worker) for worker in range(2)] == ["here", "here"]
        assert executor.workers == 2
    assert [fifo.wait_for_all() for fifo in meeting] == [b"0", b"1"]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        pytest.param(
            "signal.signal(signal.SIGABRT, signal.SIG_DFL); os.kill(os.getpid(), signal.SIGABRT)",
            "the worker was killed by signal 6 (SIGABRT): a crash in native code",
            id="killed",
        ),
        pytest.param("os._exit(3)", "the worker exited with status 3", id="exited without a word"),
    ],
)
def test_a_worker_that_dies_is_reported_and_replaced(model: str, message: str, tmp_path: Path) -> None:
    made = script(
        f"print('last words', flush=True)\nif (_ht_['die']): {model}\nreturn 1", tmp_path, "import os, signal"
    )
    with running(made) as executor:
        executor.send(0, Run(0, {"die": 1}, 1))
        assert event(executor) == died(message)
        assert executor.output(0) == "last words"
        executor.send(0, Run(1, {"die": 0}, 1))  # nobody is there, and nothing happens
        assert executor.receive(0) is None
        executor.restart(0)
        assert isinstance(event(executor).message, Ready)
        executor.send(0, Run(1, {"die": 0}, 1))
        assert event(executor) == finished(1.0)


def test_a_worker_that_lives_but_cannot_be_reached_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "GRACE_S", 0.2)
    fifo = Fifo(tmp_path / "fifo")
    made = script(
        f"os.dup2(os.open({fifo.path!r}, os.O_WRONLY), 1)\nos.closerange(3, 100)\nsignal.pause()", tmp_path
    )
    with running(made) as executor:
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == died("the worker closed its connection to the driver")
        assert fifo.wait_for_all() == b""


SOCKET = """
    import gc, socket
    [connection] = [o for o in gc.get_objects() if isinstance(o, socket.socket)]
"""


@pytest.mark.parametrize(
    ("sent", "detail"),
    [
        pytest.param(b"hello\n", "Expecting value: line 1 column 1 (char 0)", id="no JSON"),
        pytest.param(b"5\n", "5", id="JSON that is no message"),
        pytest.param(b'{"type": "Go"}\n', None, id="a message of the other side"),
        pytest.param(b"\xff\n", None, id="no UTF-8"),
        pytest.param(b"[" * 100_000 + b"\n", None, id="brackets without end"),
        pytest.param(b"x" * 5000, "a line of more than 4096 bytes", id="a line without end"),
    ],
)
def test_what_is_no_message_ends_the_worker(
    sent: bytes, detail: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = script(f"connection.sendall({sent!r})\nsignal.pause()", tmp_path, dedent(SOCKET) + "import signal")
    with running(made) as executor:
        monkeypatch.setattr(worker_process, "LONGEST_MESSAGE", 4096)
        executor.send(0, Run(0, {}, 1))
        found = event(executor).message
        assert isinstance(found, Died)
        assert found.reason.message.startswith("the worker sent an invalid message: ")
        if detail is not None:
            assert found.reason.message == f"the worker sent an invalid message: {detail}"
        with pytest.raises(WorkerError):
            executor.receive()


def test_messages_arrive_whole_however_they_are_cut(tmp_path: Path) -> None:
    line = b'{"type":"FitStarted","fit":%d,"epochs":null,"unit":"epoch","waits":true}\n'
    first, second, third = line % 0, line % 1, line % 2
    made = script(
        f"""
        for data in {[first + second + third[:9], third[9:20], third[20:] + b'{"type":']}:
            connection.sendall(data)
            connection.recv({len(to_line(Go()))})
        os._exit(3)
        """,
        tmp_path,
        dedent(SOCKET) + "import os",
    )
    with running(made) as executor:
        executor.send(0, Run(0, {}, 1))
        assert [event(executor), event(executor)] == [
            Event(0, FitStarted(0, None)),
            Event(0, FitStarted(1, None)),
        ]
        executor.send(0, Go())
        assert executor.receive(0.01) is None
        executor.send(0, Go())
        assert event(executor) == Event(0, FitStarted(2, None))
        executor.send(0, Stop())
        # What was cut off by its death is not a message, and not a fault either.
        assert event(executor) == died("the worker exited with status 3")


def test_a_worker_may_die_with_a_message_unread(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with running(script(f"open({str(fifo)!r}).read()\nos._exit(3)", tmp_path)) as executor:
        executor.send(0, Run(0, {}, 1))
        with fifo.open("w"):
            executor.send(0, Go())
        assert event(executor) == died("the worker exited with status 3")


def test_what_a_worker_said_before_it_died_is_heard_first(tmp_path: Path) -> None:
    line = b'{"type":"FitStarted","fit":0,"epochs":2,"unit":"epoch","waits":true}\n'
    made = script(f"connection.sendall({line!r})\nos._exit(4)", tmp_path, dedent(SOCKET) + "import os")
    with running(made) as executor:
        executor.send(0, Run(0, {}, 1))
        assert [event(executor), event(executor)] == [
            Event(0, FitStarted(0, 2)),
            died("the worker exited with status 4"),
        ]


def test_a_death_is_noticed_though_a_child_holds_the_socket_and_the_child_is_killed(tmp_path: Path) -> None:
    fifo = Fifo(tmp_path / "fifo")
    made = script(
        f"""
        end = open({fifo.path!r}, 'w')
        print('child', file=end, flush=True)
        if os.fork() == 0:
            signal.pause()
        os._exit(5)
        """,
        tmp_path,
    )
    with running(made) as executor:
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == died("the worker exited with status 5")
        assert fifo.wait_for_all() == b"child\n"


def test_closing_ends_a_trial_that_runs_and_all_that_it_started(tmp_path: Path) -> None:
    fifo = Fifo(tmp_path / "fifo")
    made = script(
        f"""
        end = open({fifo.path!r}, 'w')
        subprocess.Popen(['sleep', '1000'], stdout=end)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        connection.sendall(b'{{"type":"FitStarted","fit":0,"epochs":%d,"unit":"epoch","waits":true}}\\n' % os.getpid())
        signal.pause()
        """,
        tmp_path,
        dedent(SOCKET) + "import os, signal, subprocess",
    )
    with running(made) as executor:
        executor.send(0, Run(0, {}, 1))
        message = event(executor).message
    assert fifo.wait_for_all() == b""
    assert isinstance(message, FitStarted)
    assert message.epochs is not None
    with pytest.raises(ProcessLookupError):  # not even a zombie is left
        os.kill(message.epochs, 0)


def test_a_worker_that_is_idle_may_end_in_its_own_time(tmp_path: Path) -> None:
    done = tmp_path / "done"
    made = program(
        f"import atexit, pathlib\natexit.register(pathlib.Path({str(done)!r}).write_text, 'flushed')",
        "def model(): return 0",
        folder=tmp_path,
    )
    with running(made):
        pass
    assert done.read_text() == "flushed"


def test_a_worker_that_is_replaced_while_idle_may_end_in_its_own_time(tmp_path: Path) -> None:
    made = program(
        f"import atexit, os, pathlib\n"
        f"atexit.register(lambda: pathlib.Path({str(tmp_path)!r}, str(os.getpid())).write_text('flushed'))",
        "def model(): return os.getpid()",
        folder=tmp_path,
    )
    with running(made) as executor:
        executor.send(0, Run(0, {}, 1))
        message = event(executor).message
        assert isinstance(message, Finished)
        assert isinstance(message.outcome, Complete)
        executor.restart(0)
        assert (tmp_path / f"{message.outcome.loss:.0f}").read_text() == "flushed"
        assert isinstance(event(executor).message, Ready)


def test_a_signal_for_the_whole_group_ends_the_worker_and_its_guard_says_so(tmp_path: Path) -> None:
    with running(script("os.killpg(0, signal.SIGTERM)\nsignal.pause()", tmp_path)) as executor:
        executor.send(0, Run(0, {}, 1))
        reason = Failed("interrupted", "the worker was killed by signal 15 (SIGTERM)")
        assert event(executor) == Event(0, Died(reason))


def test_a_worker_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fifo = Fifo(tmp_path / "fifo")
    monkeypatch.setattr("hypertemplate.executors.worker_process.GRACE_S", 0.2)
    made = script(
        "threading.Thread(target=threading.Event().wait).start()\nreturn 0",
        tmp_path,
        f"import threading\nend = open({fifo.path!r}, 'w')",
    )
    with running(made) as executor:
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == finished(0.0)
    assert fifo.wait_for_all() == b""


def test_nothing_stays_open(tmp_path: Path) -> None:
    def descriptors() -> list[str]:
        return sorted(path.name for path in Path("/proc/self/fd").iterdir())

    before = descriptors()
    made = script("os._exit(3)", tmp_path)
    with running(made, workers=2) as executor:
        executor.send(1, Run(0, {}, 1))
        assert event(executor) == died("the worker exited with status 3", worker=1)
        executor.restart(1)
        assert isinstance(event(executor).message, Ready)
        executor.restart(0)  # one that lives is ended first
        assert isinstance(event(executor).message, Ready)
        executor.close()
        executor.close()
    assert descriptors() == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_waiting_ends_after_its_time_or_when_nobody_is_left_to_wait_for(tmp_path: Path) -> None:
    with running(script("signal.pause()", tmp_path)) as executor:
        executor.send(0, Run(0, {}, 1))
        assert executor.receive(0) is None
        assert executor.receive(0.01) is None
    executor = process_executor(script("return 0", tmp_path), seed=1)
    assert executor.output(0) == ""
    executor.send(0, Go())
    with pytest.raises(WorkerError) as caught:
        executor.receive()
    assert str(caught.value) == "no worker is alive that could report anything"
    executor.close()


def test_output_is_that_of_the_last_run(tmp_path: Path) -> None:
    made = program(
        "print('loading')\nimport subprocess",
        """
            def model():
                subprocess.run(['sh', '-c', 'echo from a child; echo and its errors >&2'])
                for n in range((_ht_['lines'])): print(n)
                return 0
        """,
        folder=tmp_path,
    )
    with running(made) as executor:
        assert executor.output(0) == "loading"
        executor.send(0, Run(0, {"lines": 25}, 1))
        event(executor)
        assert executor.output(0) == "\n".join(map(str, range(5, 25)))
        executor.send(0, Run(1, {"lines": 1}, 1))
        event(executor)
        assert executor.output(0) == "from a child\nand its errors\n0"


@pytest.mark.parametrize(
    ("ours", "given", "printed"),
    [
        pytest.param({}, None, "2 1337 None", id="defaults"),
        pytest.param(
            {"TF_CPP_MIN_LOG_LEVEL": "0", "PYTHONHASHSEED": "5"}, None, "0 5 None", id="the driver's"
        ),
        pytest.param(
            {"TF_CPP_MIN_LOG_LEVEL": "0"},
            {"TF_CPP_MIN_LOG_LEVEL": "1", "NEW": "x"},
            "1 1337 x",
            id="given ones",
        ),
    ],
)
def test_the_environment(
    ours: dict[str, str],
    given: dict[str, str] | None,
    printed: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("TF_CPP_MIN_LOG_LEVEL", "PYTHONHASHSEED", "NEW"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ours.items():
        monkeypatch.setenv(name, value)
    names = "TF_CPP_MIN_LOG_LEVEL", "PYTHONHASHSEED", "NEW"
    made = program(f"import os\nprint(*map(os.environ.get, {names}))", folder=tmp_path)
    with running(made, environments=(given or {},)) as executor:
        assert executor.output(0) == printed


def test_each_worker_has_an_environment_of_its_own(tmp_path: Path) -> None:
    made = program("import os\nprint(os.environ['DEVICE'])", folder=tmp_path)
    with running(made, workers=2, environments=({"DEVICE": "0"}, {"DEVICE": "1"})) as executor:
        assert [executor.output(worker) for worker in range(2)] == ["0", "1"]


def test_a_worker_does_not_hold_the_other_ends_of_its_siblings(tmp_path: Path) -> None:
    made = program(
        setup="import os",
        trial="""
            def model():
                return sum(os.readlink(f'/proc/self/fd/{n}').startswith('socket:')
                           for n in os.listdir('/proc/self/fd') if os.path.lexists(f'/proc/self/fd/{n}'))
        """,
        folder=tmp_path,
    )
    with running(made, workers=2) as executor:
        for worker in range(2):
            executor.send(worker, Run(worker, {}, 1))
        found = [event(executor).message, event(executor).message]
        assert [m.outcome for m in found if isinstance(m, Finished)] == [Complete(1.0)] * 2


def test_a_process_that_the_code_starts_gets_no_socket(tmp_path: Path) -> None:
    made = script("return os.system('test -z \"$(ls -l /proc/$$/fd | grep socket)\"')", tmp_path)
    with running(made) as executor:
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == finished(0.0)
