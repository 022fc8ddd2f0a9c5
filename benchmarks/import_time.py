"""What `import hypertemplate` costs, against an interpreter that imports nothing.

    python benchmarks/import_time.py

Each line is a process of its own. The empty interpreter and the others take turns, so that what disturbs the
machine disturbs all of them; of all turns the shortest counts.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

EMPTY = ""
PROGRAMS = (
    EMPTY,
    "import hypertemplate",
    "from hypertemplate import optim",
    "import numpy",
    "import hyperopt",
)


def seconds(program: str) -> float:
    """How long an interpreter takes to run `program`, its start and its end included."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Time everything and print one line for each program."""
    parser = argparse.ArgumentParser(description="Time the import of hypertemplate.")
    parser.add_argument("--runs", type=int, default=20, help="how often each is timed; the shortest counts")
    runs = parser.parse_args().runs
    for program in PROGRAMS:
        seconds(program)  # compiled files are written, and files are read from the disk
    turns = [[seconds(program) for program in PROGRAMS] for _ in range(runs)]
    shortest = [min(each) for each in zip(*turns, strict=True)]
    print(f"{'program':<32}{'ms':>8}{'more':>8}{'ratio':>8}")
    for program, took in zip(PROGRAMS, shortest, strict=True):
        more = (took - shortest[0]) * 1000
        print(f"{program or '(empty)':<32}{took * 1000:>8.1f}{more:>8.1f}{took / shortest[0]:>8.2f}")


if __name__ == "__main__":
    main()
