"""The shape of the code: which module may import which, what stays pure, what starts nothing heavy."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import pickle
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

import hypertemplate
from hypertemplate import errors
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import error
from hypertemplate.compiler.syntax.source import Part, Source, Span

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "hypertemplate"
STARTERS = PACKAGE / "templates" / "starters"  # programs of users, which the package never imports
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if STARTERS not in path.parents)

# What each layer may import besides itself. The longest matching prefix names the layer of a module.
LAYERS: dict[str, frozenset[str]] = {}


def _layer(name: str, *below: str) -> None:
    LAYERS[name] = frozenset(below).union(*(LAYERS[layer] for layer in below))


_layer("hypertemplate.errors")
_layer("hypertemplate.codec")
_layer("hypertemplate.kept_reports")
_layer("hypertemplate.origin")
_layer("hypertemplate.other_tools")
_layer("hypertemplate.distributions", "hypertemplate.errors")
_layer("hypertemplate.units", "hypertemplate.errors")
_layer("hypertemplate.compiler", "hypertemplate.distributions", "hypertemplate.codec", "hypertemplate.origin")
_layer("hypertemplate.frontend", "hypertemplate.compiler", "hypertemplate.units")
_layer(
    "hypertemplate.search.study",
    "hypertemplate.compiler",
    "hypertemplate.kept_reports",
    "hypertemplate.origin",
)
_layer("hypertemplate.trial")
_layer(
    "hypertemplate.runtime",
    "hypertemplate.compiler",
    "hypertemplate.kept_reports",
    "hypertemplate.origin",
    "hypertemplate.trial",
    "hypertemplate.units",
)
_layer("hypertemplate.accelerators", "hypertemplate.runtime")
_layer("hypertemplate.executors", "hypertemplate.accelerators")
_layer("hypertemplate.search", "hypertemplate.search.study", "hypertemplate.executors")
_layer("hypertemplate.bayes", "hypertemplate.search")
_layer("hypertemplate.utils", "hypertemplate.search")  # Hyperas's module of this name
_layer("hypertemplate.tuned_files", "hypertemplate.search", "hypertemplate.frontend")
_layer("hypertemplate.views", "hypertemplate.search", "hypertemplate.frontend")
_layer("hypertemplate.exports", "hypertemplate.views")
_layer("hypertemplate.results", "hypertemplate.exports")
_layer("hypertemplate.api", "hypertemplate.results", "hypertemplate.tuned_files", "hypertemplate.other_tools")
_layer("hypertemplate.ensemble", "hypertemplate.errors")
_layer("hypertemplate.optim", "hypertemplate.api", "hypertemplate.ensemble")
_layer("hypertemplate.starters", "hypertemplate.errors")
_layer("hypertemplate.ipython_extension", "hypertemplate.api")
_layer("hypertemplate.renamed_modules")
_layer(
    "hypertemplate", "hypertemplate.distributions", "hypertemplate.renamed_modules"
)  # the public names, and the version
_layer(
    "hypertemplate.cli",
    "hypertemplate.results",
    "hypertemplate.tuned_files",
    "hypertemplate.frontend",
    "hypertemplate.other_tools",
    "hypertemplate.starters",
    "hypertemplate",
)
_layer("hypertemplate.__main__", "hypertemplate.cli")

FRAMEWORKS = frozenset({"tensorflow", "keras", "tf_keras", "jax", "torch", "sklearn"})
EFFECTS = frozenset(
    {
        "os",
        "pathlib",
        "time",
        "datetime",
        "subprocess",
        "socket",
        "shutil",
        "tempfile",
        "glob",
        "random",
        "threading",
    }
)


class Import(NamedTuple):
    """One import statement; `target` is a full module name."""

    file: str
    line: int
    target: str


def module_name(path: Path) -> str:
    """``hypertemplate/cli/__init__.py`` -> ``hypertemplate.cli``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[Import]:
    """Every import in a file, those in functions included, less the ones for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        for statement in node.body
        for child in ast.walk(statement)
    }
    file = path.relative_to(ROOT).as_posix()
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (Import(file, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = (
                module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(".")[0]
            )
            base = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            yield from (Import(file, node.lineno, _target(base, alias.name)) for alias in node.names)


def _target(base: str, name: str) -> str:
    """``from package import x`` names a module where `x` is one, else the package."""
    file = ROOT.joinpath(*base.split("."), name)
    return f"{base}.{name}" if file.with_suffix(".py").exists() or file.is_dir() else base


def layer_of(module: str) -> str:
    """The layer that a module belongs to."""
    while module not in LAYERS:
        assert "." in module, f"{module} belongs to no layer; give it one in LAYERS"
        module = module.rpartition(".")[0]
    return module


ALL_IMPORTS = [item for path in MODULES for item in imports(path)]


AGAINST = {
    # ``str(CompileError)`` renders itself, when it is asked to.
    ("hypertemplate/errors.py", "hypertemplate.compiler.diagnostics.diagnostic"),
    # IPython looks for the extension in the package, when it is asked to load it.
    ("hypertemplate/__init__.py", "hypertemplate.ipython_extension"),
    # What takes long to import is imported when it is asked for.
    ("hypertemplate/__init__.py", "hypertemplate.api.tune"),
    ("hypertemplate/__init__.py", "hypertemplate.api.template_views"),
    # An interrupt waits until that is done.
    ("hypertemplate/__init__.py", "hypertemplate.runtime.process.interrupts"),
}
"""The imports against the direction, each inside a function."""


def test_there_are_modules_and_imports_to_judge() -> None:
    assert len(MODULES) > 20
    assert any(item.target == "hypertemplate.errors" for item in ALL_IMPORTS)


def test_imports_run_one_way() -> None:
    wrong = []
    for item in ALL_IMPORTS:
        if item.target.split(".")[0] != "hypertemplate" or (item.file, item.target) in AGAINST:
            continue
        here = layer_of(module_name(ROOT / item.file))
        there = layer_of(item.target)
        if there not in LAYERS[here] | {here}:
            wrong.append(f"{item.file}:{item.line}: {here} may not import {item.target}")
    assert wrong == []


def test_the_exceptions_are_used() -> None:
    assert {(item.file, item.target) for item in ALL_IMPORTS} >= AGAINST


SAME_NAMES = frozenset({"__init__", "base", "factory", "options"})
"""The names that several folders have a file of, since each means the same in its folder."""

GERUNDS: frozenset[str] = frozenset()
"""Modules whose names end in -ing all the same, each with its reason beside it: none today."""

MAX_MODULES = 16


def test_no_two_modules_have_one_name() -> None:
    stems = Counter(path.stem for path in MODULES)
    assert {name for name, count in stems.items() if count > 1} <= SAME_NAMES


def test_no_module_takes_the_place_of_a_public_function() -> None:
    """The import of ``hypertemplate.report`` as a module would bind the name ``report`` of the package to it."""
    functions = {name for name in dir(hypertemplate) if not inspect.ismodule(getattr(hypertemplate, name))}
    assert functions >= {"report", "tune", "space"}
    assert {path.stem for path in PACKAGE.iterdir()} & functions == set()


def test_no_module_is_named_by_a_gerund() -> None:
    assert {path.stem for path in MODULES if path.stem.endswith("ing")} == GERUNDS


def test_a_folder_is_seen_at_a_glance() -> None:
    folders = Counter(path.parent.relative_to(ROOT) for path in MODULES if path.stem != "__init__")
    assert {str(folder): count for folder, count in folders.items() if count > MAX_MODULES} == {}


QUESTIONS = frozenset({"How", "What", "When", "Where", "Whether", "Which", "Who", "Whose", "Why"})
"""Words that no docstring opens with: it opens with a noun, or in a function with an imperative verb."""


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every docstring in a file, also of those below constants and attributes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, text


def test_no_docstring_opens_with_a_question() -> None:
    opened = [
        f"{path.relative_to(ROOT)}:{line}: {text.splitlines()[0]}"
        for path in MODULES
        for line, text in docstrings(path)
        if re.split(r"\W", text, maxsplit=1)[0] in QUESTIONS
    ]
    assert opened == []


def test_no_files_import_each_other_in_a_circle() -> None:
    """Imports inside functions too, but for those in `AGAINST`."""
    imported: dict[str, set[str]] = {module_name(path): set() for path in MODULES}
    for item in ALL_IMPORTS:
        if (item.file, item.target) not in AGAINST and item.target in imported:
            imported[module_name(ROOT / item.file)].add(item.target)
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def outside(item: Import) -> str:
    """The top package of what is imported."""
    return item.target.partition(".")[0]


def found(modules: frozenset[str], folder: str, *, but: tuple[str, ...] = ()) -> list[str]:
    """The imports of any of `modules` in files under `folder`, except in the files `but`."""
    return [
        f"{item.file}:{item.line}: {item.target}"
        for item in ALL_IMPORTS
        if item.file.startswith(folder) and item.file not in but and outside(item) in modules
    ]


def test_the_compiler_has_no_effects_and_needs_only_jinja2() -> None:
    assert found(EFFECTS, "hypertemplate/compiler/") == []
    third_party = {
        outside(item)
        for item in ALL_IMPORTS
        if item.file.startswith("hypertemplate/compiler/")
        and outside(item) not in sys.stdlib_module_names
        and outside(item) != "hypertemplate"
    }
    assert third_party <= {"jinja2"}


def test_the_compiler_calls_no_builtin_with_an_effect() -> None:
    calls = [
        f"{path.name}:{node.lineno}: {node.func.id}"
        for path in PACKAGE.joinpath("compiler").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("open", "print", "input", "exec", "eval")
    ]
    assert calls == []


@pytest.mark.parametrize(
    ("module", "files"),
    [
        pytest.param(
            "hyperopt",
            tuple(
                f"hypertemplate/search/samplers/hyperopt/{part}.py"
                for part in ("sampler", "trial_documents", "document_checks", "spaces")
            ),
            id="only the sampler, its documents and its spaces import hyperopt",
        ),
        pytest.param(
            "nbformat", ("hypertemplate/frontend/notebook/ipynb.py",), id="only one file knows notebooks"
        ),
        pytest.param("IPython", ("hypertemplate/frontend/ipython.py",), id="only one file knows IPython"),
        pytest.param("google", ("hypertemplate/frontend/hosts/colab.py",), id="only one file knows Colab"),
        pytest.param(
            "kaggle_session", ("hypertemplate/frontend/hosts/kaggle.py",), id="only one file knows Kaggle"
        ),
        pytest.param(
            "rich",
            ("hypertemplate/views/displays/terminal_display.py",),
            id="only one file draws on terminals",
        ),
        *(
            pytest.param(library, (f"hypertemplate/exports/{file}.py",), id=f"only one file knows {library}")
            for library, file in (
                ("mlflow", "mlflow_runs"),
                ("pyarrow", "parquet_file"),
                ("tensorboard", "tensorboard_runs"),
            )
        ),
        pytest.param(
            "optuna",
            ("hypertemplate/exports/optuna_study.py", "hypertemplate/exports/optuna_rows.py"),
            id="only studies and their rows know optuna",
        ),
        pytest.param(
            "sqlalchemy",
            (
                "hypertemplate/exports/optuna_study.py",
                "hypertemplate/exports/optuna_rows.py",
                "hypertemplate/exports/mlflow_runs.py",
            ),
            id="only what writes databases of others knows sqlalchemy",
        ),
        pytest.param(
            "ray", ("hypertemplate/executors/ray_cluster/ray_bridge.py",), id="only one file imports Ray"
        ),
        pytest.param("plotly", ("hypertemplate/results/plotly_figures.py",), id="only one file knows Plotly"),
        pytest.param(
            "sqlite3",
            (
                "hypertemplate/search/storage/sqlite/reader.py",
                "hypertemplate/search/storage/sqlite/writer.py",
            ),
            id="only the storage imports sqlite3",
        ),
    ],
)
def test_one_file_imports_an_outside_thing(module: str, files: tuple[str, ...]) -> None:
    assert found(frozenset({module}), "hypertemplate/", but=files) == []
    assert {item.file for item in ALL_IMPORTS if outside(item) == module} == set(files)


def test_only_the_command_line_imports_click() -> None:
    elsewhere = [
        item.file
        for item in ALL_IMPORTS
        if outside(item) == "click" and not item.file.startswith("hypertemplate/cli/")
    ]
    assert elsewhere == []


def test_no_file_imports_a_framework() -> None:
    assert found(FRAMEWORKS, "hypertemplate/") == []


def test_the_package_itself_loads_nothing_heavy() -> None:
    program = (
        "import sys, hypertemplate\n"
        f"heavy = {sorted(FRAMEWORKS | {'hyperopt', 'numpy', 'click', 'rich', 'jinja2', 'nbformat', 'IPython'})}\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"


def _instances() -> Iterator[Exception]:
    source = Source((Part("file", "model.py", "x = {{uniform(1, 0)}}\n"),), path="/elsewhere/model.py")
    findings = (error(Code.BOUNDS, "low < high, got low=1, high=0", Span(0, 6, 19), "uniform(0, 1)"),)
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        if kind.__module__ != errors.__name__:
            continue
        assert issubclass(kind, errors.HypertemplateError), name
        if kind is errors.CompileError:
            yield errors.CompileError(findings, source)
        elif kind is errors.LoadError:
            yield errors.LoadError("data() raised", "Traceback ...", "loading\n")
        else:
            yield kind("what went wrong")


@pytest.mark.parametrize("raised", list(_instances()), ids=lambda raised: type(raised).__name__)
def test_every_exception_pickles(raised: Exception) -> None:
    back = pickle.loads(pickle.dumps(raised))
    assert type(back) is type(raised)
    assert back.args == raised.args
    assert vars(back) == vars(raised)
    assert str(back) == str(raised)
