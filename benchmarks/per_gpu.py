"""How many trials per minute a GPU gives, by how many run on it at once.

    make datasets
    python benchmarks/per_gpu.py
    python benchmarks/per_gpu.py --accelerator cpu

Searches 16 points of examples/fashion_mnist_cnn.py (the same ones each time, at random) with ``--per-gpu`` 1,
2, 4 and 8. The time counts from the start of the first trial to the end of the last; loading is shown apart.
While trials run, ``nvidia-smi`` is asked twice a second how much memory of the device is used, beyond what
was before, and how busy it is; in a container it names no processes, so the memory is divided by the workers.
One GPU is used: ``CUDA_VISIBLE_DEVICES`` is 0 unless it is set. On a CPU there is one row, of one worker.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).parent.parent / "examples" / "fashion_mnist_cnn.py"

COMMAND = (sys.executable, "-m", "hypertemplate")

QUERIES = {
    "memory": ("--query-gpu=memory.used", "--format=csv,noheader,nounits"),
    "busy": ("--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"),
}


@dataclass
class Watched:
    """What ``nvidia-smi`` said while trials ran.

    Attributes:
        before_mib: what was used of the device before the search; None where nothing tells.
        most_mib: the most that was used.
        busy: per cent, one number for each look.
    """

    before_mib: float | None = None
    most_mib: float = 0.0
    busy: list[float] = field(default_factory=list)

    def look(self) -> None:
        """Ask once."""
        self.most_mib = max([self.most_mib, *answered("memory")])
        self.busy += answered("busy")


def answered(what: str) -> list[float]:
    """The numbers that ``nvidia-smi`` answers of the device that is used."""
    return [number for line in asked(what) for number in numbers(line)]


def asked(what: str) -> list[str]:
    """The lines that ``nvidia-smi`` answers; none where there is none."""
    command = ("nvidia-smi", f"--id={os.environ['CUDA_VISIBLE_DEVICES']}", *QUERIES[what])
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return []
    return done.stdout.splitlines() if done.returncode == 0 else []


def numbers(line: str) -> list[float]:
    """The number in a line, if it is one: ``[N/A]`` is none."""
    try:
        return [float(line)]
    except ValueError:
        return []


@contextlib.contextmanager
def watched() -> Iterator[Watched]:
    """Look twice a second until the end."""
    found, over = Watched(next(iter(answered("memory")), None)), threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            found.look()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def measured(trials: int, workers: int, options: list[str]) -> tuple[str, str]:
    """Search with so many workers, and give what it ran on and the table's row."""
    with tempfile.TemporaryDirectory() as folder:
        study = str(Path(folder) / "fashion.study")
        search = [*COMMAND, "run", str(TEMPLATE), "--study", study, "--max-evals", str(trials)]
        began = time.time()
        with watched() as seen:
            ran = subprocess.run(
                [*search, "--algo", "random", "--seed", "1", *options],
                capture_output=True,
                text=True,
                check=False,
            )
        if ran.returncode:
            raise SystemExit(ran.stderr)
        shown = subprocess.run(
            [*COMMAND, "show", study, "--format", "json"], capture_output=True, text=True, check=True
        )
    headline = ran.stderr.splitlines()[0]
    return headline, row(json.loads(shown.stdout)["trials"], workers, began, seen)


def row(trials: list[dict[str, Any]], workers: int, began: float, seen: Watched) -> str:
    """Trials per minute, seconds until the first, memory of a worker, how busy the device was, failures."""
    starts = [datetime.fromisoformat(trial["started_at"]).timestamp() for trial in trials]
    ends = [start + trial["duration_s"] for start, trial in zip(starts, trials, strict=True)]
    per_minute = 60 * len(trials) / (max(ends) - min(starts))
    memory = "-"
    if seen.before_mib is not None and workers:
        memory = f"{(seen.most_mib - seen.before_mib) / workers:.0f} MiB"
    busy = "-" if not seen.busy else f"{statistics.mean(seen.busy):.0f} %"
    failed = sum(trial["state"] == "FAILED" for trial in trials)
    return f"{per_minute:10.1f} {min(starts) - began:9.1f}s {memory:>14} {busy:>8} {failed:>7}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Trials per minute by trials at once on each GPU.")
    parser.add_argument("--accelerator", choices=("auto", "gpu", "cpu"), default="auto")
    parser.add_argument("--trials", type=int, default=16)
    parser.add_argument("--per-gpu", type=int, nargs="+", default=[1, 2, 4, 8])
    wanted = parser.parse_args()
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "0")
    on_gpu = wanted.accelerator != "cpu" and bool(asked("busy"))
    chosen = ["--accelerator", wanted.accelerator]
    print("         trials/min     start-up  worker's memory   busy  failed")
    for count in wanted.per_gpu if on_gpu else [0]:
        options = [*chosen, "--per-gpu", str(count)] if count else chosen
        headline, text = measured(wanted.trials, count, options)
        print(f"{count or 'CPU':>6} {text}   {headline}", flush=True)


if __name__ == "__main__":
    main()
