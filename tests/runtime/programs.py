"""Programs put together by hand, as the compiler would make them."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

from hypertemplate.compiler.markers.search_space import Argument, Option, Parameter, SearchSpace
from hypertemplate.compiler.program import Join, Placement, Program, ProgramPart, Statement
from hypertemplate.compiler.syntax.source import Part, Source, Span

MARKER = re.compile(r"\(_ht_\['\w+'\]\)")


def program(
    setup: str = "",
    trial: str = "",
    *,
    folder: Path,
    name: str = "model.py",
    parameters: tuple[Parameter, ...] = (),
    data: str | None = None,
    data_per_trial: bool = False,
    join: Join | None = None,
    flags: int = 0,
) -> Program:
    """A program of one file: first its setup text, then its trial text.

    The user's text is the same with each ``(_ht_['x'])`` as a marker ``{{uniform(0, 1)}}``.
    """
    statements = []
    line = 1
    for text, placement in ((setup, Placement.SETUP), (trial, Placement.TRIAL)):
        if text:
            statements.append(Statement(line, dedent(text).strip("\n"), placement))
            line += statements[-1].text.count("\n") + 1
    kept = "\n".join(statement.text for statement in statements) + "\n"
    part = ProgramPart(name, f"{folder}/./{name}", tuple(statements), flags)
    return Program(
        source=Source((Part("file", name, MARKER.sub("{{uniform(0, 1)}}", kept)),), str(folder / name)),
        parts=(part,),
        space=SearchSpace(parameters),
        model="model",
        data=data,
        data_per_trial=data_per_trial,
        join=join or Join("none"),
        digest="0" * 64,
    )


def uniform(label: str) -> Parameter:
    """A number between 0 and 1."""
    return _numeric(label, low=("0", True), high=("1", True))


def uniform_to(label: str, high: str, span: Span) -> Parameter:
    """A number between 0 and the value of a name."""
    low = Argument("low", "0", span, True)
    return Parameter(label, "uniform", (low, Argument("high", high, span, False)), None, span)


def choice(label: str, *options: str) -> Parameter:
    """A choice of written constants."""
    written = tuple(Option(text, True) for text in options)
    return Parameter(label, "choice", (), written, Span(0, 0, 1))


def listed(label: str, names: str, distribution: str = "choice") -> Parameter:
    """A choice over a list that is made at load time."""
    argument = Argument("options", names, Span(0, 0, 1), False)
    return Parameter(label, distribution, (argument,), None, Span(0, 0, 1))


def _numeric(label: str, **arguments: tuple[str, bool]) -> Parameter:
    span = Span(0, 0, 1)
    given = tuple(Argument(name, text, span, literal) for name, (text, literal) in arguments.items())
    return Parameter(label, "uniform", given, None, span)
