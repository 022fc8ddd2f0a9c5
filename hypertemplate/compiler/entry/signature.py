"""Signature of a data or model function, as far as calls of it need it."""

from __future__ import annotations

from dataclasses import dataclass

from hypertemplate.compiler.dataflow.module import Function


@dataclass(frozen=True, slots=True)
class Takes:
    """Parameters of a function.

    Attributes:
        required: parameters without a default, keyword-only ones last.
        optional: parameters with a default, keyword-only ones last.
        positional: positional parameters, in order.
        more: whether it takes any number of positional arguments.
    """

    required: list[str]
    optional: list[str]
    positional: list[str]
    more: bool

    @property
    def any(self) -> bool:
        """True if it takes any argument."""
        return bool(self.required or self.optional or self.more)

    def at(self, place: int) -> str:
        """Return the parameter at a place; an empty text beyond the last one."""
        return self.positional[place] if place < len(self.positional) else ""

    def fits(self, count: int) -> bool:
        """Return True if it can be called with exactly `count` positional arguments."""
        enough = set(self.required) <= set(self.positional[:count])
        return enough and (self.more or count <= len(self.positional))


def takes_of(function: Function) -> Takes:
    """Return what a function of the template takes."""
    arguments = function.node.args
    positional = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    without = len(positional) - len(arguments.defaults)
    pairs = list(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
    required = positional[:without] + [a.arg for a, default in pairs if default is None]
    optional = positional[without:] + [a.arg for a, default in pairs if default is not None]
    return Takes(required, optional, positional, arguments.vararg is not None)
