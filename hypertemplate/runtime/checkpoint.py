"""Saving a trial's model from its worker, and loading it again."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import pickle
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

from hypertemplate.errors import HypertemplateError
from hypertemplate.runtime import pickles

PICKLED = ".pickle"
"""The suffix of a model that was pickled; to load such a file is to run what is in it."""


class UntrustedError(HypertemplateError):
    """A saved model that may run any code when it is loaded."""


def save_model(model: Any, path: str) -> str:
    """Save a model whole or not at all: what stands at the path is complete.

    Args:
        model: with a Keras model's ``save(path)``, else anything that can be pickled, such as an estimator of
            scikit-learn or a module of PyTorch. Classes that the template defines are in the file.
        path: its suffix tells Keras the format, such as ``best.keras``; the folder is made if needed.

    Returns:
        The path: of what has no ``save`` with the suffix ``.pickle`` in place of its own.

    Raises:
        Exception: whatever saving raises; nothing is left behind then.
    """
    target = Path(path)
    pickled = not callable(getattr(model, "save", None))
    if pickled:
        target = target.with_suffix(PICKLED)
    target.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, so that the renaming is atomic; with the suffix, which Keras looks at.
    partial = target.with_name(f".{target.stem}.{os.getpid()}.partial{target.suffix}")
    try:
        if pickled:
            with open(partial, "wb") as file:
                pickles.dump(model, file)
        else:
            model.save(str(partial))
        partial.replace(target)
    finally:
        if partial.is_dir():
            shutil.rmtree(partial)
        else:
            partial.unlink(missing_ok=True)
    return str(target)


def load_model(path: str, objects: Mapping[str, Any], *, trust: bool) -> Any:
    """The model that `save_model` saved.

    Args:
        path: where it is, as `save_model` returned it.
        objects: name to value of what the user's module has; a Keras model is made of its classes and
            functions. A pickle has its own.
        trust: whether what is in the file may run: the user's own code made it in this run, or the user
            says so. Without it Keras refuses lambda layers, and what was pickled is not loaded at all.

    Raises:
        UntrustedError: it was pickled, and `trust` is False.
        Exception: whatever Keras or the unpickling raises.
    """
    if Path(path).suffix == PICKLED:
        if not trust:
            raise UntrustedError(
                f"{Path(path).name} is a pickle, which can run any code when it is loaded; "
                "if you know who made it, pass trust=True"
            )
        with open(path, "rb") as file:
            return pickle.load(file)
    keras = importlib.import_module(_keras_of(path))
    custom = {name: value for name, value in objects.items() if isinstance(value, (type, FunctionType))}
    return keras.saving.load_model(path, custom_objects=custom, safe_mode=not trust)


def _keras_of(path: str) -> str:
    """The name of the package that reads a file: what Keras 2 has saved, `tf_keras` reads where it is there.

    Where it is not, ``keras`` may be of version 2 itself, as it was before TensorFlow 2.16.
    """
    if not zipfile.is_zipfile(path):
        return "keras"  # a format of earlier releases
    with zipfile.ZipFile(path) as archive:
        if "metadata.json" not in archive.namelist():
            return "keras"  # which says what is wrong with it
        version = str(json.loads(archive.read("metadata.json"))["keras_version"])
    legacy = version.startswith("2.") and importlib.util.find_spec("tf_keras") is not None
    return "tf_keras" if legacy else "keras"
