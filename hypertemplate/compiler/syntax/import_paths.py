"""Dotted paths of what imports name, with relative imports resolved."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_DYNAMIC = frozenset({"import_module", "__import__"})


def origin(node: ast.ImportFrom, package: str) -> str | None:
    """Return the absolute path of the module that names are imported from; None if it has none.

    >>> origin(ast.parse("from ..nets import build").body[0], "project.training")
    'project.nets'
    """
    if not node.level:
        return node.module
    above = package.split(".") if package else []
    if node.level > len(above):
        return None
    base = above[: len(above) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


def bound_paths(node: ast.AST, package: str) -> Iterator[tuple[str, str]]:
    """Yield pairs of a name that an import binds and its dotted path; a star import binds ``*``."""
    match node:
        case ast.Import(names=names):
            for alias in names:
                path = alias.name if alias.asname else alias.name.split(".")[0]
                yield alias.asname or path, path
        case ast.ImportFrom(names=names):
            module = origin(node, package)
            if module is not None:
                yield from ((alias.asname or alias.name, f"{module}.{alias.name}") for alias in names)


def loaded_paths(node: ast.AST, package: str) -> list[str]:
    """Return the paths that an import, or a call that imports, may load as modules; those of packages first.

    >>> loaded_paths(ast.parse("from nets.deep import build").body[0], "")
    ['nets', 'nets.deep', 'nets.deep.build']
    """
    paths: list[str] = []
    match node:
        case ast.Import(names=names):
            paths = [alias.name for alias in names]
        case ast.ImportFrom(names=names):
            module = origin(node, package)
            named = [f"{module}.{alias.name}" for alias in names if alias.name != "*"]
            paths = [] if module is None else [module, *named]
        case ast.Call(
            func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(path)), *_]
        ) if name in _DYNAMIC and not path.startswith("."):
            paths = [path]
    return list(dict.fromkeys(part for path in paths for part in with_packages(path)))


def with_packages(path: str) -> list[str]:
    """Return a dotted path after those of the packages around it.

    >>> with_packages("a.b.c")
    ['a', 'a.b', 'a.b.c']
    """
    parts = path.split(".")
    return [".".join(parts[: number + 1]) for number in range(len(parts))]
