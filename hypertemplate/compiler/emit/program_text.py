"""Text of ``program.py``: the program for people to read, and to run one trial with."""

from __future__ import annotations
import __future__

import functools
import itertools
from collections.abc import Iterator
from importlib import resources
from typing import TYPE_CHECKING

from hypertemplate.compiler.diagnostics.diagnostic import printable
from hypertemplate.compiler.markers.grammar import CHOICES
from hypertemplate.compiler.markers.resolve import default_draw, resolve_literal
from hypertemplate.compiler.markers.search_space import Parameter
from hypertemplate.compiler.program import Program, ProgramPart
from hypertemplate.compiler.syntax.source import line_starts

if TYPE_CHECKING:
    import jinja2


def render_program(program: Program) -> str:
    """Render ``program.py``: the kept statements in source order, default values, the join and one trial.

    The user's text reaches jinja2 only as a value: as template text, jinja2 would evaluate the markers.
    """
    folder, _, name = program.source.path.rpartition("/")
    return _template().render(
        program=program,
        name=printable(name or program.source.name),
        folder=program.source.folder or folder,
        package=next((part.package for part in program.parts if not part.module), ""),
        modules=[(p.module, p.filename, _lines(p.kept)) for p in program.parts if p.module and p.statements],
        features=_features(program),
        parts=[(printable(part.name), [*_texts(part)]) for part in program.parts if not part.module],
        defaults=[(p.label, _default(p, program)) for p in program.space.parameters],
        join=f"_ht_{program.join!r}",
        space=[(p.label, _shown(p)) for p in program.space.parameters if program.reads_space],
        lazy=any(_known_default(p) is None for p in program.space.parameters),
    )


@functools.cache
def _template() -> jinja2.Template:
    import jinja2  # here, because `check` and `space` do not need it

    text = resources.files("hypertemplate").joinpath("templates", "program.py.jinja").read_text("utf-8")
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True, trim_blocks=True, autoescape=False
    )
    environment.filters["repr"] = repr
    return environment.from_string(text)


def _texts(part: ProgramPart) -> Iterator[str]:
    """Yield the text of each statement, and that of a block as a whole."""
    for block, statements in itertools.groupby(part.statements, lambda statement: statement.block):
        texts = [statement.text for statement in statements]
        if block is None:
            yield from texts
        else:
            yield "\n".join(["if True:", *(f"{block.indent}{text}" for text in texts)])


def _features(program: Program) -> list[str]:
    """Return the names of the ``__future__`` imports that the parts were compiled with."""
    flags = 0
    for part in program.parts:
        flags |= part.flags
    return [n for n in __future__.all_feature_names if getattr(__future__, n).compiler_flag & flags]


def _shown(parameter: Parameter) -> str:
    """Return a parameter's default as in Hyperas's ``space``: for a choice, the option itself."""
    if not parameter.options:
        return f"_ht_[{parameter.label!r}]"
    first = parameter.options[parameter.default_option or 0]
    if first.inner:
        return f"_ht_[{first.inner!r}]"
    return first.text if first.literal else repr(first.text)


def _lines(text: str) -> list[str]:
    """Return the lines of a text, each with its end."""
    starts = (*line_starts(text), len(text))
    return [text[start:end] for start, end in itertools.pairwise(starts) if start < end]


_KEYWORDS = {"p_options": "options"}
"""Arguments of `default_value` that have another name in the distribution."""


def _known_default(parameter: Parameter) -> float | None:
    """Return a parameter's default if that is known without running anything."""
    if parameter.default is not None and not parameter.default.literal:
        return None
    if parameter.options is None and parameter.distribution in CHOICES:
        return 0
    dimension = resolve_literal(parameter)
    return None if dimension is None else default_draw(dimension)


def _default(parameter: Parameter, program: Program) -> str:
    """Return a parameter's default as an expression; a lambda if its bounds contain names."""
    known = _known_default(parameter)
    if known is not None:
        return repr(known)
    module = program.parts[parameter.marker.part].module
    texts = {
        argument.name: f"eval({argument.value or argument.text!r}, _ht_modules.names({module!r}))"
        if module and not argument.literal
        else argument.value or argument.text
        for argument in (*parameter.arguments, *filter(None, (parameter.default,)))
    }
    arguments = ", ".join(f"{_KEYWORDS.get(name, name)}=({text})" for name, text in texts.items())
    scale = ", log=True" if parameter.log else ""
    return f"lambda: _ht_default({parameter.written!r}, {arguments}{scale})"
