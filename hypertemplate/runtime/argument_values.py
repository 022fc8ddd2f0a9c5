"""Values of the markers' arguments, once the setup part of a program has run."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from typing import Any

from hypertemplate.compiler.markers.resolve import ResolveError, default_draw, left_out_default, resolve
from hypertemplate.compiler.markers.search_space import Argument, Dimension, Parameter
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.source import Span, position
from hypertemplate.errors import LoadError
from hypertemplate.runtime.own_modules.rewritten_modules import RewrittenModules


class ArgumentValues:
    """Evaluation of texts of a program, such as bounds and lists of options, in its own module.

    Args:
        program: program that is loaded.
        namespace: names of its module.
        modules: the user's own modules with markers.

    Attributes:
        notes: notes on defaults that cannot be drawn.
    """

    def __init__(self, program: Program, namespace: dict[str, Any], modules: RewrittenModules) -> None:
        self._program = program
        self._namespace = namespace
        self._modules = modules
        self.notes: tuple[str, ...] = ()

    def dimensions(self) -> Iterator[Dimension]:
        """Yield the parameters of the search space with their numbers.

        Raises:
            LoadError: an argument has no number to draw from.
        """
        defaults = {p.label: functools.partial(self._default, p) for p in self._program.space.parameters}
        with self._modules.tried(defaults):
            yield from self._resolved()

    def of(self, argument: Argument) -> Any:
        """Evaluate the source text of an argument so that a traceback through it names its line."""
        part = self._program.parts[argument.span.part]
        flags = part.flags | ast.PyCF_ONLY_AST
        text = f"({argument.value or argument.text}\n)"
        tree = compile(text, part.filename, "eval", flags, dont_inherit=True)
        ast.increment_lineno(tree, self._place(argument.span)[0] - 1)
        code = compile(tree, part.filename, "eval", part.flags, dont_inherit=True)
        return eval(code, self._modules.names(part.module) if part.module else self._namespace)

    def _default(self, parameter: Parameter) -> float:
        """Return a value of a parameter, for a module that reads it when it is imported for its names."""
        return default_draw(resolve(parameter, self.of))

    def _resolved(self) -> Iterator[Dimension]:
        for parameter in self._program.space.parameters:
            try:
                dimension = resolve(parameter, self.of)
            except ResolveError as error:
                at = self._placed(error.span)
                raise LoadError(f"{at}: {error.message}", error.help and f"help: {error.help}") from None
            yield dimension
            left_out = left_out_default(parameter, dimension, self.of)
            if left_out is not None and parameter.default is not None:
                at = self._placed(parameter.default.span)
                self.notes += (f"{at}: {left_out.message}; {left_out.help}",)

    def _place(self, span: Span) -> tuple[int, int]:
        return position(self._program.source.parts[span.part].text, span.start)

    def _placed(self, span: Span) -> str:
        line, column = self._place(span)
        part = self._program.source.parts[span.part]
        between = (":", ":") if part.kind == "file" else (", line ", ", column ")
        return f"{part.name}{between[0]}{line}{between[1]}{column}"
