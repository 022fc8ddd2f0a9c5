"""What the documentation says is true: examples compile, lists are complete, links lead somewhere."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections import Counter
from contextlib import closing
from pathlib import Path

import docutils.core
import docutils.nodes
import pytest
from docutils.parsers.rst import Directive, directives

import hypertemplate
from hypertemplate import Study, distributions, optim, trial, tune
from hypertemplate.cli import main
from hypertemplate.cli.app import commands
from hypertemplate.compiler.diagnostics import codes
from hypertemplate.compiler.markers.search_space import Dimension, Option
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.frontend import read_template
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Study as Record
from hypertemplate.search.study import Trial, TrialState

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.rst"), *ROOT.glob("docs/**/*.rst"), *ROOT.glob("*/README.rst")])
EXAMPLES = sorted(ROOT.glob("examples/*.py"))


def page_id(path: Path) -> str:
    """The name of a page within the project."""
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, directive: str) -> list[str]:
    """The indented blocks after a line that is `directive`, dedented."""
    text = path.read_text(encoding="utf-8")
    found = re.findall(
        rf"^(?:.*[^:\n])?{re.escape(directive)}\n\n((?:(?: {{4}}.*)?\n)+)", text, flags=re.MULTILINE
    )
    return [textwrap.dedent(block).strip("\n") + "\n" for block in found]


def python_blocks(path: Path) -> list[str]:
    """The Python code of a page."""
    return blocks(path, ".. code-block:: python")


def template_files() -> dict[str, str]:
    """The files that the pages show and run commands on, by name."""
    model, *_ = python_blocks(ROOT / "README.rst")
    script, *_ = python_blocks(ROOT / "docs/scripts-and-notebooks.rst")
    plain, *_ = python_blocks(ROOT / "docs/tutorial.rst")
    wrong = model.replace("uniform(0, 0.5)", "uniform(0.5, 0)").replace("choice([32", "choise([32")
    syntax = python_blocks(ROOT / "docs/template-syntax.rst")
    colab = next(block for block in python_blocks(ROOT / "docs/colab.rst") if "def model" in block)
    (stages,) = [block for block in syntax if block.startswith("# stages.py\n")]
    return {
        "model.py": model,
        "wrong.py": wrong,
        "script.py": script,
        "stages.py": stages,
        "train.py": plain,
        "colab.py": colab,
    }


def make_study(folder: Path) -> SqliteStorage:
    """The study that the pages show, while a search writes it."""
    space = (
        Dimension("Dropout", "uniform", {"low": 0, "high": 0.5}),
        Dimension("units", "choice", {}, (Option("32", True), Option("64", True)), integral=True),
    )
    done, failed = TrialState.COMPLETE, TrialState.FAILED
    storage = SqliteStorage(folder)
    storage.create(Record("model", "4c1f", 1337, space, template="model.py", max_evals=4))
    storage.add(Trial(0, done, {"Dropout": 0.31462, "units": 0}, 0.2315, duration_s=12.25))
    storage.add(Trial(1, failed, {"Dropout": 0.07315, "units": 1}, duration_s=3.5, error="ValueError: NaN"))
    storage.add(Trial(2, done, {"Dropout": 0.18127, "units": 1}, 0.1988, duration_s=11.75))
    storage.propose(Trial(3, TrialState.RUNNING, {"Dropout": 0.22089, "units": 1}), "")
    return storage


def sessions() -> list[tuple[str, str, str]]:
    """Page, command and output of every command that a page shows and that runs no user code."""
    found = []
    for path in PAGES:
        for block in blocks(path, "::"):
            command, _, output = block.partition("\n")
            if output and re.match(r"\$ hypertemplate (check|space|suggest|compile|show)\b", command):
                found.append((page_id(path), command[2:], output))
    return found


class OfSphinx(Directive):  # type: ignore[misc]  # docutils has no types
    """A directive that docutils does not have; ``make docs`` sees whether Sphinx can follow it."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = dict.fromkeys(("caption", "hidden", "maxdepth", "members"), str)

    def run(self) -> list[docutils.nodes.Node]:
        return []


