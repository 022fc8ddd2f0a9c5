"""Record what Optuna's own pruners decide on drawn curves, in ``optuna_decisions.json`` beside this file.

Run it where Optuna is installed, which the tests do not need; the last line says whether anything changed:

    python3 -m venv /tmp/optuna && /tmp/optuna/bin/pip install optuna
    PYTHONPATH=. /tmp/optuna/bin/python tests/search/pruners/record_optuna.py
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from tests.search.pruners.drawn_curves import Drawn, drawn, stops

SEEDS = range(36)
FILE = Path(__file__).with_name("optuna_decisions.json")


class Optuna:
    """A study of Optuna's, which gets values as Optuna's Keras callback reports them."""

    def __init__(self, optuna: Any, search: Drawn, pruner: Any) -> None:
        direction = "maximize" if search.maximize else "minimize"
        self.study = optuna.create_study(study_name=search.name, direction=direction, pruner=pruner)
        self.pruned = optuna.trial.TrialState.PRUNED
        self.search = search
        self.trials: dict[int, Any] = {}

    def begin(self, number: int) -> None:
        self.trials[number] = self.study.ask()

    def stops(self, number: int, epoch: int) -> bool:
        self.trials[number].report(self.search.curves[number][epoch], epoch)
        stopped: bool = self.trials[number].should_prune()
        return stopped

    def end(self, number: int, *, stopped: bool) -> None:
        if stopped:
            self.study.tell(self.trials[number], state=self.pruned)
        else:
            self.study.tell(self.trials[number], self.search.curves[number][-1])


def recorded(optuna: Any) -> dict[str, Any]:
    """Return the decisions of both pruners on all drawn searches."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    found: dict[str, Any] = {"optuna": optuna.__version__, "median": [], "hyperband": []}
    for seed in SEEDS:
        search = drawn(seed)
        most = len(search.curves[0])
        made = {
            "median": optuna.pruners.MedianPruner(),
            "hyperband": optuna.pruners.HyperbandPruner(
                min_resource=1, max_resource=most, reduction_factor=3
            ),
        }
        for name, pruner in made.items():
            found[name].append(stops(search, Optuna(optuna, search, pruner)))
    return found


def main() -> int:
    """Write the file; return 1 if it was another one."""
    optuna = importlib.import_module("optuna")
    text = json.dumps(recorded(optuna)).replace("}, ", "},\n  ").replace("], ", "],\n ") + "\n"
    before = FILE.read_text() if FILE.exists() else ""
    FILE.write_text(text)
    sys.stdout.write("as before\n" if text == before else f"{FILE} has changed\n")
    return int(text != before)


if __name__ == "__main__":
    sys.exit(main())
