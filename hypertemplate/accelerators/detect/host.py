"""What probes look at: a file system, an environment, commands. Tests give them those of other machines."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

COMMAND_S = 1.5
"""Seconds that a command may take; a driver in trouble lets ``nvidia-smi`` hang for minutes."""


KILLED_S = 0.2
"""Seconds that are waited for a command that was killed; one that hangs in its driver outlives even that."""


class CommandError(Exception):
    """A command that gave no answer; its text says why, in a few words."""


class CommandFailedError(CommandError):
    """A command that ran and said that it cannot do what it was asked."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The outside of a process.

    Attributes:
        root: where the file system begins.
        environment: the variables.
        run: runs a command and returns what it printed; raises `CommandError`.
        system: as `platform.system` names it: ``Linux``, ``Darwin``.
        architecture: as `platform.machine` names it: ``x86_64``, ``arm64``.
        affinity: how many cores the scheduler lets this process run on.
        process: the id of this process.
    """

    root: Path
    environment: Mapping[str, str]
    run: Callable[[Sequence[str]], str]
    system: str
    architecture: str
    affinity: int
    process: int


def here() -> Surroundings:
    """Those of this process."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Surroundings(Path("/"), os.environ, run, platform.system(), platform.machine(), cores, os.getpid())


def lines(path: Path) -> list[str]:
    """Those of a file; none where it cannot be read."""
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    return []


def number(text: str) -> int | None:
    """The whole number that a text is, blanks around it aside; None where it is none, or past all sense."""
    found = re.fullmatch(r"\s*([0-9]{1,20})\s*", text)
    return int(found[1]) if found else None


def run(command: Sequence[str], timeout_s: float | None = None) -> str:
    """What a command prints.

    Args:
        command: its name and its arguments.
        timeout_s: seconds that it may take; None for `COMMAND_S`.

    Raises:
        CommandFailedError: it says that it failed.
        CommandError: it is not there, cannot be started, or takes longer.
    """
    timeout_s = COMMAND_S if timeout_s is None else timeout_s
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except FileNotFoundError:
        raise CommandError(f"there is no {command[0]}") from None
    except OSError as error:
        raise CommandError(f"{command[0]} cannot be run: {error.strerror}") from None
    try:
        printed, complaint = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise CommandError(f"{command[0]} gave no answer in {timeout_s:g} s") from None
    finally:
        _end(process)
    if process.returncode:
        said = (complaint or printed).strip().splitlines()
        reason = said[-1] if said else f"status {process.returncode}"
        raise CommandFailedError(f"{command[0]} failed: {reason}")
    return printed


def _end(process: subprocess.Popen[str]) -> None:
    """Kills a command that still runs, and what it started, and waits for it, but not for ever."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(KILLED_S)
    for stream in filter(None, (process.stdout, process.stderr)):
        stream.close()
