"""The user's own modules with markers in a session: they run as they are, each marker with its default."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import decode_source
from types import CodeType, ModuleType
from typing import cast

from hypertemplate.compiler.emit.defaults import with_defaults
from hypertemplate.compiler.syntax.source import Part
from hypertemplate.frontend.import_folders import is_installed
from hypertemplate.frontend.project_modules import OPENINGS, marked_text


class DefaultModules(MetaPathFinder):
    """Finder that has the other finders' modules run with defaults, where they are the user's and marked."""

    def install(self) -> None:
        """Find modules from now on."""
        at = next((n for n, one in enumerate(sys.meta_path) if one is PathFinder), len(sys.meta_path))
        sys.meta_path.insert(at, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the other finders' spec of a module, with a loader that gives defaults if it is marked."""
        for finder in sys.meta_path[sys.meta_path.index(self) + 1 :]:
            find = getattr(finder, "find_spec", None)
            spec = cast("ModuleSpec | None", None if find is None else find(fullname, path, target))
            if spec is not None:
                if type(spec.loader) is SourceFileLoader and not is_installed(spec.loader.path):
                    loader = _Loader(fullname, spec.loader.path)
                    spec.loader = loader if loader.marked else spec.loader
                return spec
        return None


class _Loader(SourceFileLoader):
    """Loader of a module with defaults in place of its markers."""

    @property
    def marked(self) -> str:
        """Text of the module, if it has markers; else empty."""
        data = self.get_data(self.path)
        may_hold = any(opening.encode() in data for opening in OPENINGS)
        return marked_text(decode_source(data)) if may_hold else ""

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the code with defaults; what Python keeps on the disk has the markers."""
        text = self.marked
        if not text:  # it has been edited since
            return super().get_code(fullname)
        code: CodeType = compile(
            with_defaults(Part("file", self.path, text)), self.path, "exec", dont_inherit=True
        )
        return code
