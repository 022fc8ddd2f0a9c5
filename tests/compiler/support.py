"""What the tests of the compiler share: short ways from a text to what each stage makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hypertemplate.compiler.analysis import Analysis, analyse
from hypertemplate.compiler.dataflow.module import Module, build_module
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, render_all
from hypertemplate.compiler.program import Placement, Program
from hypertemplate.compiler.stages import compile_source, explain
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.compiler.syntax.tree import Tree, parse
from hypertemplate.errors import CompileError
from hypertemplate.runtime.draws import Draws
from hypertemplate.runtime.model_arguments import call, model_arguments

Text = str | Source
"""A template of one file, or of several parts."""

SETUP, TRIAL, BOTH, LEFT_OUT = Placement.SETUP, Placement.TRIAL, Placement.BOTH, Placement.LEFT_OUT
KEPT = Placement.KEPT

MODEL = "def model():\n    return {{uniform(0, 1)}}\n"
SCRIPT = "loss = {{uniform(0, 1)}}\n"
"""Last statement of a flat script, all of which is kept."""
"""The shortest template; other texts are put before or after it."""


def source(*texts: str) -> Source:
    """A source of one part for each text, the first named ``model.py``."""
    names = ("model.py", *(f"part{number}.py" for number in range(1, len(texts))))
    return Source(tuple(Part("file", name, text) for name, text in zip(names, texts, strict=True)))


def cells(*texts: str) -> Source:
    """A notebook of these code cells, executed in order."""
    names = [f"train.ipynb, cell {number} (In [{number}])" for number in range(1, len(texts) + 1)]
    parts = (Part("cell", n, t, cell=c) for c, (n, t) in enumerate(zip(names, texts, strict=True), 1))
    return Source(tuple(parts), "/home/user/train.ipynb", "train.ipynb")


def beside(main: str, **modules: str) -> Source:
    """A file ``main.py`` and the files beside it that are compiled with it, by the names of its imports."""
    files = (
        Part("file", f"{name}.py", text, path=f"/home/user/{name}.py", module=name)
        for name, text in modules.items()
    )
    return Source((*files, Part("file", "main.py", main)), "/home/user/main.py")


def project(main: str, modules: Mapping[str, str]) -> Source:
    """A file ``main.py`` and the modules that it imports, by their files: ``nets.py``, ``pkg/__init__.py``."""
    parts = []
    for file, text in modules.items():
        path = file.removesuffix(".py").replace("/", ".")
        module = path.removesuffix(".__init__")
        package = module if path != module else module.rpartition(".")[0]
        whole = f"/home/user/{file}"
        parts.append(Part("file", file, text, path=whole, module=module, package=package, is_module=True))
    return Source((*parts, Part("file", "main.py", main)), "/home/user/main.py")


def _source(text: Text) -> Source:
    return text if isinstance(text, Source) else source(text)


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


def analysis(text: Text, *, model: str | None = None, data: str | None = None) -> Analysis:
    """Everything that is known of a template before code is generated."""
    return analyse(_source(text), model, data)


def compiled(first: Text, *more: str, model: str | None = None, data: str | None = None) -> Program:
    """The program of a template without errors: a source, or texts of files."""
    what = first if isinstance(first, Source) else source(first, *more)
    return compile_source(what, model=model, data=data)


def findings(text: Text, *, model: str | None = None, data: str | None = None) -> str:
    """Every diagnostic of a template as people see it; an empty string for none."""
    what = _source(text)
    try:
        program = compile_source(what, model=model, data=data)
    except CompileError as error:
        return str(error)
    return render_all(program.warnings, what)


def codes(text: Text, *, model: str | None = None, data: str | None = None) -> list[str]:
    """The code of every diagnostic of a template, in the order in which they are shown."""
    return [diagnostic.code.name for diagnostic in diagnostics(text, model=model, data=data)]


def diagnostics(text: Text, *, model: str | None = None, data: str | None = None) -> tuple[Diagnostic, ...]:
    """Every diagnostic of a template, in the order in which they are shown."""
    try:
        return compile_source(_source(text), model=model, data=data).warnings
    except CompileError as error:
        return tuple(error.diagnostics)


def labels(text: Text) -> list[str]:
    """The labels of a template's parameters, in order."""
    return [parameter.label for parameter in compiled(text).space.parameters]


def placements(text: Text) -> list[Placement]:
    """When each top-level statement of a template runs."""
    return [one.placement for one in explain(_source(text))]


def reasons(text: Text) -> list[str]:
    """Why each top-level statement of a template runs when it does."""
    return [one.reason for one in explain(_source(text))]


def statement_texts(text: Text) -> list[str]:
    """The text of each kept statement of a template, markers rewritten."""
    return [statement.text for part in compiled(text).parts for statement in part.statements]


def rewritten(expression: str) -> str:
    """What an expression with a marker becomes inside a function."""
    (text,) = statement_texts(f"def model(r=0, x=0):\n    return {expression}\n")
    return text.removeprefix("def model(r=0, x=0):\n    return ")


def run_trials(program: Program, trials: Iterable[Mapping[str, Any]]) -> list[Any]:
    """What the model returns in trials with these values; see `each_trial`."""
    return list(each_trial(program, trials))


def each_trial(program: Program, trials: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    """What the model returns in each trial with these values: setup once, then the program as it is.

    Of a script, whose statements are the trial, it is the module's names after each.
    """
    namespace: dict[str, Any] = {"__name__": "hypertemplate_program", "_ht_": Draws({})}
    left: dict[str, Any] = {}

    def data() -> Any:
        returned = namespace[program.data]() if program.data else None
        left.update(namespace["_ht_"].left)
        namespace.update({name: left[name] for name in program.leaked})
        return returned

    for part in program.parts:
        exec(compile(part.setup, part.filename, "exec", part.flags, dont_inherit=True), namespace)
    once = None if program.data_per_trial else data()
    snapshot = dict(namespace)
    for values in trials:
        namespace.clear()
        namespace.update(snapshot, _ht_=Draws(values))
        for part in program.parts:
            exec(compile(part.trial, part.filename, "exec", part.flags, dont_inherit=True), namespace)
        returned = data() if program.data_per_trial else once
        if program.model is None:
            yield dict(namespace)
        else:
            arguments = model_arguments(program.join, returned, program.data or "", program.model, left)
            yield call(namespace[program.model], arguments)


def run(text: Text, **values: Any) -> Any:
    """What the model of a template returns in one trial with these values."""
    return run_trials(compiled(text), [values])[0]


CHOICE = "{{choice([10, 20, 30])}}"


def trials_and_fresh_runs(text: str) -> tuple[list[Any], list[Any]]:
    """What ``loss`` of a script, or the model, is in three trials; and in fresh runs of the whole file."""
    program = compiled(text)
    found: list[Any] = []
    expected: list[Any] = []
    labels = [parameter.label for parameter in program.space.parameters]
    trials = [[(number + shift) % 3 for number in range(len(labels))] for shift in range(3)]
    for returned in each_trial(program, [dict(zip(labels, values, strict=True)) for values in trials]):
        found.append(repr(returned["loss"] if program.model is None else returned))
    for values in trials:
        whole = text
        for value in values:
            whole = whole.replace(CHOICE, str((10, 20, 30)[value]), 1)
        namespace: dict[str, Any] = {"__name__": "__main__" if program.model is None else "model"}
        exec(whole, namespace)
        given = (namespace["data"](),) if program.data is not None else ()
        expected.append(repr(namespace["loss"] if program.model is None else namespace["model"](*given)))
    return found, expected
