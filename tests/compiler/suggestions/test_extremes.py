"""The plain scripts with the extremes of all ranges at once: none of them breaks the program."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from hypertemplate.compiler.diagnostics.edit import Edit, edited
from hypertemplate.compiler.suggestions.proposal import Proposal
from hypertemplate.compiler.suggestions.proposals import proposals
from tests.compiler.suggestions.test_plain_scripts import SCRIPTS
from tests.compiler.support import source
from tests.compiler.test_golden import OUTPUT

RUN = """
import sys
for number, text in enumerate(sys.stdin.read().split("\\0")):
    print("run", number, flush=True)
    sys.argv = ["script.py"]
    exec(compile(text, f"run {number}", "exec"), {"__name__": "__main__"})
"""


def values(proposal: Proposal) -> list[str]:
    """The lowest and the highest value of a range, or the options of a choice, as code."""
    call = ast.parse(proposal.draw, mode="eval").body
    assert isinstance(call, ast.Call)
    if isinstance(call.args[0], ast.List):
        return [ast.unparse(one) for one in call.args[0].elts]
    texts = [ast.unparse(one) for one in call.args[:2]]
    return [repr(float(one)) for one in texts] if proposal.draw.startswith("uniform(") else texts


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_extremes(path: Path) -> None:
    text = path.read_text(encoding="utf-8").partition(OUTPUT)[0]
    if "torch" in text:
        pytest.importorskip("torch")
    found = proposals(source(text))
    texts = []
    for run in range(3 if found else 0):  # the first of each, the last of each, and options between
        every = [(number, values(one)) for number, one in enumerate(found)]
        chosen = [one[(0, -1, (run + number) % len(one))[run]] for number, one in every]
        texts.append(edited(text, [Edit(one.span, value) for one, value in zip(found, chosen, strict=True)]))
    ran = subprocess.run([sys.executable, "-c", RUN], input="\0".join(texts), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
