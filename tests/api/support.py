"""Modules of a user's, as they are while their code runs."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

_numbers = itertools.count()


class Modules:
    """Makes modules from text, and forgets them in the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: list[str] = []

    def __call__(self, text: str, name: str = "") -> ModuleType:
        """The module of this text, which has run."""
        name = name or f"users_{next(_numbers)}"
        path = self._folder / f"{name}.py"
        path.write_text(dedent(text), encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        self._made.append(name)
        spec.loader.exec_module(module)
        return module

    def forget(self) -> None:
        """Take them out again."""
        for name in self._made:
            del sys.modules[name]


def fresh_modules(folder: Path) -> Iterator[Modules]:
    """For a fixture."""
    modules = Modules(folder)
    yield modules
    modules.forget()


@pytest.fixture
def modules(tmp_path: Path) -> Iterator[Modules]:
    """Makes modules from text."""
    yield from fresh_modules(tmp_path)
