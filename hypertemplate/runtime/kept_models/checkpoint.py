"""Checkpoint of a trial's model: saving it in the worker, and loading it."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import os
import pickle
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

from hypertemplate.errors import HypertemplateError, NoModelError
from hypertemplate.runtime import pickles
from hypertemplate.runtime.kept_models import model_objects, model_parts

PICKLED = ".pickle"
"""Suffix of a pickled model; loading such a file runs the code in it."""


class UntrustedError(HypertemplateError):
    """Error raised for a saved model that may run any code when it is loaded; ``trust=True`` loads it."""


def save_model(model: Any, path: str) -> str:
    """Save a model atomically: a file at the path is always complete.

    Args:
        model: a model with Keras's ``save(path)``, else anything that can be pickled, such as a scikit-learn
            estimator or a PyTorch module. The file contains classes that the template defines.
        path: its suffix tells Keras the format, such as ``best.keras``; the folder is created if needed.

    Returns:
        The path; for a model without ``save`` its suffix is ``.pickle`` instead.

    Raises:
        Exception: any exception from saving; nothing is left behind then.
    """
    target = Path(path)
    pickled = not callable(getattr(model, "save", None))
    if pickled:
        target = target.with_suffix(PICKLED)
    target.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, so that the rename is atomic; with the suffix, which Keras looks at.
    partial = target.with_name(f".{target.stem}.{os.getpid()}.partial{target.suffix}")
    try:
        if pickled:
            with open(partial, "wb") as file:
                pickles.dump(model, file)
        else:
            model.save(str(partial))
            model_objects.add_objects(partial)
        partial.replace(target)
    finally:
        if partial.is_dir():
            shutil.rmtree(partial)
        else:
            partial.unlink(missing_ok=True)
    return str(target)


def save_weights(model: Any, path: str, reason: str) -> str | None:
    """Save the weights and the config of a Keras model that `save_model` could not save, as atomically.

    Args:
        model: the model.
        path: as given to `save_model`.
        reason: reason why Keras cannot save it.

    Returns:
        The path of a folder, whose suffix is `model_parts.PARTS`; None for a model without ``save_weights``.

    Raises:
        Exception: any exception from saving; nothing is left behind then.
    """
    if not callable(getattr(model, "save_weights", None)):
        return None
    target = Path(path).with_suffix(model_parts.PARTS)
    partial = target.with_name(f".{target.stem}.{os.getpid()}.partial{target.suffix}")
    try:
        model_parts.save_parts(model, partial, reason)
        if target.is_dir():
            shutil.rmtree(target)
        partial.replace(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return str(target)


def load_model(path: str, objects: Mapping[str, Any], *, trust: bool, registered: bool = True) -> Any:
    """Load a model that `save_model` saved.

    Args:
        path: path that `save_model` returned.
        objects: name -> value of the user's module; a Keras model needs its classes and functions. A pickle
            has its own, and a Keras model those of the template, which count.
        trust: whether code in the file may run: the user's own code created it in this run, or the user says
            so. Without it Keras refuses lambda layers, and a pickle is not loaded at all.
        registered: whether what this process has registered with Keras counts.

    Raises:
        NoModelError: only the weights and the config of the model could be saved.
        UntrustedError: the file is a pickle, and `trust` is False.
        Exception: any exception from Keras or from unpickling.
    """
    if Path(path).suffix == model_parts.PARTS:
        raise NoModelError(f"there is no model: {model_parts.explained(Path(path))}")
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
    own = model_objects.objects_in(Path(path)) if trust else {}
    with _registered(keras, own, alone=not registered):
        return keras.saving.load_model(path, custom_objects={**custom, **own}, safe_mode=not trust)


@contextlib.contextmanager
def _registered(keras: Any, objects: Mapping[str, Any], *, alone: bool) -> Iterator[None]:
    """Register objects in this context in place of others of the same names, or of all others.

    Keras prefers what is registered: a class of another trial, or the user's own, with markers.
    """
    if not objects and not alone:
        yield
        return
    known = keras.saving.get_custom_objects()
    before = {name: known[name] for name in known if alone or name in objects}
    for name in before:
        del known[name]
    known.update(objects)
    try:
        yield
    finally:
        for name in objects:
            known.pop(name, None)
        known.update(before)


def _keras_of(path: str) -> str:
    """Return the package that reads a file: `tf_keras`, if installed, for files of Keras 2.

    Otherwise ``keras`` may be version 2 itself, as it was before TensorFlow 2.16.
    """
    if not zipfile.is_zipfile(path):
        return "keras"  # a format of earlier releases
    with zipfile.ZipFile(path) as archive:
        if "metadata.json" not in archive.namelist():
            return "keras"  # Keras says what is wrong with the file
        version = str(json.loads(archive.read("metadata.json"))["keras_version"])
    legacy = version.startswith("2.") and importlib.util.find_spec("tf_keras") is not None
    return "tf_keras" if legacy else "keras"
