"""Surroundings of a process that probes read: file system, environment, commands. Tests replace them."""

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
"""Seconds to wait for a killed command; one that hangs in its driver survives even that."""


class CommandError(Exception):
    """Failure to get an answer from a command; the text says why, in a few words."""


class CommandFailedError(CommandError):
    """Failure that a command reported itself, by its exit status."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Surroundings of a process.

    Attributes:
        root: root of the file system.
        environment: environment variables.
        run: runs a command and returns what it printed; raises `CommandError`.
        system: name of the system, as in `platform.system`: ``Linux``, ``Darwin``.
        architecture: name of the processor's architecture, as in `platform.machine`: ``x86_64``, ``arm64``.
        affinity: number of cores that the scheduler lets this process run on.
        process: id of this process.
    """

    root: Path
    environment: Mapping[str, str]
    run: Callable[[Sequence[str]], str]
    system: str
    architecture: str
    affinity: int
    process: int


def here() -> Surroundings:
    """Return the surroundings of this process."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Surroundings(Path("/"), os.environ, run, platform.system(), platform.machine(), cores, os.getpid())


def lines(path: Path) -> list[str]:
    """Read the lines of a file; none if it cannot be read."""
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    return []


def number(text: str) -> int | None:
    """Parse a whole number of at most 20 digits, with blanks around it; None if the text is anything else."""
    found = re.fullmatch(r"\s*([0-9]{1,20})\s*", text)
    return int(found[1]) if found else None


def run(command: Sequence[str], timeout_s: float | None = None) -> str:
    """Run a command and return its output.

    Args:
        command: name and arguments.
        timeout_s: seconds that the command may take; None for `COMMAND_S`.

    Raises:
        CommandFailedError: the command ran and failed.
        CommandError: the command is missing, does not start, or times out.
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
    """Kill a command that still runs, and its child processes; wait for it, but not forever."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(KILLED_S)
    for stream in filter(None, (process.stdout, process.stderr)):
        stream.close()
