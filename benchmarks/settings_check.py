"""What it costs to find the settings of the process as setup left them, before and after each trial.

    python benchmarks/settings_check.py [PACKAGE ...]

Prints, with no package loaded and then with each of those named, how many settings are read, the milliseconds
that two comparisons take, as many as a trial has, and their share of a trial of two seconds. Of several runs,
the shortest counts.
"""

from __future__ import annotations

import argparse
import importlib
import time

from hypertemplate.runtime.settings.recorded_settings import RecordedSettings

TRIAL_S = 2.0
PER_TRIAL = 2


def shortest(runs: int) -> tuple[int, float]:
    """Settings that are read, and the milliseconds that the comparisons of a trial take."""
    settings = RecordedSettings(own=False)
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        for _ in range(PER_TRIAL):
            settings.put_back()
        times.append(time.perf_counter() - began)
    return len(settings), 1000 * min(times)


def main() -> None:
    """Print a line for each package, with those before it loaded too."""
    parser = argparse.ArgumentParser(description="Measure what it costs to compare settings.")
    parser.add_argument("packages", nargs="*", default=["numpy", "pandas", "matplotlib.pyplot", "keras"])
    parser.add_argument("--runs", type=int, default=100, help="of which the shortest counts")
    options = parser.parse_args()
    print("loaded               settings  compare  of a 2 s trial")
    for package in ["", *options.packages]:
        if package:
            importlib.import_module(package)
        count, milliseconds = shortest(options.runs)
        share = milliseconds / 1000 / TRIAL_S
        print(f"{package or 'Python alone':<20} {count:>8} {milliseconds:>6.2f}ms {share:>14.3%}")


if __name__ == "__main__":
    main()
