"""Recognition of libraries that download, cache and lock: their files stay where they put them.

Ten trials would otherwise download the same file ten times, and none would wait for another's lock. Which
library writes is found on the stack, up to the innermost function of the user's.
"""

from __future__ import annotations

import sys
from types import FrameType

from hypertemplate.runtime.own_code import OURS, is_own_module_name

_LIBRARIES = frozenset(
    {
        "datasets",
        "diskcache",
        "fasteners",
        "filelock",
        "fsspec",
        "gdown",
        "huggingface_hub",
        "kagglehub",
        "medmnist",
        "pooch",
        "portalocker",
        "tensorflow_datasets",
        "tensorflow_hub",
        "wget",
    }
)
"""Packages that do nothing else."""

_MODULES = (
    "gensim.downloader",
    "joblib._store_backends",
    "joblib.memory",
    "nltk.downloader",
    "sklearn.datasets",
    "torch.hub",
    "torch.utils.model_zoo",
    "torchaudio.datasets",
    "torchtext.datasets",
    "torchvision.datasets",
    "transformers.utils.hub",
)
"""Modules, with those below them."""

_FUNCTIONS = {
    "get_file": ("keras", "tf_keras", "tensorflow"),
    "urlretrieve": ("urllib",),
}
"""Name of a function -> packages that have it somewhere."""

_known: dict[str, str] = {}
"""Module -> ``user``, ``keeps`` for those libraries, or nothing."""


def keeps_its_files(frame: FrameType | None) -> bool:
    """Return True if a library that downloads, caches or locks runs in a frame, or has called it.

    Args:
        frame: the innermost frame to look at.
    """
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        kind = _known.get(name)
        if kind is None:
            kind = _known[name] = _kind(name)
        if kind == "user":
            return False
        if kind == "keeps" or name.partition(".")[0] in _FUNCTIONS.get(frame.f_code.co_name, ()):
            return True
        frame = frame.f_back
    return False


def caller() -> FrameType | None:
    """Return the innermost frame outside this package."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").startswith(f"{OURS}."):
        frame = frame.f_back
    return frame


def _kind(name: str) -> str:
    if is_own_module_name(name):
        return "user"
    below = any(f"{name}.".startswith(f"{module}.") for module in _MODULES)
    return "keeps" if below or name.partition(".")[0] in _LIBRARIES else ""
