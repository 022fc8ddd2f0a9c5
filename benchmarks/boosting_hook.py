"""What it costs that the rounds of XGBoost and LightGBM are reported.

    python benchmarks/boosting_hook.py [--runs N]

Fits data of two sizes by turns with the hook and without, in one process, and prints the shortest of several
times of both, and the ratio of the shortest processor times. A second process answers the reports as the
driver does, but stores nothing.
"""

from __future__ import annotations

import argparse
import os
import socket
import time
from collections.abc import Callable
from typing import Any

from hypertemplate.runtime.hooks import lightgbm_train, xgboost_train
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.process.channel import Channel
from hypertemplate.runtime.protocol import Go, to_line
from hypertemplate.runtime.reports.fits import Fits

ROUNDS = 300


def answering() -> Channel:
    """Start a process that answers each message, before a library has started threads."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        for _ in theirs.makefile("rb"):
            theirs.sendall(to_line(Go()))
        os._exit(0)
    theirs.close()
    return Channel(ours)


def fits() -> dict[str, Callable[[], Any]]:
    """Return the fits to measure, by name."""
    import lightgbm
    import xgboost
    from sklearn.datasets import load_breast_cancer, make_classification
    from sklearn.model_selection import train_test_split

    data = {
        "breast cancer, 569 rows": load_breast_cancer(return_X_y=True),
        "made, 10,000 rows": make_classification(10_000, 20, n_informative=8, random_state=0),
    }
    found: dict[str, Callable[[], Any]] = {}
    for name, (rows, answers) in data.items():
        old, new, old_answers, new_answers = train_test_split(rows, answers, random_state=0)

        def with_xgboost(old: Any = old, y: Any = old_answers, new: Any = (new, new_answers)) -> Any:
            return xgboost.XGBClassifier(n_estimators=ROUNDS, n_jobs=1).fit(
                old, y, eval_set=[new], verbose=False
            )

        def with_lightgbm(old: Any = old, y: Any = old_answers, new: Any = (new, new_answers)) -> Any:
            return lightgbm.train(
                {"objective": "binary", "num_threads": 1, "verbose": -1},
                train := lightgbm.Dataset(old, y),
                ROUNDS,
                valid_sets=[lightgbm.Dataset(*new, reference=train)],
            )

        found |= {f"XGBoost, {name}": with_xgboost, f"LightGBM, {name}": with_lightgbm}
    return found


def measure(fit: Callable[[], Any], hooked: Callable[[bool], None], runs: int) -> list[list[float]]:
    """Return the shortest wall time and processor time, with the hook and without."""
    shortest = [[float("inf")] * 2 for _ in range(2)]
    for run in range(2 * runs):
        hooked(run % 2 == 0)
        wall, processor = time.perf_counter(), time.process_time()
        fit()
        took = time.perf_counter() - wall, time.process_time() - processor
        shortest[run % 2] = [min(pair) for pair in zip(shortest[run % 2], took, strict=True)]
    return shortest


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    driver, trial = answering(), [None]

    def hooked(on: bool) -> None:
        trial[0] = Fits(driver.ask) if on else None

    for library in (lightgbm_train, xgboost_train):
        library.report_fits(watcher := ImportWatcher(), lambda: trial[0])
        watcher.install()
    print(
        f"{ROUNDS} rounds, shortest of {runs:<11} {'without':>10} {'with':>10} {'ratio':>7} {'processor':>9}"
    )
    for name, fit in fits().items():
        (with_wall, with_processor), (wall, processor) = measure(fit, hooked, runs)
        ratios = f"{with_wall / wall:7.3f} {with_processor / processor:9.3f}"
        print(f"{name:34} {1000 * wall:8.1f}ms {1000 * with_wall:8.1f}ms {ratios}", flush=True)


if __name__ == "__main__":
    main()
