"""Trials that do their worst: every one is accounted for, the driver lives, and no process is left."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.search.loop import search
from hypertemplate.search.new_study import new_study
from hypertemplate.search.observer import SilentObserver
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from hypertemplate.search.stop_rules import Limits
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.study import Trial, TrialState
from tests.executors.fifo import Fifo
from tests.executors.workers import process_executor

TIMEOUT_S = 10

TEMPLATE = """
    import os, re, resource, signal, subprocess, sys, time

    END = open(os.environ['FIFO'], 'w')
    os.set_inheritable(END.fileno(), True)
    LIMITED = os.environ['LIMITED']

    def child():
        return subprocess.Popen(['sleep', '1000'], stdout=END, start_new_session=True)

    def hoard():
        if LIMITED:
            with open(LIMITED, 'w') as group:
                group.write(str(os.getpid()))
            kept = []
            while True:
                kept.append(b'x' * 10_000_000)
        kept = b'x' * 300_000_000
        os.kill(os.getpid(), signal.SIGKILL)

    def model():
        match {{choice(['fine', 'raises', 'exits', 'leaves', 'aborts', 'hoards', 'is refused', 'sleeps', 'hangs',
                        'leaves a child', 'leaves a child and dies', 'returns nan'])}}:
            case 'fine':
                return 1.0
            case 'raises':
                raise ValueError('no')
            case 'exits':
                sys.exit(3)
            case 'leaves':
                os._exit(4)
            case 'aborts':
                os.abort()
            case 'hoards':
                hoard()
            case 'is refused':
                resource.setrlimit(resource.RLIMIT_AS, (1 << 20, resource.RLIM_INFINITY))
                return len(bytearray(1 << 30))
            case 'sleeps':
                child()
                time.sleep(1000)
            case 'hangs':
                re.match('(a+)+$', 'a' * 64 + 'b')
            case 'leaves a child':
                child()
                return 2.0
            case 'leaves a child and dies':
                child()
                os._exit(5)
            case 'returns nan':
                return float('nan')
"""

REASONS = {
    "fine": None,
    "raises": r"ValueError: no \(model\.py:\d+\)",
    "exits": r"the trial called sys\.exit\(3\)",
    "leaves": "the worker exited with status 4",
    "aborts": r"the worker was killed by signal 6 \(SIGABRT\): a crash in native code",
    "hoards": r"the worker was killed by signal 9 \(SIGKILL\): probably out of memory, \d{2,3}\.\d MiB resident at most",
    "is refused": r"MemoryError \(model\.py:\d+\)",
    "sleeps": f"ran longer than {TIMEOUT_S}s",
    "hangs": f"ran longer than {TIMEOUT_S}s",
    "leaves a child": None,
    "leaves a child and dies": "the worker exited with status 5",
    "returns nan": "the loss is nan",
}
"""What a trial does to the reason why it fails, None if it does not."""


@contextlib.contextmanager
def limited_group(memory_bytes: int) -> Iterator[str]:
    """The file of a control group with little memory, to which a process adds itself; empty without one.

    Only where control groups can be made here does the kernel itself kill the trial.
    """
    group = next((group for group, limit in possible_groups() if is_made(group, limit, memory_bytes)), None)
    try:
        yield "" if group is None else str(group / "cgroup.procs")
    finally:
        if group is not None:
            group.rmdir()


def is_made(group: Path, limit: str, memory_bytes: int) -> bool:
    """Whether a control group could be made."""
    try:
        group.mkdir()
    except OSError:
        return False
    try:
        with (group / limit).open("r+") as file:  # the kernel has made it, or this is no control group
            file.write(str(memory_bytes))
    except OSError:
        group.rmdir()
        return False
    return True


def possible_groups() -> Iterator[tuple[Path, str]]:
    """New control groups below this process's own, of both versions, each with the file for its limit."""
    name = f"hypertemplate-{os.getpid()}"
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "memory":
            yield Path("/sys/fs/cgroup/memory", path.strip("/"), name), "memory.limit_in_bytes"
        elif not controllers:
            yield Path("/sys/fs/cgroup", path.strip("/"), name), "memory.max"


OPENED = """
END = open(os.environ['FIFO'], 'w')
os.set_inheritable(END.fileno(), True)
"""

OPENED_BY_EACH = """
class End:
    def fileno(self):
        return self.number

END = End()

def opened():
    END.number = os.open(os.environ['FIFO'], os.O_WRONLY)
    os.set_inheritable(END.number, True)

os.register_at_fork(after_in_child=opened)
"""
"""With an open file none is forked."""


@pytest.mark.long
@pytest.mark.parametrize(
    "forked",
    [
        pytest.param(False, id="in processes of their own", marks=pytest.mark.slow),
        pytest.param(True, id="in forked workers"),
    ],
)
def test_whatever_trials_do_each_is_accounted_for_and_no_process_is_left(
    forked: bool, tmp_path: Path
) -> None:
    text = dedent(TEMPLATE).lstrip("\n")
    if forked:
        text = text.replace(OPENED, OPENED_BY_EACH)
    source = Source((Part("file", "model.py", text),), str(tmp_path / "model.py"))
    program = compile_source(source)
    study = new_study(program, max_evals=100, algorithm="random", seed=1)
    fifo = Fifo(tmp_path / "fifo")
    refused: list[str] = []
    with limited_group(200_000_000) as limited:
        executor = process_executor(
            program,
            seed=study.seed,
            workers=4,
            trial_timeout_s=TIMEOUT_S,
            environments=({"FIFO": fifo.path, "LIMITED": limited},),
            forked=forked,
            tell=refused.append,
        )
        found = search(
            study,
            executor,
            sampler=partial(HyperoptSampler, algorithm=study.algorithm, seed=study.seed),
            storage=MemoryStorage(),
            observer=SilentObserver(),
            limits=Limits(max_failures=100),
            folder=tmp_path / "trials",
        )
        assert fifo.wait_for_all() == b""
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    assert refused == []
    assert [trial.number for trial in found.trials] == list(range(100))
    assert {trial.worker for trial in found.trials} == {0, 1, 2, 3}
    [does] = program.space.parameters
    done = [(str(found.values(trial.params)[does.label]), trial) for trial in found.trials]
    assert {what for what, _ in done} == set(REASONS)
    assert [(what, trial.state, trial.error) for what, trial in done if not is_right(what, trial)] == []


def is_right(does: str, trial: Trial) -> bool:
    """Whether a trial has ended as what it does should end."""
    reason = REASONS[does]
    if reason is None:
        return trial.state is TrialState.COMPLETE
    return trial.state is TrialState.FAILED and re.fullmatch(reason, trial.error or "") is not None