@pytest.fixture(scope="module", autouse=True)
def directives_of_sphinx() -> None:
    for name in ("toctree", "commands", "currentmodule", "autofunction", "autoclass", "automodule"):
        directives.register_directive(name, OfSphinx)


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_a_page_is_valid_restructuredtext(path: Path) -> None:
    settings = {"report_level": 2, "halt_level": 2, "file_insertion_enabled": False}
    text = re.sub(r"^\.\. include:: \S+$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    docutils.core.publish_doctree(text, settings_overrides=settings)


def sections(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    titles = re.findall(
        r"(?:\A|\n\n)(\S.*)\n([-=~])\2{2,}$", page.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    return {docutils.nodes.make_id(title.replace("``", "")) for title, _ in titles}


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    targets = re.findall(r"`[^`<]*<([^`>]+)>`__?", path.read_text(encoding="utf-8"))
    links = [
        (path.parent / file, section)
        for file, _, section in (t.partition("#") for t in targets if "://" not in t)
    ]
    assert [file for file, _ in links if not file.exists()] == []
    assert [(file, section) for file, section in links if section and section not in sections(file)] == []


def test_the_index_lists_every_page() -> None:
    index = (ROOT / "docs/index.rst").read_text(encoding="utf-8")
    listed = re.findall(r"^   ([\w/-]+)$", index, flags=re.MULTILINE)
    pages = [
        path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in ROOT.glob("docs/**/*.rst")
    ]
    assert sorted(listed) == sorted(name for name in pages if name != "index")


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(block, id=f"{page_id(path)}, block {number}")
        for path in PAGES
        for number, block in enumerate(python_blocks(path), 1)
    ],
)
def test_a_block_of_python_is_python(block: str) -> None:
    ast.parse(block)


USERS_PAGES = [
    path for path in PAGES if path.name not in ("architecture.rst", "CONTRIBUTING.rst", "CHANGES.rst")
]


@pytest.mark.parametrize("path", USERS_PAGES, ids=page_id)
def test_the_options_in_commands_of_a_page_exist(path: Path) -> None:
    unknown = []
    for name, line in re.findall(r"\bhypertemplate ([a-z]+)\b([^`\n]*)", path.read_text(encoding="utf-8")):
        if command := commands.commands.get(name):
            options = {text for p in command.params for text in (*p.opts, *p.secondary_opts)}
            given = re.findall(r"(?<!\S)\[?(--?[a-z][a-z-]*)", line.partition(" -- ")[0])
            unknown += [(name, option) for option in given if option not in {*options, "--help", "-h"}]
    assert unknown == []


GIVERS = {"hypertemplate": hypertemplate, "optim": optim, "study": Study, "trial": trial}
"""What code of the pages calls, by the name that it has there."""


@pytest.mark.parametrize("path", USERS_PAGES, ids=page_id)
def test_the_calls_that_a_page_shows_exist_and_take_these_arguments(path: Path) -> None:
    for block in python_blocks(path):
        if "import optuna" in block:
            continue  # it has studies and trials of its own
        for call in ast.walk(ast.parse(block)):
            match call:
                case ast.Call(func=ast.Attribute(value=ast.Name(giver), attr=name)) if giver in GIVERS:
                    signature = inspect.signature(getattr(GIVERS[giver], name))
                    known = {k.arg for k in call.keywords if k.arg}
                    assert known <= set(signature.parameters), ast.unparse(call)
                case ast.Attribute(value=ast.Name("study"), attr=name):
                    assert hasattr(Study, name), name


@pytest.mark.parametrize("name", ["model.py", "script.py", "stages.py", "colab.py"])
def test_a_template_in_the_documentation_compiles_without_a_warning(name: str) -> None:
    program = compile_source(Source((Part("file", name, template_files()[name]),)))
    assert program.warnings == ()
    assert program.space.parameters


@pytest.mark.parametrize("tool", ["keras-tuner", "optuna", "talos", "hyperas"])
def test_the_same_network_stands_beside_that_of_another_tool(tool: str) -> None:
    """What builds the layers is the same, less what each tool needs to say what is searched."""
    (page,) = ROOT.glob(f"docs/*-from-{tool}.rst")
    theirs, ours, *_ = python_blocks(page)
    program = compile_source(Source((Part("file", "train.py", ours),)))
    assert program.warnings == ()
    calls = [
        Counter(
            ast.unparse(call.func).rpartition(".")[2]
            for call in ast.walk(ast.parse(text))
            if isinstance(call, ast.Call)
        )
        for text in (theirs, ours)
    ]
    for name in ("Sequential", "Dense", "Dropout", "Adam", "compile", "evaluate", "train_test_split"):
        assert calls[0][name] == calls[1][name], name
    assert len(program.space.parameters) >= 3


def test_the_tutorial_ends_with_the_template_of_the_readme() -> None:
    plain, marked, *_ = python_blocks(ROOT / "docs/tutorial.rst")
    assert plain.partition("def model")[0] + marked == template_files()["model.py"]


@pytest.mark.parametrize("path", EXAMPLES, ids=page_id)
def test_an_example_compiles_without_a_warning(path: Path) -> None:
    assert compile_source(read_template(str(path)).source).warnings == ()


def test_there_are_sessions_on_each_kind_of_page() -> None:
    assert {page for page, _, _ in sessions()} >= {
        "README.rst",
        "docs/tutorial.rst",
        "docs/template-syntax.rst",
        "docs/how-it-works.rst",
    }


@pytest.mark.parametrize(
    ("command", "output"), [pytest.param(c, o, id=f"{page}: {c}") for page, c, o in sessions()]
)
def test_a_command_prints_what_the_page_shows(
    command: str,
    output: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in template_files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with closing(make_study(tmp_path / "model.study")):
        main(command.split()[1:])
    printed = capsys.readouterr()
    assert printed.out + printed.err == output


def test_the_page_of_diagnostics_is_the_generated_one() -> None:
    assert (ROOT / "docs/diagnostics.rst").read_text(encoding="utf-8") == codes.as_rst()


def test_the_table_of_distributions_is_complete() -> None:
    text = (ROOT / "docs/template-syntax.rst").read_text(encoding="utf-8")
    rows = re.findall(r"^``([a-z]+)\(.*?`` {2,}", text, flags=re.MULTILINE)
    assert sorted(rows) == [name for name in distributions.__all__ if name != "conditional"]


@pytest.mark.parametrize("command", sorted(commands.commands))
def test_the_page_of_commands_shows_every_option(command: str) -> None:
    text = (ROOT / "docs/cli.rst").read_text(encoding="utf-8")
    (synopsis,) = [
        b for b in blocks(ROOT / "docs/cli.rst", "::") if b.startswith(f"hypertemplate {command} ")
    ]
    texts = [text for p in commands.commands[command].params for text in (*p.opts, *p.secondary_opts)]
    options = {text for text in texts if text[0] == "-"}
    shown = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", synopsis))
    assert shown == options - {"--output"}
    assert f"``{command}``\n---" in text


def test_the_page_of_calls_shows_the_signature_of_minimize() -> None:
    page = ROOT / "docs/optim.rst"
    (shown,) = [block for block in blocks(page, "::") if block.startswith("minimize(")]
    (function,) = ast.parse(f"def {shown.rstrip()}: ...").body
    assert isinstance(function, ast.FunctionDef)
    parameters = inspect.signature(inspect.unwrap(optim.minimize)).parameters.values()
    kept = [f"{p.name}={p.default!r}" if p.default is not p.empty else p.name for p in parameters]
    position = next(i for i, p in enumerate(parameters) if p.kind is p.KEYWORD_ONLY)
    assert ast.unparse(function.args) == ", ".join([*kept[:position], "*", *kept[position:-1], "**options"])
    described = {
        name for line in re.findall(r"^``.*``$", page.read_text(), re.MULTILINE) for name in line.split("``")
    }
    assert {p.name for p in parameters} - described == set()


def test_the_page_of_calls_names_the_arguments_of_tune_and_what_a_study_has() -> None:
    text = (ROOT / "docs/optim.rst").read_text(encoding="utf-8")
    (section,) = re.findall(r"^``hypertemplate.tune``\n-+\n(.*?)\n\n\n", text, re.MULTILINE | re.DOTALL)
    parameters = inspect.signature(inspect.unwrap(tune)).parameters
    assert [name for name in parameters if f"``{name}" not in section] == ["template"]
    table = set(re.findall(r"^``([a-z_]+)", section, re.MULTILINE))
    assert {name for name in vars(Study) if name[0] != "_"} - table == {"name"}


USERS_FILES = frozenset({"program.py", "random.py"})
"""Files of users that those pages name."""


@pytest.mark.parametrize("name", ["CONTRIBUTING.rst", "docs/architecture.rst"])
def test_the_files_and_folders_that_a_page_names_exist(name: str) -> None:
    """A path lies below the package, its compiler or the repository; a name alone may lie anywhere in the package."""
    page = ROOT.joinpath(name).read_text(encoding="utf-8")
    package = ROOT / "hypertemplate"
    alone = {path.name for folder in (package, ROOT / "tests") for path in folder.rglob("*")} | USERS_FILES
    named = re.findall(r"``([\w./]*(?:\w\.(?:py|sql|jinja)|\w/))``", page)
    assert len(named) > 20
    missing = [
        path
        for path in named
        if path.rstrip("/") not in alone
        and not any((folder / path).exists() for folder in (package, package / "compiler", ROOT))
    ]
    assert missing == []
