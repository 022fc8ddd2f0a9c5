"""Files with data that the trials of a study have read: whoever resumes it has to have the same."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hypertemplate.errors import UsageError
from hypertemplate.runtime.data_files.file_digest import SAMPLE, WHOLE, file_digest, is_unchanged
from hypertemplate.runtime.data_files.files_read import MOST
from hypertemplate.runtime.failures.plain_text import plain
from hypertemplate.runtime.protocol import DataFile
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.units import counted, listed

OPTION = "data_files"
"""Name of the option under which a study stores the files, by name.

Of each whether its path is relative, where it lies, where it lies from the template, when it was changed
last, and its digest.
"""

VERSION = "data_version"
"""Name of the option under which it stores how often it was resumed with other contents of them."""

_NAMED = 3
"""Most files that a message names."""

Record = dict[str, list[str]]


def check_data(storage: MemoryStorage, request: SearchRequest, template: str) -> tuple[str, ...]:
    """Check that files are as the trials of a study have read them; return notes on those that are not.

    Args:
        storage: storage of the study; it is to keep what is there now.
        request: request of the user.
        template: path of the template; empty if it has none.

    Raises:
        UsageError: one has other contents, and the user has not said that the trials count all the same.
    """
    if not isinstance(storage, SqliteStorage) or not storage.exists:
        return ()
    kept = storage.kept
    record, version = _recorded(kept), times_changed(kept.options)
    places = dict(_changed(kept, template))
    changed = list(places) if any(trial.loss is not None for trial in kept.study.trials) else []
    if changed and not request.keep_trials:
        raise _refusal(kept, changed, request)
    for name, place in places.items():
        *known, _, before = record[name]
        digest = file_digest(place, SAMPLE if SAMPLE in before else WHOLE)
        record[name] = [*known, str(Path(place).stat().st_mtime_ns), digest or before]
    storage.options[OPTION] = record
    if changed or version:
        storage.options[VERSION] = version + bool(changed)
    return (f"the trials so far read other contents of {_named(changed)}",) if changed else ()


def data_note(storage: MemoryStorage, read: tuple[DataFile, ...]) -> Iterator[str]:
    """Yield a note on files that setup reads and that no trial of the study had read before."""
    if isinstance(storage, SqliteStorage) and storage.exists and OPTION in storage.kept.options:
        record = _recorded(storage.kept)
        new = [file.name for file in read if file.digest and file.name not in record]
        if new and len(record) < MOST:
            yield f"setup reads {_named(new)}, which earlier trials did without"


def add_data(storage: MemoryStorage, read: tuple[DataFile, ...], template: str) -> bool:
    """Add files that were read to what a storage knows of them; return True if it did not know all.

    Args:
        storage: storage of the study.
        read: the files.
        template: path of the template; empty if it has none.
    """
    if not isinstance(storage, SqliteStorage):
        return False
    record: Any = storage.options.setdefault(OPTION, {})
    new = [
        file
        for file in read
        if (file.digest and not record[file.name][-1] if file.name in record else len(record) < MOST)
    ]
    for file in new:
        beside = os.path.relpath(file.place, os.path.dirname(template)) if template else ""  # noqa: PTH120
        record[file.name] = [
            "relative" if file.is_relative else "",
            file.place,
            beside,
            str(file.mtime_ns),
            file.digest,
        ]
    return bool(new)


def store_data(storage: MemoryStorage) -> None:
    """Store what a storage knows of the files, of a study that has begun."""
    if isinstance(storage, SqliteStorage):
        storage.add_options({OPTION: storage.options[OPTION]})


def times_changed(options: Mapping[str, object]) -> int:
    """Return how often a study with these options was resumed with other contents of its files."""
    found = options.get(VERSION)
    return found if isinstance(found, int) else 0


def changed_data(kept: Kept, template: str) -> tuple[str, ...]:
    """Return the names of files whose contents differ from those that the trials of a study have read."""
    return tuple(name for name, _ in _changed(kept, template))


def _recorded(kept: Kept) -> Record:
    found = kept.options.get(OPTION)
    return {} if not isinstance(found, Mapping) else {name: [*map(str, one)] for name, one in found.items()}


def _changed(kept: Kept, template: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the place of each file whose contents are others now.

    It is looked for from the working folder if the code does, from the template, and where it was. One that
    is nowhere is not told of: reading it fails.
    """
    folder = os.path.dirname(template)  # noqa: PTH120 - an empty path has none
    for name, (relative, place, beside, mtime_ns, before) in _recorded(kept).items():
        there = os.path.join(folder, beside) if template and beside else place  # noqa: PTH118
        places = (*([name] if relative else []), there, place)
        found = next((one for one in places if before and Path(one).is_file()), None)
        if found is None or _is_untouched(found, mtime_ns, before) or is_unchanged(found, before):
            continue
        yield name, found


def _is_untouched(place: str, mtime_ns: str, digest: str) -> bool:
    """Tell whether nothing has written a file since its digest was made, so that it need not be read."""
    now = Path(place).stat()
    is_as_large = digest.startswith((f"{now.st_size}{WHOLE}", f"{now.st_size}{SAMPLE}"))
    return is_as_large and str(now.st_mtime_ns) == mtime_ns


def _refusal(kept: Kept, changed: list[str], request: SearchRequest) -> UsageError:
    last = max(trial.number for trial in (*kept.study.trials, *kept.study.left_out))
    folder = plain(str(request.study))
    has = "has" if len(changed) == 1 else "have"
    ways, mentioned = ways_on(request)
    text = f"{folder}: {_named(changed)} {has} changed since trial {last}, so losses could not be compared"
    return UsageError(f"{text}\n  {ways}", "keep_trials", mentioned)


def ways_on(request: SearchRequest) -> tuple[str, tuple[str, ...]]:
    """Return what a user may do whose data are other ones, and the parameters that this mentions."""
    keep = "{keep_trials} resumes it and keeps the trials so far"
    if request.from_study is not None:
        ways = "{keep_trials} keeps the trials all the same; {as_hints} takes only their points"
        return ways, ("as_hints",)
    return (keep, ()) if request.retry else (f"{keep}; {{fresh}} starts a new study", ("fresh",))


def _named(names: list[str]) -> str:
    more = names[_NAMED:]
    return listed([*names[:_NAMED], *([counted(len(more), "other file")] if more else [])])
