"""Saving a trial's model from its worker, and loading it again."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from hypertemplate.errors import HypertemplateError
from hypertemplate.runtime.joining import shape
from hypertemplate.runtime.module import MODULE_NAME

PICKLED = ".joblib"
"""The suffix of a model that joblib saved; to load such a file is to run what is in it."""


class SaveError(HypertemplateError):
    """A model that cannot be saved."""


class UntrustedError(HypertemplateError):
    """A saved model that may run any code when it is loaded."""


def save_model(model: Any, path: str) -> str:
    """Save a model whole or not at all: what stands at the path is complete.

    Args:
        model: with a Keras model's ``save(path)``, else anything that joblib can pickle.
        path: its suffix tells Keras the format, such as ``best.keras``; the folder is made if needed.

    Returns:
        The path: of what has no ``save`` with the suffix ``.joblib`` in place of its own.

    Raises:
        SaveError: `model` has no ``save``, and joblib is not installed.
        Exception: whatever saving raises; nothing is left behind then.
    """
    target = Path(path)
    pickled = not callable(getattr(model, "save", None))
    if pickled:
        if importlib.util.find_spec("joblib") is None:
            raise SaveError(f"the 'model' is {shape(model)}, which only joblib can save: pip install joblib")
        target = target.with_suffix(PICKLED)
    target.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, so that the renaming is atomic; with the suffix, which Keras looks at.
    partial = target.with_name(f".{target.stem}.{os.getpid()}.partial{target.suffix}")
    try:
        if pickled:
            importlib.import_module("joblib").dump(model, str(partial))
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
        objects: name to value of what the user's module has; its classes and functions are the model's own.
        trust: whether what is in the file may run: the user's own code made it in this run, or the user
            says so. Without it Keras refuses lambda layers, and what joblib saved is not loaded at all.

    Raises:
        UntrustedError: joblib saved it, and `trust` is False.
        Exception: whatever Keras or joblib raises.
    """
    if Path(path).suffix == PICKLED:
        if not trust:
            raise UntrustedError(
                f"{Path(path).name} is a pickle, which can run any code when it is loaded; "
                "if you know who made it, pass trust=True"
            )
        with _user_module(objects):
            return importlib.import_module("joblib").load(path)
    keras = importlib.import_module("keras")
    custom = {name: value for name, value in objects.items() if isinstance(value, (type, FunctionType))}
    return keras.saving.load_model(path, custom_objects=custom, safe_mode=not trust)


@contextlib.contextmanager
def _user_module(objects: Mapping[str, Any]) -> Iterator[None]:
    """The module that pickles name, which exists in workers: classes of the template are found in it."""
    loaded = sys.modules.get(MODULE_NAME)
    if loaded is None:
        sys.modules[MODULE_NAME] = ModuleType(MODULE_NAME)
        vars(sys.modules[MODULE_NAME]).update(objects)
    try:
        yield
    finally:
        if loaded is None:
            del sys.modules[MODULE_NAME]
