"""A callback that writes down when each epoch ended, and its accuracy, for tools that keep no times."""

from __future__ import annotations

import itertools
import os
from typing import Any

import keras
import trial_log

_fits = itertools.count()


class EpochLog(keras.callbacks.Callback):
    """Writes down the accuracy after each epoch: of the validation, or of the training without one."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder
        self._fit = ""

    def on_train_begin(self, logs: Any = None) -> None:
        self._fit = f"{os.getpid()}-{next(_fits)}"

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        accuracy = logs.get("val_accuracy", logs.get("accuracy"))
        trial_log.write(self._folder, "epochs", fit=self._fit, accuracy=float(accuracy))
