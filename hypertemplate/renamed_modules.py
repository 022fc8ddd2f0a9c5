"""Old names of modules that users' files still contain: programs, pickles, and their own code.

``program.py`` in a study's folder imports some of the package's modules, and ``best.pickle`` names others.
When a module moves, its old name joins the table, and importing it returns the module under its new name.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import MappingProxyType, ModuleType

RENAMED: Mapping[str, str] = MappingProxyType(
    {
        "hypertemplate.compiler.resolve": "hypertemplate.compiler.markers.resolve",
        "hypertemplate.compiler.source": "hypertemplate.compiler.syntax.source",
        "hypertemplate.compiler.space": "hypertemplate.compiler.markers.search_space",
        "hypertemplate.runtime.joining": "hypertemplate.runtime.model_arguments",
        "hypertemplate.runtime.module": "hypertemplate.runtime.loaded_program",
        "hypertemplate.runtime.terminal": "hypertemplate.runtime.failures.no_terminal",
        "hypertemplate.search.sampler": "hypertemplate.search.samplers.base",
    }
)
"""Old name -> new name."""


class RenamedModules:
    """Finder and loader of modules by their old names."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a renamed module; None for any other."""
        return ModuleSpec(name, RenamedModules()) if name in RENAMED else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Import the module under its new name."""
        module = importlib.import_module(RENAMED[spec.name])
        self._own = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Restore the module's own spec, which the import system has replaced; its code has already run."""
        module.__spec__ = self._own


def install() -> None:
    """Let imports find renamed modules, after everything else."""
    if not any(getattr(finder, "__name__", "") == RenamedModules.__name__ for finder in sys.meta_path):
        sys.meta_path.append(RenamedModules)
