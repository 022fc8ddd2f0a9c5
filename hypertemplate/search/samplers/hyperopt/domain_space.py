"""Space of a hyperopt domain, read from the expression that it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hypertemplate.compiler.markers.grammar import CHOICES, SIGNATURES
from hypertemplate.compiler.markers.search_space import Dimension, Option, Params
from hypertemplate.errors import UsageError

Path = tuple[tuple[str, int], ...]
"""Options on the way to a label: the label of each choice, and the number of the option."""

_NUMBERS = ("low", "high", "mu", "sigma", "q")


@dataclass(frozen=True, slots=True)
class DomainSpace:
    """Space of a domain.

    Attributes:
        space: dimensions, an inner one after its choice. A label that several options share has no parent.
        paths: ways to each label; a point reaches it by any of them.
    """

    space: tuple[Dimension, ...]
    paths: Mapping[str, frozenset[Path]]

    def reached(self, params: Params) -> dict[str, float]:
        """Return the values of the labels that a point reaches."""
        found: dict[str, float] = {}
        for dimension in self.space:
            label = dimension.label
            ways = self.paths[label]
            if label in params and any(all(found.get(a) == i for a, i in way) for way in ways):
                found[label] = params[label]
        return found


@dataclass(eq=False)
class _Found:
    """Label in an expression: its distribution, the options that it chooses from, and the ways to it."""

    node: Any
    options: tuple[Any, ...] = ()
    paths: set[Path] = field(default_factory=set)


def domain_space(domain: Any) -> DomainSpace:
    """Read the space of a ``hyperopt.base.Domain``.

    Raises:
        UsageError: a label has another distribution than the twelve, or arguments that are no numbers.
    """
    found: dict[str, _Found] = {}
    _walk(domain.expr, (), found)
    dimensions = (_dimension(label, one) for label, one in found.items())
    return DomainSpace(tuple(dimensions), {label: frozenset(one.paths) for label, one in found.items()})


def _walk(node: Any, path: Path, found: dict[str, _Found]) -> None:
    """Note the labels in an expression, an outer one before those in its options."""
    if node.name == "hyperopt_param":
        label = node.arg["label"].obj
        found.setdefault(label, _Found(node.arg["obj"])).paths.add(path)
        return
    inputs = node.inputs()
    if node.name != "switch" or inputs[0].name != "hyperopt_param":
        for one in inputs:
            _walk(one, path, found)
        return
    chosen, *options = inputs
    _walk(chosen, path, found)
    label = chosen.arg["label"].obj
    found[label].options = tuple(options)
    for number, option in enumerate(options):
        _walk(option, (*path, (label, number)), found)


def _dimension(label: str, found: _Found) -> Dimension:
    node = found.node
    ways = [*found.paths]
    parent = ways[0][-1] if len(ways) == 1 and ways[0] else None
    name = "pchoice" if node.name == "categorical" else "choice" if found.options else node.name
    if name in CHOICES:
        weights = tuple(float(one.obj) for one in node.arg["p"].inputs()) if name == "pchoice" else ()
        options = tuple(map(_option, found.options)) or tuple(
            Option(str(i), True) for i in range(len(weights))
        )
        return Dimension(label, name, {}, options, weights, integral=True, parent=parent)
    numbers = {key: node.arg[key].obj for key in _NUMBERS if hasattr(node.arg.get(key), "obj")}
    needed = {key for key, is_needed in SIGNATURES.get(name, {"": True}).items() if is_needed}
    if not needed <= {*numbers}:
        raise UsageError(f"bayes cannot search {label}: it needs one of hyperopt's distributions, of numbers")
    return Dimension(label, name, numbers, integral=name in ("randint", "uniformint"), parent=parent)


def _option(node: Any) -> Option:
    """Return an option; a number is known by its text, so that numbers are ordered."""
    value = getattr(node, "obj", None)
    return (
        Option(repr(value), literal=True) if isinstance(value, (bool, int, float, str)) else Option("", False)
    )
