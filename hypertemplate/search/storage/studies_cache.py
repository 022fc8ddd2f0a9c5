"""Cache of studies that nobody has given a folder: those of searches from Python and notebooks."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from pathlib import Path

from hypertemplate.errors import UsageError
from hypertemplate.search.storage.lock import is_held, lock
from hypertemplate.search.storage.sqlite.reader import FILE, SUFFIX

VARIABLE = "HYPERTEMPLATE_STUDIES"
"""Environment variable with the folder of the cache, or with one of `OFF` for no cache."""

OFF = ("0", "no", "off")

MOST_ENDED = 5
"""Number of ended studies that are kept."""


def studies_cache() -> Path | None:
    """Return the folder of the cache; None if the user wants none, or has no home."""
    given = os.environ.get(VARIABLE)
    if given:
        return None if given.lower() in OFF else Path(given).expanduser()
    caches = os.environ.get("XDG_CACHE_HOME")
    try:
        home = Path.home()
    except RuntimeError:  # the user has no entry in the system's table
        return None
    usual = home / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return (Path(caches) if caches and Path(caches).is_absolute() else usual) / "hypertemplate" / "studies"


def new_place(cache: Path, name: str) -> Path:
    """Return a folder in the cache that no other search has.

    Args:
        cache: folder of the cache.
        name: name of the study.
    """
    readable = re.sub(r"\W+", "-", name).strip("-") or "study"
    begun = time.strftime("%Y-%m-%d-%H%M%S")
    number, place = 1, cache / f"{readable}-{begun}-{os.getpid()}{SUFFIX}"
    while place.exists():
        number += 1
        place = cache / f"{readable}-{begun}-{os.getpid()}-{number}{SUFFIX}"
    return place


def remove_oldest(cache: Path) -> None:
    """Remove the studies that have ended, less the newest; never one that a search writes."""
    ended = [folder for folder in cache.glob(f"*{SUFFIX}") if not is_held(folder)]
    for folder in sorted(ended, key=_written_at, reverse=True)[MOST_ENDED:]:
        try:
            held = lock(folder)
        except UsageError:  # a search has just begun there, or another one has removed it
            continue
        shutil.rmtree(folder, ignore_errors=True)
        held.release()


def _written_at(folder: Path) -> float:
    """Return the time at which a study was last written; 0 if it is gone."""
    found = [folder, *(folder / name for name in (FILE, f"{FILE}-wal"))]
    times = []
    for path in found:
        try:
            times.append(path.stat().st_mtime)
        except OSError:  # another search has removed it
            times.append(0.0)
    return max(times)
