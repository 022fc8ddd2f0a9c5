"""A callback that writes down when each epoch ended, and its accuracy, for tools that keep no times."""

from __future__ import annotations

import itertools
import json
import os
import time
from pathlib import Path
from typing import Any

import keras

_fits = itertools.count()


class EpochLog(keras.callbacks.Callback):
    """Appends a line of JSON for each epoch to a file of its process in a folder."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._file = str(Path(folder) / f"epochs-{os.getpid()}.jsonl")
        self._fit = ""

    def on_train_begin(self, logs: Any = None) -> None:
        self._fit = f"{os.getpid()}-{next(_fits)}"

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        row = {"fit": self._fit, "time": time.time(), "val_accuracy": float(logs["val_accuracy"])}
        with open(self._file, "a") as file:
            file.write(json.dumps(row) + "\n")
