"""Files of the user's own modules, which imports read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.files.path_pattern import Gap, Pattern, pattern
from hypertemplate.compiler.syntax.import_paths import loaded_paths


def imported_files(node: ast.Import | ast.ImportFrom) -> Iterator[Pattern]:
    """Yield the paths, in whatever folder, of the files that an import of the user's own modules may read."""
    for name in loaded_paths(node, ""):
        if not library.is_known(name.partition(".")[0]):
            yield from module_files(name)


def module_files(name: str) -> Iterator[Pattern]:
    """Yield the paths that the file of a module or package may have, in whatever folder."""
    place = name.replace(".", "/")
    yield pattern(Gap(), f"/{place}.py")
    yield pattern(Gap(), f"/{place}/__init__.py")
