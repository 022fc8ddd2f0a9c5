"""Transfer of values from the user's memory to worker processes: one file, pickled once.

The file is in a private folder for as long as the search runs, and only its own workers read it.
"""

from __future__ import annotations

import importlib
import pickle
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypertemplate.errors import LoadError


def write_values(path: Path, values: Mapping[str, Any]) -> int:
    """Pickle values by name, functions and classes of ``__main__`` by value (cloudpickle).

    Args:
        path: path of the file, which is created or overwritten.
        values: name -> value. Shared objects stay shared in the workers.

    Returns:
        The size of the file in bytes.

    Raises:
        Exception: any exception from a value that cannot be pickled; `unpicklable` finds it.
    """
    cloudpickle = importlib.import_module("cloudpickle")
    with path.open("wb") as file:
        # The user's additions to the path are needed to find the modules of values.
        pickle.dump([entry for entry in sys.path if entry], file)
        cloudpickle.dump(dict(values), file)
    return path.stat().st_size


def read_values(path: str) -> dict[str, Any]:
    """Read the values that `write_values` wrote, in a process that has imported nothing yet.

    Raises:
        LoadError: a value cannot be restored, for example because its module cannot be imported here.
    """
    if not path:
        return {}
    with Path(path).open("rb") as file:
        sys.path += [entry for entry in pickle.load(file) if entry not in sys.path]
        try:
            values: dict[str, Any] = pickle.load(file)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise LoadError(f"the values in memory cannot be read in a worker process: {reason}") from error
    return values


def unpicklable(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of the values that cannot be pickled, each with the reason in one line."""
    cloudpickle = importlib.import_module("cloudpickle")
    found: dict[str, str] = {}
    for name, value in values.items():
        try:
            cloudpickle.dump(value, _Nowhere())
        except Exception as error:  # a value's own __reduce__ may raise anything
            found[name] = " ".join(f"{type(error).__name__}: {error}".split())
    return found


class _Nowhere:
    """A file that discards everything."""

    def write(self, data: Any) -> int:
        """Accept the data, and discard it."""
        return len(data)
