"""What a rival calls its best of a search that was ended, as JSON.

    python best_values.py TOOL FOLDER

Each is read from what the tool itself has written; where it writes nothing before it ends by itself, as
Hyperas and Ray, the search writes down which values it had, and what they came to.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def of_optuna(folder: Path) -> dict[str, Any]:
    """The values of Optuna's `best_params`."""
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    storage = JournalStorage(JournalFileBackend(str(folder / "journal.log")))
    return dict(optuna.load_study(study_name="search", storage=storage).best_params)


def of_keras_tuner(folder: Path) -> dict[str, Any]:
    """The values of the completed trial with the highest score, from KerasTuner's own files."""
    trials = [json.loads(path.read_text()) for path in folder.glob("search/trial_*/trial.json")]
    done = [trial for trial in trials if trial["status"] == "COMPLETED"]
    best = max(done, key=lambda trial: float(trial["score"]), default=None)
    values = best["hyperparameters"]["values"] if best else {}
    return {name: value for name, value in values.items() if not name.startswith("tuner/")}


def of_talos(folder: Path) -> dict[str, Any]:
    """The parameters of the round whose last validation accuracy is the highest, as `best_model` chooses."""
    (rounds,) = folder.glob("search/*/round_data.jsonl")
    found = [json.loads(line) for line in rounds.read_text().split("\n")[:-1]]
    best = max(found, key=lambda row: float(row["row"]["val_accuracy"]), default=None)
    return dict(best["params"]) if best else {}


def of_hyperas(folder: Path) -> dict[str, Any]:
    """The values of the trial with the lowest loss, which `minimize` would have returned."""
    best = min(rows(folder, "trials"), key=lambda row: float(row["loss"]), default=None)
    return dict(best["values"]) if best else {}


def of_ray(folder: Path) -> dict[str, Any]:
    """The values of the trial whose last result is the highest, as `get_best_result` chooses."""
    last = {row["trial"]: row for row in sorted(rows(folder, "results"), key=lambda row: float(row["time"]))}
    best = max(last.values(), key=lambda row: float(row["accuracy"]), default=None)
    return dict(best["values"]) if best else {}


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """What the processes of a search have logged under this name, less a line that was cut off."""
    texts = [path.read_text() for path in folder.glob(f"{name}-*.jsonl")]
    return [json.loads(line) for text in texts for line in text.split("\n")[:-1]]


def in_one_form(values: dict[str, Any]) -> dict[str, Any]:
    """The values with the widths of the layers that there are as a list."""
    others = {name: value for name, value in values.items() if not name.startswith("units_")}
    if "layers" in others:
        others["units"] = [values[f"units_{i}"] for i in range(int(others.pop("layers")))]
    return others


READERS = {
    "optuna": of_optuna,
    "keras_tuner": of_keras_tuner,
    "talos": of_talos,
    "hyperas": of_hyperas,
    "ray": of_ray,
}

if __name__ == "__main__":
    tool, folder = sys.argv[1:]
    if not (found := READERS[tool](Path(folder))):
        sys.exit("no trial is complete")
    print(json.dumps(in_one_form(found)))
