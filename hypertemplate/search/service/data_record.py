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
from hypertemplate.search.storage.cached_study import CachedStudy
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Trial
from hypertemplate.units import counted, listed

OPTION = "data_files"
"""Name of the option under which a study stores the files, by name.

Of each its kinds, where it lies, where it lies from the template, when it was changed last,
and its digest.
"""

EARLIER = "data_before"
"""Name of the option under which it stores what earlier trials have read, in order.

Of each the last generation of these trials, the name, and what `OPTION` has.
"""

FOLDERS = "data_folders"
"""Name of the option under which it stores digests of the names in folders that setup lists, by path."""

VERSION = "data_version"
"""Name of the option under which it stores how often it was resumed with other contents of them."""

_RELATIVE, _MADE = "relative", "made"
"""Kinds of files: with a path from the working folder, and made by setup, which does without them."""

KEEPING = (SqliteStorage, CachedStudy)
"""Storages that keep a record of data: a study in a folder, and one in memory with a copy in the cache."""

_NAMED = 3
"""Most files, and trials, that a message names."""

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
    record, earlier, version = _recorded(kept), _earlier(kept), times_changed(kept.options)
    found = dict(_changed(record, template))
    ended = [trial for trial in kept.study.trials if trial.loss is not None]
    notes = _notes(kept, ended, found, template)
    if notes and not request.keep_trials:
        raise _refusal(kept, found, request)
    for name, place in found.items():
        if ended:
            earlier.append([str(max(trial.generation for trial in ended)), name, *record[name]])
        if place:
            *known, _, before = record[name]
            digest = file_digest(place, SAMPLE if SAMPLE in before else WHOLE)
            record[name] = [*known, str(Path(place).stat().st_mtime_ns), digest or before]
        else:
            del record[name]
    storage.options[OPTION] = record
    if earlier:
        storage.options[EARLIER] = earlier
    if version or (found and ended):
        storage.options[VERSION] = version + bool(found and ended)
    return notes


def data_note(storage: MemoryStorage, read: tuple[DataFile, ...]) -> Iterator[str]:
    """Yield a note on files that setup reads and that no trial of the study had read before."""
    if isinstance(storage, SqliteStorage) and storage.exists and OPTION in storage.kept.options:
        record = _recorded(storage.kept)
        new = [file.name for file in read if file.digest and file.name not in record]
        if new and len(record) < MOST:
            yield f"setup reads {_named(new)}, which earlier trials did without"


def folder_notes(storage: MemoryStorage, folders: Mapping[str, str]) -> Iterator[str]:
    """Let a storage know of the folders that setup lists; yield a note on those with other names than before.

    Args:
        storage: storage of the study.
        folders: digests of their names, by path.
    """
    if not isinstance(storage, KEEPING):
        return
    before = storage.kept.options.get(FOLDERS) if storage.exists else None
    known = before if isinstance(before, Mapping) else {}
    changed = [path for path, digest in folders.items() if known.get(path, digest) != digest]
    if folders or known:
        storage.options[FOLDERS] = {**known, **folders}
    if changed:
        yield f"setup lists {_named(changed)}, where files have come or gone since the last trial"


def add_data(storage: MemoryStorage, read: tuple[DataFile, ...], template: str) -> bool:
    """Add files that were read to what a storage knows of them; return True if it did not know all.

    Args:
        storage: storage of the study.
        read: the files.
        template: path of the template; empty if it has none.
    """
    if not isinstance(storage, KEEPING):
        return False
    record: Any = storage.options.setdefault(OPTION, {})
    new = [
        file
        for file in read
        if (file.digest and not record[file.name][-1] if file.name in record else len(record) < MOST)
    ]
    for file in new:
        beside = os.path.relpath(file.place, os.path.dirname(template)) if template else ""  # noqa: PTH120
        kinds = [_RELATIVE] if file.is_relative else []
        kinds += [_MADE] if file.name in record or not file.digest else []
        record[file.name] = [
            " ".join(kinds),
            file.place,
            beside,
            str(file.mtime_ns),
            file.digest,
        ]
    return bool(new)


def store_data(storage: MemoryStorage) -> None:
    """Store what a storage knows of the files, of a study that has begun."""
    if isinstance(storage, KEEPING):
        storage.add_options({OPTION: storage.options[OPTION]})


def times_changed(options: Mapping[str, object]) -> int:
    """Return how often a study with these options was resumed with other contents of its files."""
    found = options.get(VERSION)
    return found if isinstance(found, int) else 0


def changed_data(kept: Kept, template: str) -> tuple[str, ...]:
    """Return the names of files whose contents differ from those that the last trials have read."""
    return tuple(name for name, _ in _changed(_recorded(kept), template))


