"""What a search left in a study's folder, as tests look at it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.views.trial_table import chosen, study_json


def study_data(folder: Path) -> dict[str, Any]:
    """The study, its best trial and all trials, as ``show --format json`` has them."""
    kept = read_study(folder)
    assert not kept.damage
    data: dict[str, Any] = json.loads(json.dumps(study_json(kept, chosen(kept, "number", None))))
    return data


def unused(folder: Path) -> list[list[str]]:
    """For each trial that ended the labels that it never read."""
    return [list(trial.unused) for trial in read_study(folder).study.trials]
