"""Parts of a Keras model that Keras cannot save as a whole: its weights, and what is known of its config."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

PARTS = ".parts"
"""Suffix of the folder with the parts of a model."""

WEIGHTS = "model.weights.h5"
CONFIG = "config.json"
REASON = "reason.txt"


def save_parts(model: Any, folder: Path, reason: str) -> None:
    """Save the weights of a model, and its config as far as its parts have one.

    Args:
        model: model with Keras's ``save_weights(path)``.
        folder: folder that is created.
        reason: reason why Keras cannot save the model.

    Raises:
        Exception: any exception from saving the weights.
    """
    folder.mkdir(parents=True)
    model.save_weights(str(folder / WEIGHTS))
    (folder / CONFIG).write_text(json.dumps(config_of(model), indent=2, default=repr), encoding="utf-8")
    (folder / REASON).write_text(reason, encoding="utf-8")


def config_of(model: Any) -> dict[str, object]:
    """Return what a model and its layers tell of themselves; None for a part that tells nothing."""
    layers = getattr(model, "layers", ())
    return {
        "class": type(model).__qualname__,
        "name": getattr(model, "name", None),
        "config": _told(model, "get_config"),
        "build_config": _told(model, "get_build_config"),
        "compile_config": _told(model, "get_compile_config"),
        "layers": [
            {"class": type(one).__qualname__, "name": one.name, "config": _told(one, "get_config")}
            for one in layers
        ],
        "weights": [
            {"name": getattr(one, "path", one.name), "shape": list(one.shape), "dtype": str(one.dtype)}
            for one in getattr(model, "weights", ())
        ],
    }


def explained(place: Path) -> str:
    """Say why there is only a folder of parts, and what can be done with it."""
    reason = (place / REASON).read_text(encoding="utf-8")
    return (
        f"Keras could not save it: {reason}; {place / WEIGHTS} has its weights, and {CONFIG} beside it what "
        "is known of its config: build the model with the values of the trial, and call load_weights()"
    )


def _told(part: Any, method: str) -> object:
    """Return the result of a method without arguments; None if there is none, or it cannot tell."""
    tell: Callable[[], object] | None = getattr(part, method, None)
    try:
        return None if tell is None else tell()
    except Exception:  # the very reason why there are only parts
        return None
