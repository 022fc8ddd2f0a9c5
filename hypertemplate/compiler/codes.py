"""The codes of the diagnostics: each with a title and an explanation.

``docs/diagnostics.rst`` is generated from this table by ``make docs``.
"""

from __future__ import annotations

import enum


class Code(enum.Enum):
    """A kind of finding. HT0xx: reading, HT1xx: markers, HT2xx: the search space, HT3xx: the program."""

    SYNTAX = "HT001"
    TOO_DEEP = "HT002"
    NO_MODEL = "HT003"
    NO_DATA = "HT004"
    NOT_A_FUNCTION = "HT005"
    JOIN = "HT006"
    DUPLICATE_FUNCTION = "HT007"
    MARKER_CONTENT = "HT101"
    UNKNOWN_DISTRIBUTION = "HT102"
    ARGUMENTS = "HT103"
    BOUNDS = "HT104"
    OPTIONS = "HT105"
    PROBABILITIES = "HT106"
    LOG_BOUNDS = "HT107"
    NESTED_MARKER = "HT108"
    UNREACHED_MARKER = "HT109"
    MARKER_IN_FSTRING = "HT110"
    NOT_YET_DEFINED = "HT111"
    MARKER_IN_STRING = "HT112"
    UNCLOSED_MARKER = "HT113"
    SUBSCRIPTED_DRAW = "HT114"
    NO_MARKERS = "HT201"
    LABEL = "HT202"
    UNDEFINED_NAME = "HT301"
    RESERVED_NAME = "HT302"
    REPLACED_IMPORT = "HT303"

    @property
    def title(self) -> str:
        """A few words for a heading."""
        return EXPLANATIONS[self][0]

    @property
    def explanation(self) -> str:
        """What is wrong, why it matters and what to do."""
        return EXPLANATIONS[self][1]


EXPLANATIONS: dict[Code, tuple[str, str]] = {
    Code.SYNTAX: (
        "the template does not parse",
        "A template is ordinary Python: a marker is a set display in a set display. What Python itself "
        "cannot parse cannot be compiled either.",
    ),
    Code.TOO_DEEP: (
        "code nested too deep",
        "Python's own parser gives up on brackets or operators nested this deep, and so does hypertemplate.",
    ),
    Code.NO_MODEL: (
        "no model function",
        "One function is the model: it builds, trains and scores. It is the one named with ``--model``, "
        "else the one that the file's own ``minimize(...)`` names, else ``model`` or ``create_model``.",
    ),
    Code.NO_DATA: (
        "no data function",
        "A model function with parameters gets them from a data function: the one named with ``--data``, "
        "else the one that ``minimize(...)`` names, else ``data``.",
    ),
    Code.NOT_A_FUNCTION: (
        "the model or data is not a function of this file",
        "Data and model are plain functions (``def``) at the top level of the template.",
    ),
    Code.JOIN: (
        "model's parameters differ from what data returns",
        "What ``data()`` returns is handed to the model by name where every required parameter is among "
        "the returned names, by position where none is and the counts agree. Anything between is refused, "
        "since a guess would train on the wrong array.",
    ),
    Code.DUPLICATE_FUNCTION: (
        "a function is defined twice",
        "As in Python, the last definition counts. The first is often a forgotten copy.",
    ),
    Code.MARKER_CONTENT: (
        "a marker must hold one call of a distribution",
        "``{{...}}`` holds exactly one call, such as ``{{uniform(0, 0.5)}}``. As ordinary Python a set in a "
        "set always raises, so nothing else can stand there.",
    ),
    Code.UNKNOWN_DISTRIBUTION: (
        "unknown distribution",
        "The distributions are hyperopt's: choice, pchoice, randint, uniform, quniform, uniformint, "
        "loguniform, qloguniform, normal, qnormal, lognormal, qlognormal.",
    ),
    Code.ARGUMENTS: (
        "the arguments do not fit the distribution",
        "Arguments go by position or by keyword, as the distribution's signature says.",
    ),
    Code.BOUNDS: (
        "bounds out of order",
        "The lower bound must be below the upper one, a step and a standard deviation above zero.",
    ),
    Code.OPTIONS: (
        "options that cannot be chosen from",
        "``choice`` takes one list of options with at least one in it.",
    ),
    Code.PROBABILITIES: (
        "probabilities that do not sum to 1",
        "``pchoice`` takes pairs of a probability and an option; the probabilities are between 0 and 1 "
        "and sum to 1.",
    ),
    Code.LOG_BOUNDS: (
        "bounds that look like values, not logarithms",
        "``loguniform(low, high)`` draws ``exp(uniform(low, high))``: its bounds are natural logarithms. "
        "``loguniform(1e-5, 1e-1)`` draws between 1.00001 and 1.105.",
    ),
    Code.NESTED_MARKER: (
        "a marker inside a marker",
        "Inside a marker, distributions are written without braces: ``{{choice([0, uniform(1, 2)])}}``.",
    ),
    Code.UNREACHED_MARKER: (
        "a marker that nothing reaches",
        "Neither the data nor the model function reaches this marker: its value has no effect on the loss.",
    ),
    Code.MARKER_IN_FSTRING: (
        "a marker inside an f-string",
        "Inside an f-string, ``{{`` is a literal brace, and Python versions differ in the rest. Give the "
        "value a name first and put the name into the f-string.",
    ),
    Code.NOT_YET_DEFINED: (
        "a bound that is not known before the trial",
        "Bounds, and options that are not written as a list inside the marker, are evaluated once, after the "
        "file is loaded: they can use what the module defines, not a function's own variables or "
        "a name that depends on a marker.",
    ),
    Code.MARKER_IN_STRING: (
        "a string that looks like a marker",
        "Text in quotes is never a marker. If a draw was meant, take the quotes away.",
    ),
    Code.UNCLOSED_MARKER: (
        "a marker that is never closed",
        "A marker ends with two braces, one for each that opens it.",
    ),
    Code.SUBSCRIPTED_DRAW: (
        "a subscript inside a marker",
        "``{{choice([1, 2])[i]}}`` is reserved for one draw for each iteration of a loop, which this "
        "version does not make yet. An item of the drawn value is taken outside: ``({{...}})[0]``.",
    ),
    Code.NO_MARKERS: (
        "no markers",
        "Without a marker there is nothing to search.",
    ),
    Code.LABEL: (
        "a label that cannot be used",
        "``name=`` takes a string that is written out, and each name only once.",
    ),
    Code.UNDEFINED_NAME: (
        "a name that nothing defines",
        "The file is run as an import would run it, without its ``__main__`` part and without its calls of "
        "``minimize``; a name must be defined by what is left.",
    ),
    Code.RESERVED_NAME: (
        "a reserved name",
        "``_ht_`` is the name under which the generated program finds the drawn values.",
    ),
    Code.REPLACED_IMPORT: (
        "an import that has no counterpart",
        "Imports from Hyperas and from hypertemplate do not run as written; the names of the distributions "
        "are bound to hypertemplate's own.",
    ),
}


def as_rst() -> str:
    """``docs/diagnostics.rst`` as text."""
    lines = [
        "Diagnostics",
        "===========",
        "",
        ".. Generated from hypertemplate/compiler/codes.py by ``make docs``.",
        "",
    ]
    for code in Code:
        heading = f"{code.value}: {code.title}"
        lines += [heading, "-" * len(heading), "", code.explanation, ""]
    return "\n".join(lines)
