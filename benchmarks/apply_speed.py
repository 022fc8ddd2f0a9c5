"""How long `apply` takes, compared to `check` of the same template of 200 lines.

    python benchmarks/apply_speed.py

Prints the seconds (the shortest of some runs, each of them beside one of `check`) and their ratio: in this
process, what `apply` does to the text; and as commands of their own, start of Python, the study and the file
included.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from compile_speed import one_function

from hypertemplate.cli import main as command_line
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.tuned_files.chosen_trial import chosen_trial
from hypertemplate.tuned_files.tuned_template import tuned_template

LINES = 200

FRAMEWORK = """\
class Dense:
    def __init__(self, units, rate):
        self.units = units
class Sequential:
    def add(self, layer): pass
    def note(self, value): pass
    def score(self, x, y): return 0.5
"""


def searched(folder: Path) -> tuple[Source, Path]:
    """A template, and the study of two trials of it."""
    text = one_function(LINES)
    (folder / "model.py").write_text(text, encoding="utf-8")
    (folder / "framework.py").write_text(FRAMEWORK, encoding="utf-8")
    os.chdir(folder)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert command_line(["run", "model.py", "--max-evals", "2", "--rerun-equal"]) == 0
    return Source((Part("file", "model.py", text),), path=str(folder / "model.py")), folder / "model.study"


def pairs(one: Callable[[], object], other: Callable[[], object], runs: int) -> tuple[float, float]:
    """The shortest seconds of two actions, each run of the one beside one of the other."""
    best = [float("inf")] * 2
    for _ in range(runs):
        for place, action in enumerate((one, other)):
            start = time.perf_counter()
            action()
            best[place] = min(best[place], time.perf_counter() - start)
    return best[0], best[1]


def command(*words: str) -> Callable[[], object]:
    """A command as a process of its own."""
    arguments = [sys.executable, "-m", "hypertemplate", *words]
    return lambda: subprocess.run(arguments, check=True, capture_output=True)


def main() -> None:
    """Time everything, and print one line for each way."""
    parser = argparse.ArgumentParser(description="Time apply on a generated template.")
    parser.add_argument("--runs", type=int, default=10, help="how often each is timed; the shortest counts")
    runs = parser.parse_args().runs
    print(f"{'what':<22}{'check':>10}{'apply':>10}{'ratio':>8}")
    with tempfile.TemporaryDirectory() as folder:
        source, study = searched(Path(folder).resolve())
        chosen = chosen_trial(read_study(study), None, "model.study")
        for shown, plain in (("defaults", False), ("ordinary code", True)):

            def apply(plain: bool = plain) -> object:
                return [*tuned_template(source, TemplateNames("model.py"), chosen, plain=plain).diff()]

            check_s, apply_s = pairs(lambda: compile_source(source), apply, runs)
            print(f"{shown + ', here':<22}{check_s:>10.3f}{apply_s:>10.3f}{apply_s / check_s:>8.2f}")
            words = ["apply", "model.study", *["--plain"] * plain]
            check_s, apply_s = pairs(command("check", "model.py"), command(*words), runs)
            print(f"{shown + ', command':<22}{check_s:>10.3f}{apply_s:>10.3f}{apply_s / check_s:>8.2f}")


if __name__ == "__main__":
    main()
