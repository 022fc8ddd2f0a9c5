"""Classes and functions of the template in the file of a Keras model, whose config only names them.

They have the values of their trial: the user's own have markers in those places.
"""

from __future__ import annotations

import io
import json
import pickle
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

from hypertemplate.runtime import pickles
from hypertemplate.runtime.own_modules.loaded_modules import program_modules

CONFIG = "config.json"
"""Name of the config in a model's file."""

OBJECTS = "hypertemplate_objects.pickle"
"""Name of the pickled objects in a model's file, which Keras leaves alone."""


def add_objects(path: Path) -> None:
    """Add the objects of the template that a model's config names to the file of the model.

    Raises:
        Exception: any exception from an object that cannot be pickled.
    """
    modules = program_modules()
    if not modules or not zipfile.is_zipfile(path):
        return
    own = {module.__name__ for module in modules}
    with zipfile.ZipFile(path, "a") as archive:
        named_texts = set(texts(json.loads(archive.read(CONFIG)))) if CONFIG in archive.namelist() else set()
        named = {
            name: value
            for module in modules
            for name, value in vars(module).items()
            if name in named_texts and isinstance(value, (type, FunctionType)) and value.__module__ in own
        }
        if named:
            file = io.BytesIO()
            pickles.dump(_registered(named) | named, file)
            archive.writestr(OBJECTS, file.getvalue())


def objects_in(path: Path) -> dict[str, Any]:
    """Return the objects in a model's file, by the names under which Keras looks for them; this runs code."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        if OBJECTS not in archive.namelist():
            return {}
        found: dict[str, Any] = pickle.loads(archive.read(OBJECTS))
    return found


def _registered(named: dict[str, Any]) -> dict[str, Any]:
    """Return the objects by the names under which Keras knows them, such as ``mine>Net``."""
    saving = [sys.modules[keras].saving for keras in ("keras", "tf_keras") if keras in sys.modules]
    return {one.get_registered_name(value): value for one in saving for value in named.values()}


def texts(config: Any) -> Iterator[str]:
    """Yield every text in a config."""
    match config:
        case str():
            yield config
            yield config.rpartition(">")[2]  # with the package under which it is registered
        case dict():
            for value in config.values():
                yield from texts(value)
        case list():
            for value in config:
                yield from texts(value)
