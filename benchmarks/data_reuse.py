"""What it costs to keep what ``data()`` returns, beyond the copy that a trial gets.

    python benchmarks/data_reuse.py

Prints for several results of a data function with a marker the milliseconds of a trial whose data is kept,
of the copy alone, of the first trial, which is watched, of one whose data is never kept, and of one where
reuse is switched off. Of several runs, the shortest counts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.runtime.loaded_program import LoadedProgram, load
from hypertemplate.runtime.reuse import reused_data
from hypertemplate.runtime.reuse.data_copies import DataCopies

TEMPLATE = """
import numpy as np

def data():
    rows = {{{{choice([1, 2])}}}}
    return {returned}

def model(x):
    return {{{{uniform(0, 1)}}}}
"""

RETURNED: Mapping[str, str] = {
    "a number": "rows",
    "ten lists of ten texts": "[[str(i)] * 10 for i in range(10)]",
    "the digits of scikit-learn": "[np.ones((1347, 64)), np.ones(1347), np.ones((450, 64)), np.ones(450)]",
    "100 MB": "np.ones(12_500_000)",
}


def loaded(returned: str) -> LoadedProgram:
    """A program whose data function returns this."""
    part = Part("file", "model.py", TEMPLATE.format(returned=returned))
    found = load(compile_source(Source((part,), "model.py")), 1)
    found.reuse_data(1 << 30, bool)
    return found


def shortest(runs: int, call: Callable[[], Any]) -> float:
    """Milliseconds of the shortest of several calls."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return 1000 * min(times)


def trial(program: LoadedProgram, *, kept: bool) -> Callable[[], Any]:
    """A function that runs a trial, without what any trial costs before and after."""
    reused = program._reused

    def run() -> Any:
        if not kept and reused is not None:
            reused._kept.__init__(1 << 30)  # type: ignore[misc] # as in the first trial
        return program.run(program.draws({"rows": 0, "uniform": 0.5}), 1)

    return run


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=30)
    runs = parser.parse_args().runs
    print("a trial, in ms:              kept   its copy   kept less the copy   first   never kept   without")
    for name, returned in RETURNED.items():
        value = eval(returned, {"np": np, "rows": 1})
        copies = DataCopies((value, {}, {}), lambda size: True)
        copied = shortest(runs, copies.copied)
        program = loaded(returned)
        reused_data.QUICK_S = reused_data.LONGER_THAN_COPY = 0.0
        first = shortest(max(runs // 3, 1), trial(program, kept=False))
        kept = shortest(runs, trial(program, kept=True))
        reused_data.QUICK_S = 100.0
        program = loaded(returned)
        never = shortest(runs, trial(program, kept=True))
        program._reused = None
        without = shortest(runs, trial(program, kept=True))
        row = f"{kept:>8.2f}{copied:>11.2f}{kept - copied:>21.2f}{first:>8.2f}{never:>13.2f}{without:>10.2f}"
        print(f"{name:<27}{row}")


if __name__ == "__main__":
    main()
