"""What it costs to compare, after each trial, what all trials share.

    python benchmarks/state_check.py

Prints for several templates how many states are recorded, the milliseconds that recording takes once, that
comparing takes after a trial which changed nothing, and that comparing and putting back take after one which
changed all that it could; and the second of these as a share of a trial of two seconds. Of several runs, the
shortest counts.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from hypertemplate.compiler.program import Reached
from hypertemplate.runtime.state.record import Record
from hypertemplate.runtime.state.recorded_state import Root

TRIAL_S = 2.0


class Layer:
    """A class of the user's."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.units = [number, number]


def nothing() -> dict[str, Any]:
    """A template whose trials share nothing that can change."""
    return {"rate": 0.5, "names": ("a", "b")}


def settings() -> dict[str, Any]:
    """What most templates have: a few lists and dicts."""
    return {"config": {"units": [32, 64], "rate": 0.1}, "history": [], "layers": [Layer(1), Layer(2)]}


def objects() -> dict[str, Any]:
    """As many objects as are recorded."""
    return {"layers": [Layer(number) for number in range(1000)]}


def elements() -> dict[str, Any]:
    """Lists and dicts of nearly as many elements as are kept."""
    return {"texts": [str(n) for n in range(40_000)], "words": {str(n): n for n in range(20_000)}}


def small_arrays() -> dict[str, Any]:
    """The digits of scikit-learn, in four arrays."""
    draw = np.random.default_rng(0).random
    return {"x": draw((1347, 64)), "y": draw(1347), "x_test": draw((450, 64)), "y_test": draw(450)}


def large_arrays() -> dict[str, Any]:
    """As large as MNIST in single precision."""
    return {
        "x": np.zeros((60_000, 28, 28), "float32"),
        "y": np.zeros(60_000),
        "x_test": np.zeros((10_000, 28, 28), "float32"),
        "y_test": np.zeros(10_000),
    }


def many_arrays() -> dict[str, Any]:
    """A hundred arrays."""
    return {"parts": [np.zeros((1000, 100)) for _ in range(100)]}


def iterators() -> dict[str, Any]:
    """A hundred iterators, some of which read from others."""
    counts = [itertools.count(number) for number in range(50)]
    return {"counts": counts, "pairs": [zip(count, itertools.cycle("ab")) for count in counts]}


TEMPLATES = (nothing, settings, objects, elements, small_arrays, large_arrays, many_arrays, iterators)


def shortest(action: Callable[[], object], runs: int) -> float:
    """The shortest of some runs, in milliseconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return 1000 * min(times)


def change(value: Any) -> None:
    """Change what a value of these templates holds."""
    if isinstance(value, np.ndarray):
        value += 1
    elif isinstance(value, Layer):
        value.units.append(1)
    elif isinstance(value, dict):
        value["late"] = 1
    elif isinstance(value, (itertools.count, zip)):
        next(value)
    elif isinstance(value, list):
        for one in value:
            if not isinstance(one, (int, str)):
                change(one)
        value.append(1)


def measure(make: Callable[[], dict[str, Any]], runs: int) -> tuple[int, float, float, float]:
    """States, and milliseconds of recording, comparing, comparing and putting back."""
    names = make()
    roots = [Root(name, Reached(name, "line 1"), value) for name, value in names.items()]
    record = Record(roots, own=False)

    def changed() -> float:
        for value in names.values():
            change(value)
        began = time.perf_counter()
        record.compare(0, None)
        record.put_back()
        return 1000 * (time.perf_counter() - began)

    return (
        len(record),
        shortest(lambda: Record(roots, own=False), max(3, runs // 10)),
        shortest(lambda: record.compare(0, None), runs),
        min(changed() for _ in range(max(3, runs // 10))),
    )


def main() -> None:
    """Print a line for each template."""
    parser = argparse.ArgumentParser(description="Measure what it costs to compare what trials share.")
    parser.add_argument("--runs", type=int, default=50, help="of which the shortest counts")
    runs = parser.parse_args().runs
    print("template       states  record  compare  put back  of a 2 s trial")
    for make in TEMPLATES:
        states, record, compare, back = measure(make, runs)
        share = compare / 1000 / TRIAL_S
        name = make.__name__.replace("_", " ")
        print(f"{name:<14} {states:>6} {record:>5.1f}ms {compare:>6.2f}ms {back:>7.1f}ms {share:>14.2%}")


if __name__ == "__main__":
    main()
