"""The command new, which writes a program to begin with."""

from __future__ import annotations

import importlib.util
import shlex
from pathlib import Path

import click

from hypertemplate.cli.console import say, tell
from hypertemplate.cli.exit_codes import DONE
from hypertemplate.errors import UsageError
from hypertemplate.starters import Starter, starter, starters

INSTALL = {
    "keras": 'pip install "hypertemplate[tensorflow]"',
    "sklearn": "pip install scikit-learn",
}
"""Command that installs each package that starters import."""


@click.command("new", short_help="Write a training program with marked values to begin with.")
@click.argument("name", required=False)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE; - prints the program instead.")
def new(name: str | None, output: str | None) -> int:
    """Write the starter NAME: a training program that runs as it is, with comments that say what to search.

    Without NAME, list the starters.
    """
    if name is None:
        if output is not None:
            raise UsageError("{output} is for a starter: name one, as in hypertemplate new mlp", "output")
        say(_listing())
        tell("write one: hypertemplate new mlp")
        return DONE
    chosen = starter(name)
    if output == "-":
        say([chosen.text.rstrip("\n")])
        return DONE
    path = Path(output or chosen.file_name)
    _write(chosen, path)
    _tell_next(chosen, path)
    return DONE


def _listing() -> list[str]:
    every = starters()
    width = max(len(one.name) for one in every)
    return [f"{one.name:<{width}}  {one.title}" for one in every]


def _write(chosen: Starter, path: Path) -> None:
    """Write a starter to a new file.

    Raises:
        UsageError: there is such a file, or it cannot be written or imported.
    """
    if path.is_dir():
        raise UsageError(f"{{output}} {path} is a folder; write {path / chosen.file_name}", "output")
    if path.suffix != ".py":
        raise UsageError(f"{{output}} {path} is not a Python file; write {path.name}.py", "output")
    if path.stem in chosen.imported():
        raise UsageError(
            f"{{output}} {path} would hide the package {path.stem}, which the program imports; take another "
            f"name, such as {path.with_stem('my_' + path.stem)}",
            "output",
        )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(chosen.named(path.name))
    except FileExistsError:
        raise UsageError(f"{path} exists; write to another file with {{output}} FILE", "output") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}", "output") from None


def _tell_next(chosen: Starter, path: Path) -> None:
    """Say what to do with a starter that was written."""
    shown = shlex.quote(str(path))
    tell(f"wrote {path}: {chosen.title}")
    for package in sorted(chosen.imported() & INSTALL.keys()):
        if importlib.util.find_spec(package) is None:
            tell(f"note: it imports {package}, which is not installed: {INSTALL[package]}")
    tell(f"run it as it is: python {shown}")
    tell("put your own data into it: replace what data() returns")
    tell(f"search for better values: hypertemplate run {shown} --max-evals 50")
