"""What the tests of the compiler share: short ways from a text to what each stage makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hypertemplate.compiler import compile_source, explain
from hypertemplate.compiler.analysis import Analysis, analyse
from hypertemplate.compiler.diagnostics import render_all
from hypertemplate.compiler.module import Module, build_module
from hypertemplate.compiler.parsing import Tree, parse
from hypertemplate.compiler.program import Placement, Program
from hypertemplate.compiler.source import Part, Source
from hypertemplate.errors import CompileError
from hypertemplate.runtime.draws import Draws
from hypertemplate.runtime.joining import call, model_arguments

SETUP, TRIAL, BOTH, LEFT_OUT = Placement.SETUP, Placement.TRIAL, Placement.BOTH, Placement.LEFT_OUT
SEEDING = Placement.SEEDING

MODEL = "def model():\n    return {{uniform(0, 1)}}\n"
"""The shortest template; other texts are put before or after it."""


def source(*texts: str) -> Source:
    """A source of one part for each text, the first named ``model.py``."""
    names = ("model.py", *(f"part{number}.py" for number in range(1, len(texts))))
    return Source(tuple(Part("file", name, text) for name, text in zip(names, texts, strict=True)))


def tree(text: str) -> Tree:
    """The tree of a text that parses."""
    trees, found = parse(source(text))
    assert found == []
    return trees[0]


def module(*texts: str) -> Module:
    """The index of texts that parse."""
    trees, found = parse(source(*texts))
    assert found == []
    return build_module(trees)


def analysis(text: str, *, model: str | None = None, data: str | None = None) -> Analysis:
    """Everything that is known of a template before code is generated."""
    return analyse(source(text), model, data)


def compiled(*texts: str, model: str | None = None, data: str | None = None) -> Program:
    """The program of a template without errors."""
    return compile_source(source(*texts), model=model, data=data)


def findings(text: str, *, model: str | None = None, data: str | None = None) -> str:
    """Every diagnostic of a template as people see it; an empty string for none."""
    what = source(text)
    try:
        program = compile_source(what, model=model, data=data)
    except CompileError as error:
        return str(error)
    return render_all(program.warnings, what)


def codes(text: str, *, model: str | None = None, data: str | None = None) -> list[str]:
    """The code of every diagnostic of a template, in the order in which they are shown."""
    try:
        found = compile_source(source(text), model=model, data=data).warnings
    except CompileError as error:
        found = error.diagnostics
    return [diagnostic.code.name for diagnostic in found]


def labels(text: str) -> list[str]:
    """The labels of a template's parameters, in order."""
    return [parameter.label for parameter in compiled(text).space.parameters]


def placements(text: str) -> list[Placement]:
    """When each top-level statement of a template runs."""
    return [one.placement for one in explain(source(text))]


def reasons(text: str) -> list[str]:
    """Why each top-level statement of a template runs when it does."""
    return [one.reason for one in explain(source(text))]


def statement_texts(text: str) -> list[str]:
    """The text of each kept statement of a template, markers rewritten."""
    return [statement.text for part in compiled(text).parts for statement in part.statements]


def rewritten(expression: str) -> str:
    """What an expression with a marker becomes inside a function."""
    (text,) = statement_texts(f"def model(r=0, x=0):\n    return {expression}\n")
    return text.removeprefix("def model(r=0, x=0):\n    return ")


def run_trials(program: Program, trials: Iterable[Mapping[str, Any]]) -> list[Any]:
    """What the model returns in trials with these values: setup once, then each trial as a worker runs it."""
    namespace: dict[str, Any] = {"__name__": "hypertemplate_program"}
    for part in program.parts:
        exec(compile(part.setup, part.filename, "exec", part.flags, dont_inherit=True), namespace)
    data = namespace[program.data]() if program.data and not program.data_per_trial else None
    snapshot = dict(namespace)
    results = []
    for values in trials:
        namespace.clear()
        namespace.update(snapshot, _ht_=Draws(values))
        for part in program.parts:
            exec(compile(part.trial, part.filename, "exec", part.flags, dont_inherit=True), namespace)
        returned = namespace[program.data]() if program.data and program.data_per_trial else data
        arguments = model_arguments(program.join, returned, program.data or "", program.model)
        results.append(call(namespace[program.model], arguments))
    return results


def run(text: str, **values: Any) -> Any:
    """What the model of a template returns in one trial with these values."""
    return run_trials(compiled(text), [values])[0]
