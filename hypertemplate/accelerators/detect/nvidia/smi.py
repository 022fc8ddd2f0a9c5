"""Queries to ``nvidia-smi``: GPUs, MIG slices, and the processes on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from hypertemplate.accelerators.detect.host import CommandError, CommandFailedError, Surroundings, number
from hypertemplate.accelerators.detect.machine import Holder, Ignored

MEBIBYTE = 1024**2

UNNAMED = "NVIDIA GPU"
"""Name of a GPU whose own name is unknown."""

_FORMAT = "--format=csv,noheader,nounits"
_GPUS = ("--query-gpu=index,uuid,name,memory.total,memory.free,compute_cap,mig.mode.current", _FORMAT)
_LISTING = ("-L",)
_PROCESSES = ("--query-compute-apps=gpu_uuid,pid,process_name,used_memory", _FORMAT)

_UUID = r"GPU-[\w-]+"
_LISTED_GPU = re.compile(rf"GPU ([0-9]{{1,4}}): (.*?) \(UUID: ({_UUID})\)")
_LISTED_SLICE = re.compile(r"\s+MIG (\S+)\s+Device\s+[0-9]+: \(UUID: (MIG-[\w-]+)\)")


@dataclass(frozen=True, slots=True)
class Slice:
    """A MIG slice, which a process sees as a GPU; `profile` is, for example, ``3g.20gb``."""

    uuid: str
    profile: str


@dataclass(frozen=True, slots=True)
class Gpu:
    """A whole GPU.

    Attributes:
        index: number of the GPU, by its place on the PCI bus.
        uuid: UUID; empty if unknown.
        name: the maker's name for it.
        memory_bytes: total memory; None if unknown.
        free_bytes: free memory; None if unknown.
        capability: compute capability; None if unknown.
        sliced: whether only its slices can be used.
        slices: MIG slices.
    """

    index: int
    uuid: str = ""
    name: str = UNNAMED
    memory_bytes: int | None = None
    free_bytes: int | None = None
    capability: tuple[int, int] | None = None
    sliced: bool = False
    slices: tuple[Slice, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer of ``nvidia-smi``.

    Attributes:
        gpus: GPUs in the order of their numbers; none if the query failed.
        holders: UUID of a GPU or slice -> processes on it.
        failure: reason why facts about the GPUs, or all but their names, are missing; empty if complete.
        broken: whether the reason is that no GPU works.
        ignored: other facts that are missing, and why.
    """

    gpus: tuple[Gpu, ...]
    holders: Mapping[str, tuple[Holder, ...]]
    failure: str
    broken: bool
    ignored: tuple[Ignored, ...]


def asked(program: str, surroundings: Surroundings) -> Answer:
    """Run all queries at the same time, once: a driver in trouble answers none of them."""

    def said(arguments: Sequence[str]) -> str | CommandError:
        return _said(surroundings.run, (program, *arguments))

    with ThreadPoolExecutor(3) as threads:
        gpus, listing, processes = threads.map(said, (_GPUS, _LISTING, _PROCESSES))
    listed = [] if isinstance(listing, CommandError) else _listed(listing)
    holders = {} if isinstance(processes, CommandError) else _holders(processes, surroundings.process)
    if isinstance(gpus, CommandError):
        hung = isinstance(listing, CommandError) and not isinstance(listing, CommandFailedError)
        broken = isinstance(gpus, CommandFailedError) and not listed and not hung
        return Answer(tuple(listed), holders, str(gpus), broken, ())
    rows, unread = _rows(gpus)
    ignored = [Ignored(f"a line of nvidia-smi, {line!r}", "it describes no GPU") for line in unread]
    if isinstance(processes, CommandError):
        ignored.append(Ignored("the processes on NVIDIA GPUs", str(processes)))
    failure = "" if rows else "nvidia-smi printed no row of a GPU"
    return Answer(tuple(_joined(rows, listed)), holders, failure, False, tuple(ignored))


