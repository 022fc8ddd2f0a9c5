"""Values that reading exhausts: iterators, generators, open files.

A module-level ``batches = iter(rows)`` gives the first trial the first row and the second trial the
second; it is made for each trial. ``list(zip(a, b))`` holds no iterator, and is made once.
"""

from __future__ import annotations

import ast

from hypertemplate.compiler.dataflow.framework_state import StateFinder
from hypertemplate.compiler.syntax.nodes import own_nodes

ITERATING_CALLS = frozenset({"enumerate", "filter", "iter", "map", "open", "reversed", "zip"})
_PATHS = frozenset(
    {
        *("csv.DictReader", "csv.reader", "glob.iglob", "gzip.open", "io.StringIO", "os.scandir", "os.walk"),
        *("re.finditer", "builtins.open", "io.open", "bz2.open", "lzma.open", "codecs.open"),
    }
)
ITERATING_METHODS = frozenset(
    {
        *("__iter__", "as_numpy_iterator", "finditer", "iterdir", "iterrows", "itertuples", "rglob"),
        "make_one_shot_iterator",
    }
)


class OneShotFinder(StateFinder):
    """Finder of module-level names whose values reading exhausts."""

    def maker(self, value: ast.expr | None) -> str | None:
        """Return the part of an expression's value that reading exhausts, or None."""
        match value:
            case ast.GeneratorExp():
                return "a generator"
            case ast.Starred(value=whole):
                return self._item(whole)
        return super().maker(value)

    def _item(self, whole: ast.expr) -> str | None:
        """Return the part of a value's items that reading exhausts; an iterator's items are not iterators."""
        match whole:
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return self._any(items)
            case ast.ListComp(elt=item):
                return self.maker(item)
        return None

    def _call(self, call: ast.Call, func: ast.expr) -> str | None:
        path = self.module.dotted(func)
        if path is not None:
            return f"{path.rpartition('.')[2]}()" if is_one_shot(path) else None
        if isinstance(func, ast.Attribute):
            return f"{func.attr}()" if func.attr in ITERATING_METHODS else None
        if isinstance(func, ast.Name) and func.id not in self.module.binders:
            return f"{func.id}()" if func.id in ITERATING_CALLS else None
        return self._local(func.id) if isinstance(func, ast.Name) else None

    def _returned(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
        if any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in own_nodes(node)):
            return f"{node.name}()"
        return super()._returned(node)

    def _constructed(self, node: ast.ClassDef) -> str | None:
        if any(isinstance(part, ast.FunctionDef) and part.name == "__next__" for part in node.body):
            return f"{node.name}()"
        return None


def is_one_shot(path: str) -> bool:
    """Tell whether an imported function returns what reading exhausts."""
    return path in _PATHS or path.startswith("itertools.")
