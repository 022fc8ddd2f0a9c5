"""Whether 20 trials of `run --suggested` find better values than those that stood in the file.

    python benchmarks/suggested_search.py digits
    python benchmarks/suggested_search.py fashion      (after `make datasets`)

Searches a plain file of benchmarks/suggested/ by validation data. Then it trains with the values that stood
in the file and with the best ones, with three other seeds each, and scores them by test data that the search
has never seen. The file itself stays as it is.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from hypertemplate.compiler.diagnostics.edit import Edit, edited
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.suggestions.marked_source import marked_source, marked_span
from hypertemplate.compiler.suggestions.proposals import proposals
from hypertemplate.frontend.files import open_file, python_source
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.views.trial_line import source_values

FOLDER = Path(__file__).parent / "suggested"

SCORE = """
import json, sys
sys.argv = ["script.py"]
script = {"__name__": "script"}
exec(compile(sys.stdin.read(), "script.py", "exec"), script)
print(json.dumps([script["test_accuracy"](seed) for seed in (101, 102, 103)]))
"""


def scores(text: str) -> list[float]:
    """Return the test accuracies of a script, one for each seed."""
    command = [sys.executable, "-c", SCORE]
    ran = subprocess.run(command, input=text, check=True, capture_output=True, text=True)
    found: list[float] = json.loads(ran.stdout.splitlines()[-1])
    return found


def with_best(path: Path, study: Path) -> str:
    """Return the text of a file with the values of the best trial of a study of what is proposed for it."""
    source = python_source(open_file(str(path)))
    found = proposals(source)
    program = compile_source(marked_source(source, found))
    kept = read_study(study).study
    assert kept.best is not None
    values = source_values(kept, kept.best.params)
    labels = {parameter.marker: parameter.label for parameter in program.space.parameters}
    edits = [Edit(one.span, values[labels[marked_span(one, found)]]) for one in found]
    return edited(source.parts[0].text, edits)


def main() -> None:
    """Search, compare, and print both."""
    parser = argparse.ArgumentParser(
        description="Compare what a search of proposals finds with what stood there."
    )
    parser.add_argument("name", choices=["digits", "fashion"])
    parser.add_argument("--max-evals", type=int, default=20)
    parser.add_argument("--algo", default="tpe", help="algorithm of the search")
    arguments = parser.parse_args()
    path = FOLDER / f"{arguments.name}.py"
    before = path.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder, "found.study")
        command = [
            sys.executable,
            "-m",
            "hypertemplate",
            "run",
            str(path),
            "--suggested",
            "--study",
            str(study),
        ]
        command += ["--max-evals", str(arguments.max_evals), "--algo", arguments.algo]
        subprocess.run(command, check=True)
        best = with_best(path, study)
    assert path.read_text(encoding="utf-8") == before
    for name, text in (("the values in the file", before), ("the best values", best)):
        found = scores(text)
        shown = ", ".join(f"{one:.4f}" for one in found)
        print(f"{name:<24} test accuracy {statistics.mean(found):.4f} (seeds: {shown})", flush=True)


if __name__ == "__main__":
    main()
