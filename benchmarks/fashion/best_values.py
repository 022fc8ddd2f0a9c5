"""What Optuna and KerasTuner call their best of a search that was ended, as JSON.

python best_values.py optuna|keras_tuner FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def of_optuna(folder: str) -> dict[str, Any]:
    """The values of Optuna's `best_params`."""
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    storage = JournalStorage(JournalFileBackend(f"{folder}/journal.log"))
    return dict(optuna.load_study(study_name="search", storage=storage).best_params)


def of_keras_tuner(folder: str) -> dict[str, Any]:
    """The values of the completed trial with the highest score, from KerasTuner's own files."""
    trials = [json.loads(path.read_text()) for path in Path(folder).glob("search/trial_*/trial.json")]
    done = [trial for trial in trials if trial["status"] == "COMPLETED"]
    found = max(done, key=lambda trial: trial["score"])
    return dict(found["hyperparameters"]["values"])


if __name__ == "__main__":
    tool, folder = sys.argv[1:]
    values = {"optuna": of_optuna, "keras_tuner": of_keras_tuner}[tool](folder)
    values["units"] = [values[f"units_{i}"] for i in range(values.pop("layers"))]
    print(json.dumps({name: value for name, value in values.items() if not name.startswith("units_")}))
