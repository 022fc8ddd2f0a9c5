"""Saving a trial's model from its worker."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from hypertemplate.errors import HypertemplateError
from hypertemplate.runtime.joining import shape


class SaveError(HypertemplateError):
    """A model that cannot be saved."""


def save_model(model: Any, path: str) -> None:
    """Save a Keras model whole or not at all: what stands at `path` is complete.

    Args:
        model: with a Keras model's ``save(path)``.
        path: its suffix tells Keras the format, such as ``best.keras``; the folder is made if needed.

    Raises:
        SaveError: `model` has no ``save``.
        Exception: whatever saving raises; nothing is left behind then.
    """
    if not callable(getattr(model, "save", None)):
        raise SaveError(f"the 'model' is {shape(model)}, and only a Keras model can be saved")
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, so that the renaming is atomic; with the suffix, which Keras looks at.
    partial = target.with_name(f".{target.stem}.{os.getpid()}.partial{target.suffix}")
    try:
        model.save(str(partial))
        partial.replace(target)
    finally:
        if partial.is_dir():
            shutil.rmtree(partial)
        else:
            partial.unlink(missing_ok=True)
