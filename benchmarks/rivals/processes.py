"""The processes of a search, from their start to a time, or to their own end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMON = Path(__file__).parent / "common"


@dataclass(frozen=True)
class Command:
    """A process of a search: its command, and its own variables of the environment."""

    words: tuple[str, ...]
    variables: tuple[tuple[str, str], ...] = ()


def search(commands: Sequence[Command], folder: Path, until: float, *, to_end: bool = False) -> None:
    """Run the processes of a search in a folder until a time, and end them.

    With `to_end`, they are expected to end by themselves before that.

    Raises:
        RuntimeError: one ended by itself without `to_end`, or badly; or did not end with it.
    """
    output = folder / "output.txt"
    with output.open("w") as printed, contextlib.ExitStack() as ending:
        started = []
        for command in commands:
            process = subprocess.Popen(
                command.words,
                cwd=folder,
                env=environment(command),
                stdout=printed,
                stderr=printed,
                start_new_session=True,
            )
            ending.callback(end, process)
            started.append(process)
        while time.time() < until and all(process.poll() is None for process in started):
            time.sleep(0.05)
        ended = [process.returncode for process in started if process.poll() is not None]
    if to_end and not ended:
        raise RuntimeError(f"did not end:\n{output.read_text()[-4000:]}")
    if any(ended) or (ended and not to_end):
        raise RuntimeError(f"ended by itself with status {ended[0]}:\n{output.read_text()[-4000:]}")


def environment(command: Command) -> dict[str, str]:
    """The variables that a process has: those of this one, and its own; of the paths only ours."""
    return {
        **os.environ,
        "PYTHONPATH": str(COMMON),
        "TF_CPP_MIN_LOG_LEVEL": "2",
        **dict(command.variables),
    }


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it has started, in other sessions too, so that nothing disturbs the next."""
    family = descendants(process.pid)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pid in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that these have started."""
    listed = subprocess.run(["ps", "-axo", "pid=,ppid="], check=True, capture_output=True, text=True)
    parents = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    found = [pid]
    for parent in found:  # which grows
        found += [child for child, its_parent in parents if its_parent == parent]
    return found[1:]


def answered(*words: str) -> Any:
    """What a process prints in its last line, which is JSON.

    Raises:
        RuntimeError: it failed.
    """
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment(Command(())))
    if done.returncode:
        raise RuntimeError(f"{words[1]} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
