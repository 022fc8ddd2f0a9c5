"""Studies as CSV and JSON files, with the text that ``show`` prints."""

from __future__ import annotations

import json

from hypertemplate.exports.base import Target
from hypertemplate.exports.new_files import new_file, write_whole
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.views.trial_table import chosen, study_json, trials_csv


def csv_of(kept: Kept) -> str:
    """Return a study as CSV, a row for each trial."""
    return trials_csv(kept, chosen(kept, "number", None))


def json_of(kept: Kept) -> str:
    """Return a study as one JSON object, in ASCII."""
    return json.dumps(study_json(kept, chosen(kept, "number", None)), indent=2, allow_nan=False) + "\n"


def write_csv(kept: Kept, target: Target) -> str:
    """Write a study as a CSV file in UTF-8; an `Exporter`."""
    path = new_file(target, ".csv")
    write_whole(path, csv_of(kept).encode("utf-8", "backslashreplace"))
    return str(path)


def write_json(kept: Kept, target: Target) -> str:
    """Write a study as a JSON file; an `Exporter`."""
    path = new_file(target, ".json")
    write_whole(path, json_of(kept).encode("ascii"))
    return str(path)