def _said(run: Callable[[Sequence[str]], str], command: Sequence[str]) -> str | CommandError:
    try:
        printed = run(command)
    except CommandError as error:
        return error
    if printed.lower().startswith("no devices"):  # some versions exit with 0 here
        return CommandFailedError(f"{command[0]} failed: {printed.strip()}")
    return printed


def _rows(printed: str) -> tuple[list[Gpu], list[str]]:
    """Parse the GPUs of a query; return them and the lines that describe none."""
    gpus: dict[int, Gpu] = {}
    unread = []
    for line in printed.splitlines():
        cells = [_cell(cell) for cell in line.split(",")]
        if len(cells) != 7 or (index := number(cells[0])) is None:
            unread.append(line[:80])
            continue
        uuid, name, total, free, capability, sliced = cells[1:]
        gpu = Gpu(
            index,
            uuid if re.fullmatch(_UUID, uuid) else "",
            name or UNNAMED,
            _bytes(total),
            _bytes(free),
            _capability(capability),
            sliced == "Enabled",
        )
        gpus.setdefault(index, gpu)
    return _distinct(gpus), [line for line in unread if line.strip()]


def _listed(printed: str) -> list[Gpu]:
    """Parse the GPUs and slices of a listing; its other lines repeat the query's."""
    gpus: dict[int, Gpu] = {}
    last: int | None = None
    for line in printed.splitlines():
        if found := _LISTED_GPU.match(line):
            last = int(found[1])
            gpus.setdefault(last, Gpu(last, found[3], found[2]))
        elif (found := _LISTED_SLICE.match(line)) and last is not None:
            slices = (*gpus[last].slices, Slice(found[2], found[1]))
            gpus[last] = replace(gpus[last], sliced=True, slices=slices)
    return _distinct(gpus)


def _distinct(gpus: Mapping[int, Gpu]) -> list[Gpu]:
    """Sort GPUs by number, with each UUID once."""
    found: list[Gpu] = []
    seen = {""}
    for index in sorted(gpus):
        gpu = gpus[index]
        kept = {each.uuid: each for each in gpu.slices if each.uuid not in seen}
        if not gpu.uuid or gpu.uuid not in seen:
            found.append(replace(gpu, slices=tuple(kept.values())))
            seen |= {gpu.uuid, *kept}
    return found


def _joined(rows: Sequence[Gpu], listed: Sequence[Gpu]) -> list[Gpu]:
    """Add the slices of a listing to the GPUs of a query."""
    if not rows:
        return list(listed)
    slices = {gpu.uuid: gpu.slices for gpu in listed if gpu.slices}
    return [replace(gpu, sliced=True, slices=slices[gpu.uuid]) if gpu.uuid in slices else gpu for gpu in rows]


def _holders(printed: str, own: int) -> dict[str, tuple[Holder, ...]]:
    """Parse the processes on each GPU, keyed by UUID; skip lines without a process."""
    found: dict[str, dict[int, Holder]] = {}
    for line in printed.splitlines():
        uuid, *cells = (_cell(cell) for cell in line.split(","))
        process = number(cells[0]) if len(cells) >= 3 else None
        if process is not None:
            name = ",".join(cells[1:-1]).rpartition("/")[2]
            holder = Holder(process, name, _bytes(cells[-1]), own=process == own)
            found.setdefault(uuid, {}).setdefault(process, holder)
    return {uuid: tuple(each.values()) for uuid, each in found.items()}


def _cell(text: str) -> str:
    """Return the text of a cell; empty for ``[N/A]``, ``[Insufficient Permissions]`` and the like."""
    text = text.strip()
    return "" if text.startswith("[") else text


def _bytes(mebibytes: str) -> int | None:
    count = number(mebibytes)
    return None if count is None else count * MEBIBYTE


def _capability(text: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"([0-9]{1,3})\.([0-9]{1,3})", text)
    return (int(found[1]), int(found[2])) if found else None
