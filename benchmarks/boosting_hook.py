"""What it costs that the rounds of XGBoost and LightGBM are reported.

    python benchmarks/boosting_hook.py [--runs N]

Fits data of two sizes by turns without the hook, with it, and with it where each report waits for an answer,
as with ``--prune``; in one process. Printed are the shortest of several times of each, and the ratios to the
fit without, of these and of processor times. A second process takes the reports as the driver does, but
stores nothing.
"""

from __future__ import annotations

import argparse
import os
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypertemplate.runtime.hooks import lightgbm_train, xgboost_train
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.process.channel import Channel
from hypertemplate.runtime.protocol import FitMessage, Go, Stop, from_worker, to_line
from hypertemplate.runtime.reports.fits import Fits

ROUNDS = 300


def answering() -> Channel:
    """Start a process that answers each message, before a library has started threads."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        for line in theirs.makefile("rb"):
            message = from_worker(line)
            if isinstance(message, FitMessage) and message.waits:
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


HOOKED = ("without", "watched", "--prune")
"""Ways in which a fit runs: as it stands, reported, and with each report answered."""


def measure(fit: Callable[[], Any], hooked: Callable[[str], None], runs: int) -> dict[str, list[float]]:
    """Return the shortest wall time and processor time of each way."""
    shortest = {way: [float("inf")] * 2 for way in HOOKED}
    for _ in range(runs):
        for way in HOOKED:
            hooked(way)
            wall, processor = time.perf_counter(), time.process_time()
            fit()
            took = time.perf_counter() - wall, time.process_time() - processor
            shortest[way] = [min(pair) for pair in zip(shortest[way], took, strict=True)]
    return shortest


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    driver, trial = answering(), [None]

    def told(message: FitMessage) -> Go | Stop:
        return driver.ask(replace(message, waits=False))

    def hooked(way: str) -> None:
        trial[0] = {"watched": Fits(told), "--prune": Fits(driver.ask)}.get(way)

    for library in (lightgbm_train, xgboost_train):
        library.report_fits(watcher := ImportWatcher(), lambda: trial[0])
        watcher.install()
    titles = [f"{'without':>10}", *(f"{way:>10} {'ratio':>7} {'processor':>9}" for way in HOOKED[1:])]
    print(f"{ROUNDS} rounds, shortest of {runs:<11} {' '.join(titles)}")
    for name, fit in fits().items():
        found = measure(fit, hooked, runs)
        wall, processor = found["without"]
        columns = [f"{1000 * wall:8.1f}ms"]
        for way in HOOKED[1:]:
            its, its_processor = found[way]
            columns.append(f"{1000 * its:8.1f}ms {its / wall:7.3f} {its_processor / processor:9.3f}")
        print(f"{name:34} {' '.join(columns)}", flush=True)


if __name__ == "__main__":
    main()