def data_of(kept: Kept, generation: int) -> Record:
    """Return the files as the trials of a generation have read them, as `OPTION` has them."""
    before = reversed([one for one in _earlier(kept) if generation <= int(one[0])])
    return {**_recorded(kept), **{name: [*one[:3], "", one[4]] for _, name, *one in before}}


def other_data(kept: Kept, trial: Trial) -> tuple[str, ...]:
    """Return the names of files of which a trial has read other contents than the study knows now."""
    now = _recorded(kept)
    before = {name: one[-1] for name, one in data_of(kept, trial.generation).items()}
    return tuple(sorted(name for name, one in before.items() if name not in now or now[name][-1] != one))


def differences(read: Record, template: str) -> str:
    """Return what has become of files since they were read, in words; empty if they are as they were.

    Args:
        read: the files, as `data_of` returns them.
        template: path of the template; empty if it has none.
    """
    return _told(dict(_changed(read, template)))


def _recorded(kept: Kept) -> Record:
    found = kept.options.get(OPTION)
    return {} if not isinstance(found, Mapping) else {name: [*map(str, one)] for name, one in found.items()}


def _earlier(kept: Kept) -> list[list[str]]:
    found = kept.options.get(EARLIER)
    return [[*map(str, one)] for one in found] if isinstance(found, list) else []


def _changed(record: Record, template: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the place of each file whose contents are others now; no place if it is gone.

    It is looked for from the working folder if the code does, from the template, and where it was.
    """
    folder = os.path.dirname(template)  # noqa: PTH120 - an empty path has none
    for name, (kinds, place, beside, mtime_ns, before) in record.items():
        if not before:
            continue
        there = os.path.join(folder, beside) if template and beside else place  # noqa: PTH118
        places = (*([name] if _RELATIVE in kinds else []), there, place)
        found = next((one for one in places if Path(one).is_file()), "")
        if found and not _is_untouched(found, mtime_ns, before) and not is_unchanged(found, before):
            yield name, found
        elif not found and _MADE not in kinds:
            yield name, ""


def _notes(kept: Kept, ended: list[Trial], found: Mapping[str, str], template: str) -> tuple[str, ...]:
    """Return notes on files that have changed since the last trials: which trials read other contents."""
    generations = {trial.generation for trial in ended}
    differ = {one: {*_changed_since(kept, one, template)} for one in generations} if found else {}
    names: dict[tuple[int, ...], list[str]] = {}
    for name in found:
        numbers = tuple(trial.number for trial in ended if name in differ[trial.generation])
        names.setdefault(numbers, []).append(name)
    return tuple(
        f"{_trials(numbers, len(ended))} read other contents of {_named(one)}"
        for numbers, one in names.items()
        if numbers
    )


def _changed_since(kept: Kept, generation: int, template: str) -> Iterator[str]:
    """Yield the names of files whose contents differ from those that trials of a generation have read."""
    return (name for name, _ in _changed(data_of(kept, generation), template))


def _trials(numbers: tuple[int, ...], ended: int) -> str:
    """Name some of the trials that have ended."""
    if len(numbers) == ended:
        return "the trials so far"
    if len(numbers) <= _NAMED:
        return f"trial{'s' if numbers[1:] else ''} {listed([*map(str, numbers)])}"
    return f"{counted(len(numbers), 'trial')} from {numbers[0]} to {numbers[-1]}"


def _is_untouched(place: str, mtime_ns: str, digest: str) -> bool:
    """Tell whether nothing has written a file since its digest was made, so that it need not be read."""
    now = Path(place).stat()
    is_as_large = digest.startswith((f"{now.st_size}{WHOLE}", f"{now.st_size}{SAMPLE}"))
    return is_as_large and str(now.st_mtime_ns) == mtime_ns


def _refusal(kept: Kept, found: Mapping[str, str], request: SearchRequest) -> UsageError:
    last = max(trial.number for trial in (*kept.study.trials, *kept.study.left_out))
    folder = plain(str(request.study))
    ways, mentioned = ways_on(request)
    text = f"{folder}: {_told(found)} since trial {last}, so losses could not be compared"
    return UsageError(f"{text}\n  {ways}", "keep_trials", mentioned)


def _told(found: Mapping[str, str]) -> str:
    """Say what has become of files, by their names and places."""
    changed, gone = [one for one in found if found[one]], [one for one in found if not found[one]]
    parts = ((changed, "changed"), (gone, "been removed"))
    return " and ".join(
        f"{_named(names)} {'has' if len(names) == 1 else 'have'} {what}" for names, what in parts if names
    )


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
