"""What it costs that a trial's files are laid over the user's.

    python benchmarks/file_doors.py

Prints the microseconds of opening, looking for and listing a file: as Python does it, through the doors
outside a trial, and in a trial, where the file is the user's and where it is the trial's own; then the
milliseconds of installing the doors, once for each worker, and of beginning and ending a trial. Of several
runs, the shortest counts.
"""

from __future__ import annotations

import argparse
import functools
import os
import tempfile
import time
from collections.abc import Callable

from hypertemplate.runtime.files import file_doors, trial_files

TRIAL_S = 2.0


def shortest(action: Callable[[], object], runs: int, times: int = 200) -> float:
    """Microseconds of an action, in the shortest of some runs."""
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        for _ in range(times):
            action()
        took.append((time.perf_counter() - began) / times)
    return 1e6 * min(took)


def opened(name: str) -> None:
    """Open a file and close it."""
    open(name).close()


def appended(name: str) -> None:
    """Append a line to a file."""
    with open(name, "a") as file:
        file.write("x\n")


ACTIONS: dict[str, Callable[[str], object]] = {
    "open": opened,
    "append": appended,
    "exists": os.path.exists,
    "stat": lambda name: os.stat(name),
    "listdir": lambda name: os.listdir(os.path.dirname(name)),
    "open, absolute": lambda name: opened(os.path.abspath(name)),
}


def times(path: str, runs: int) -> list[float]:
    """Microseconds of each action."""
    return [shortest(functools.partial(action, path), runs) for action in ACTIONS.values()]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Measure what it costs to redirect a trial's files.")
    parser.add_argument("--runs", type=int, default=20, help="of which the shortest counts")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.mkdir("data")
        for name in ("data/theirs.txt", "data/log.txt"):
            appended(name)
        columns = [times("data/theirs.txt", runs)]
        began = time.perf_counter()
        restore = file_doors.install()
        installed = 1000 * (time.perf_counter() - began)
        columns.append(times("data/theirs.txt", runs))
        place = os.path.join(folder, "model.study", "trials", "0000")

        def trial() -> None:
            with trial_files.running(0, place, {}, folder):
                pass

        empty = shortest(trial, runs, 1) / 1000
        with trial_files.running(0, place, {}, folder):
            columns.append(times("data/theirs.txt", runs))
            open("data/own.txt", "w").close()
            columns.append(times("data/own.txt", runs))
        restore()
    print("microseconds    Python  no trial  the user's  the trial's")
    for name, *row in zip(ACTIONS, *columns, strict=True):
        print(f"{name:<14} {row[0]:>7.1f} {row[1]:>9.1f} {row[2]:>11.1f} {row[3]:>12.1f}")
    share = empty / 1000 / TRIAL_S
    print(f"doors installed in {installed:.1f} ms; a trial {empty:.2f} ms, {share:.2%} of 2 s")


if __name__ == "__main__":
    main()
