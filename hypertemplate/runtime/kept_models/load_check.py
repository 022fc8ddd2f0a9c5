"""A kept model that Keras could not load in another process, found while its trial is still at hand."""

from __future__ import annotations

import builtins
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

from hypertemplate.runtime.failures.out_of_memory import is_out_of_memory
from hypertemplate.runtime.failures.plain_text import plain_text
from hypertemplate.runtime.kept_models import model_objects
from hypertemplate.runtime.kept_models.checkpoint import load_model
from hypertemplate.runtime.kept_models.values_in_place import nested
from hypertemplate.runtime.own_modules.trial_names import READS, named

CAUSE = "Exception encountered: "
"""Text before the message of an inner error in one of Keras's."""

CALLING = re.compile(r"^Exception encountered when calling \S+\s*")

_NUMBER = re.compile(r"_\d+$")


class LoadCheck:
    """Attempts to load kept models, each form of a network once."""

    def __init__(self) -> None:
        self._loaded: set[frozenset[str]] = set()

    def reason(self, path: str) -> str:
        """Return the reason why Keras cannot load a model that it has saved; empty if it can.

        What this process has registered with Keras does not count, since another one may not have it.
        """
        form = _form(Path(path))
        if form is None or form in self._loaded:
            return ""
        try:
            model = load_model(path, {}, trust=True, registered=False)
        except Exception as error:
            return "" if isinstance(error, MemoryError) or is_out_of_memory(error) else _in_one_line(error)
        missing = sorted({name for function in _lambdas(model) for name in _missing(function)})
        if missing:
            return f"a lambda uses {' and '.join(missing)}, and Keras saves its code alone"
        self._loaded.add(form)
        return ""


def _form(path: Path) -> frozenset[str] | None:
    """Return what the config of a model names, less numbers of layers; None if Keras has not written it."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        if model_objects.CONFIG not in archive.namelist():
            return None
        texts = model_objects.texts(json.loads(archive.read(model_objects.CONFIG)))
        return frozenset(_NUMBER.sub("", text) for text in texts)


def _lambdas(layer: Any) -> Iterator[FunctionType]:
    """Yield the functions without a name in a network; Keras loads them with global names of its own."""
    function = getattr(layer, "function", None)
    if isinstance(function, FunctionType) and function.__name__ == "<lambda>":
        yield function
    for inner in getattr(layer, "layers", ()):
        yield from _lambdas(inner)


def _missing(function: FunctionType) -> set[str]:
    """Return the global names that a function uses, and that do not exist where it was loaded."""
    used = named(READS, function.__code__, *nested(function.__code__))
    return used - function.__globals__.keys() - vars(builtins).keys()


def _in_one_line(error: Exception) -> str:
    """Return the first paragraph of the innermost message, as Keras puts the whole config around it."""
    said = plain_text(str(error)).rpartition(CAUSE)[2].partition(" Full object config: ")[0]
    paragraphs = re.split(r"\n\s*\n", CALLING.sub("", said).strip())
    return f"{type(error).__name__}: {' '.join(paragraphs[0].split())}"[:300].rstrip(".")
