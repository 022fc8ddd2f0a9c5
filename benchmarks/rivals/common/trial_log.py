"""A file of its own for each process, in which it writes down what its trials came to, and when."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any


def write(folder: str, name: str, **row: Any) -> None:
    """Append a row with the time to the file of this name that the process has in the folder."""
    with open(Path(folder) / f"{name}-{os.getpid()}.jsonl", "a") as file:
        file.write(json.dumps({"time": time.time(), **row}) + "\n")
