"""What stands between the driver and a worker."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from hypertemplate.executors.base import Died
from hypertemplate.runtime.process.guard import children
from hypertemplate.runtime.protocol import Run

from .fifo import Fifo
from .test_process import died, event, finished, running, script


def test_a_guard_that_is_killed_takes_its_worker_along(tmp_path: Path) -> None:
    fifo = Fifo(tmp_path / "fifo")
    made = script(
        f"""
        end = open({fifo.path!r}, 'w')
        subprocess.Popen(['sleep', '1000'], stdout=end)
        os.kill(os.getppid(), signal.SIGKILL)
        signal.pause()
        """,
        tmp_path,
    )
    with running(made) as executor:
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == died("the worker was killed by signal 9 (SIGKILL): probably out of memory")
        assert fifo.wait_for_all() == b""


@pytest.mark.parametrize(
    "starts",
    [
        pytest.param("subprocess.Popen(['sleep', '1000'], stdout=end)", id="in the worker's group"),
        pytest.param(
            "subprocess.Popen(['sleep', '1000'], stdout=end, start_new_session=True)",
            id="in a session of its own",
        ),
        pytest.param("subprocess.run(['sh', '-c', 'setsid sleep 1000 &'], stdout=end)", id="as a daemon"),
        pytest.param("os.fork() or signal.pause()", id="by a fork"),
        pytest.param("os.fork() or (os.setsid(), os.fork(), signal.pause())", id="by forks in a new session"),
    ],
)
@pytest.mark.parametrize(
    "end",
    [
        pytest.param("os._exit(5)", id="dies"),
        pytest.param("signal.pause()", id="is ended by the driver"),
        pytest.param("return 0", id="is told to end"),
    ],
)
def test_what_a_trial_has_started_ends_when_its_worker(starts: str, end: str, tmp_path: Path) -> None:
    fifo = Fifo(tmp_path / "fifo")
    made = script(
        f"end = open({fifo.path!r}, 'w')\n{starts}\nprint('began', file=end, flush=True)\n{end}", tmp_path
    )
    with running(made) as executor:
        executor.send(0, Run(0, {}, 1))
        if end == "os._exit(5)":
            assert event(executor) == died("the worker exited with status 5")
        elif end == "return 0":
            assert event(executor) == finished(0.0)
        else:
            with Path(fifo.path).open() as begun:
                assert begun.readline() == "began\n"
    assert fifo.wait_for_all() in (b"", b"began\n")


def test_the_kernel_takes_the_worker_before_the_driver(tmp_path: Path) -> None:
    made = script("return int(open('/proc/self/oom_score_adj').read())", tmp_path)
    before = Path("/proc/self/oom_score_adj").read_text()
    with running(made) as executor:
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == finished(1000.0)
    assert Path("/proc/self/oom_score_adj").read_text() == before


@pytest.mark.long
def test_the_memory_of_a_worker_that_was_killed_is_that_of_its_last_trial(tmp_path: Path) -> None:
    made = script(
        """
        data = bytearray(int((_ht_['bytes'])))
        data[::4096] = b'x' * len(data[::4096])
        if (_ht_['die']): os.kill(os.getpid(), signal.SIGKILL)
        return 0
        """,
        tmp_path,
    )
    with running(made) as executor:
        executor.send(0, Run(0, {"bytes": 600_000_000, "die": 0}, 1))
        assert event(executor) == finished(0.0)
        executor.send(0, Run(1, {"bytes": 200_000_000, "die": 1}, 1))
        message = event(executor).message
    assert isinstance(message, Died)
    words = "the worker was killed by signal 9 (SIGKILL): probably out of memory, {} MiB resident at most"
    resident = re.fullmatch(re.escape(words).replace(r"\{\}", r"(\d+)\.\d"), message.reason.message)
    assert resident is not None
    assert 190 <= int(resident[1]) < 290


def test_signals_of_the_terminal_are_as_the_driver_left_them(tmp_path: Path) -> None:
    made = script("return int(signal.getsignal(signal.SIGINT) is signal.default_int_handler)", tmp_path)
    with running(made) as executor:
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == finished(1.0)


def test_children_are_found_whatever_they_are_called(tmp_path: Path) -> None:
    for number, status in {
        "7": "7 (python) S 1 7 7",
        "8": "8 (a) S 7 (b)) S 7 8 8",
        "9": "9 (sleep) S 8 8 8",
        "10": "10 ((7)) Z 7 8 8",
    }.items():
        (tmp_path / number).mkdir()
        (tmp_path / number / "stat").write_text(status)
    (tmp_path / "self").mkdir()
    (tmp_path / "11").mkdir()  # it has ended meanwhile
    (tmp_path / "11" / "stat").mkdir()
    assert sorted(children(7, tmp_path)) == [8, 10]
    assert os.getpid() in children(os.getppid())
