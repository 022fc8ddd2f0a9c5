"""Imports of Hyperas and of hypertemplate in a template, which are replaced.

Search functions (``optim``) have no place inside a trial; the names of the distributions are bound to
hypertemplate's own, so that a file which imports Hyperas does not need it installed. ``hypertemplate.trial``
runs as written, in each trial, and ``hypertemplate.report`` is there for it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from hypertemplate import distributions

PACKAGES = frozenset({"hyperas", "hypertemplate"})
TRIAL = "hypertemplate.trial"
REPORT = "hypertemplate.report"


def is_replaced(node: ast.stmt) -> bool:
    """Return True if a statement imports from one of the two packages."""
    match node:
        case ast.Import(names=names):
            return any(_package(alias.name) in PACKAGES for alias in names)
        case ast.ImportFrom(module=str(module), level=0):
            return _package(module) in PACKAGES
    return False


def bound_by_star(node: ast.stmt) -> set[str]:
    """Return the names that ``from hyperas.distributions import *`` binds; empty for other statements."""
    match node:
        case ast.ImportFrom(module=str(module), names=[ast.alias(name="*")]) if _has_distributions(module):
            return set(distributions.__all__)
    return set()


def replacement(node: ast.stmt) -> tuple[str, set[str]]:
    """Return the replacement of an import (empty for none), and the names that it no longer binds.

    >>> replacement(ast.parse("from hyperas.distributions import uniform, hp").body[0])
    ('from hypertemplate.distributions import uniform', {'hp'})
    """
    assert isinstance(node, (ast.Import, ast.ImportFrom))
    if isinstance(node, ast.Import):
        return _plain(node)
    module = node.module or ""
    has = _has_distributions(module)
    kept = [a for a in node.names if has and a.name in (*distributions.__all__, "*")]
    modules = [a for a in node.names if _is_module(f"{module}.{a.name}") or f"{module}.{a.name}" == REPORT]
    if module == TRIAL:
        return f"from {TRIAL} import {', '.join(map(_written, node.names))}", set()
    lost = {a.asname or a.name for a in node.names if a not in kept and a not in modules} - {"*"}
    # The package also exports its distributions, so that one statement binds both.
    origin = "hypertemplate" if modules else "hypertemplate.distributions"
    written = ", ".join(map(_written, modules + kept))
    return (f"from {origin} import {written}" if written else ""), lost


def tells_of_trial(node: ast.stmt) -> bool:
    """Return True for an import of ``hypertemplate.trial``, which differs in each trial, or from it."""
    match node:
        case ast.Import(names=names):
            return any(alias.name == TRIAL and alias.asname for alias in names)
        case ast.ImportFrom(module=str(module), names=names, level=0):
            return module == TRIAL or any(f"{module}.{alias.name}" == TRIAL for alias in names)
    return False


def is_report(path: str | None) -> bool:
    """Return True for the path of ``report``, which trials call."""
    return path in (REPORT, f"{TRIAL}.report")


def reports_by(tree: ast.AST, names: Collection[str]) -> bool:
    """Return True if code calls ``report`` of a package that has one of these names."""
    return any(
        isinstance(one, ast.Attribute)
        and one.attr == "report"
        and isinstance(one.value, ast.Name)
        and one.value.id in names
        for one in ast.walk(tree)
    )


def only_reports(node: ast.AST, name: str) -> bool:
    """Return True if code uses the name of the package for ``report`` alone."""
    for_reports = {
        id(one.value) for one in ast.walk(node) if isinstance(one, ast.Attribute) and one.attr == "report"
    }
    uses = (one for one in ast.walk(node) if isinstance(one, ast.Name) and one.id == name)
    return all(id(use) in for_reports for use in uses)


def in_place(node: ast.stmt, breaks: str) -> str:
    """Return the replacement of an import inside a block, on as many lines.

    Args:
        node: the import.
        breaks: line breaks in its text.
    """
    text = replacement(node)[0] or "pass"
    return f"{text}; ({breaks})" if breaks else text


def renamed(node: ast.stmt) -> str:
    """Return the replacement of an import from a file that is compiled with the template.

    >>> renamed(ast.parse("from network import build, train as fit").body[0])
    'fit = train'
    """
    assert isinstance(node, ast.ImportFrom)
    return "; ".join(f"{alias.asname} = {alias.name}" for alias in node.names if alias.asname)


def _plain(node: ast.Import) -> tuple[str, set[str]]:
    kept: list[str] = []
    lost: set[str] = set()
    for alias in node.names:
        if _package(alias.name) not in PACKAGES:
            kept.append(_written(alias))
        elif alias.asname and _is_module(alias.name):
            kept.append(f"hypertemplate.{alias.name.rpartition('.')[2]} as {alias.asname}")
        else:
            if alias.name == "hypertemplate":
                kept.append(_written(alias))  # for its `report`; the rest of it drives searches
            lost.add(alias.asname or _package(alias.name))
    return (f"import {', '.join(kept)}" if kept else ""), lost


def _package(module: str) -> str:
    return module.split(".")[0]


def _is_module(path: str) -> bool:
    """Return True for the path of a module that a trial can import: the distributions, or the trial."""
    return path in ("hyperas.distributions", "hypertemplate.distributions", TRIAL)


def _has_distributions(module: str) -> bool:
    return module in ("hypertemplate", "hypertemplate.distributions", "hyperas.distributions")


def _written(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name
