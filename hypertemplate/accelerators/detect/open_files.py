"""Processes that have a device file open."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hypertemplate.accelerators.detect.host import Surroundings, lines
from hypertemplate.accelerators.detect.machine import Holder


@dataclass(frozen=True, slots=True)
class Opener:
    """A process, and the requested files that it has open."""

    holder: Holder
    files: frozenset[str]


def openers(surroundings: Surroundings, files: Sequence[str]) -> tuple[Opener, ...]:
    """Return the processes with any of these files open, sorted by id, as far as this user may see them."""
    wanted = frozenset(files)
    found = []
    for process in sorted(_processes(surroundings)):
        folder = surroundings.root / "proc" / str(process)
        opened = wanted.intersection(_targets(str(folder / "fd")))
        if opened:
            name = "".join(lines(folder / "comm"))
            found.append(Opener(Holder(process, name, own=process == surroundings.process), opened))
    return tuple(found)


def _processes(surroundings: Surroundings) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for name in os.listdir(surroundings.root / "proc"):  # noqa: PTH208 - many names, no paths
            if name.isdecimal():
                yield int(name)


def _targets(folder: str) -> Iterator[str]:
    """Yield the targets of a folder's links; none if the process ends or belongs to another user."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                yield os.readlink(entry.path)  # noqa: PTH115 - what the kernel shows need not be a path
