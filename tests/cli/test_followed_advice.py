"""Advice of the command line, followed: the command or the option that a message spells works.

A message has all that the corrected command has more than the wrong one, and nothing has to be guessed.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Template

pytestmark = pytest.mark.long

MODEL = """\
def model():
    rate = {{uniform(0, 1)}}
    units = {{choice([32, 64])}}
    return {'loss': rate * units, 'score': rate}
"""
SCRIPT = "rate = {{uniform(0, 1)}}\nscore = 1 - rate\n"
TWO = MODEL.replace("model", "net_a") + MODEL.replace("model", "net_b")
OPTIONS = "import sys\nprint(sys.argv[1])\n" + SCRIPT
RETURNS = "def model():\n    return {{'{}': {{{{uniform(0, 1)}}}}}}\n"
REPORTS = "import hypertemplate\ndef model():\n    hypertemplate.report(lss={{uniform(0, 1)}})\n"
NEEDS = (
    "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--n', required=True)\n"
    f"args = parser.parse_args()\n{SCRIPT}"
)
ONCE = ("--max-evals", "1")
STUDY = ("run", "model.py", *ONCE)
SCRIPT_STUDY = ("run", "model.py", "--objective", "score:max", *ONCE)


@pytest.mark.parametrize(
    ("text", "before", "wrong", "right"),
    [
        pytest.param(MODEL, (), ("model.py", *ONCE), ("run", "model.py", *ONCE), id="a file as the command"),
        pytest.param(MODEL, (), ("run", "model.py", "--max-eval", "1"), STUDY, id="a misspelled option"),
        pytest.param(MODEL, (), ("run", "model.py", "--n-trials", "1"), STUDY, id="an option of another tool"),
        pytest.param(MODEL, (), ("tune", "model.py", *ONCE), STUDY, id="a command by another name", marks=pytest.mark.slow),
        pytest.param(
            SCRIPT, (), (*STUDY, "--maximize"), (*STUDY, "--objective", "score:max"), id="a script that is maximised",
        ),
        pytest.param(
            MODEL, (), ("run", "model.py", "--memory-growth", "1G", *ONCE),
            ("run", "model.py", "--worker-memory-growth", "1G", *ONCE), id="a part of an option", marks=pytest.mark.slow,
        ),
        pytest.param(
            MODEL, (), (*STUDY, "--worker-memory-growth", "512X"), (*STUDY, "--worker-memory-growth", "512M"),
            id="a size",
        ),
        pytest.param(MODEL, (), (*STUDY, "--timeout", "5y"), (*STUDY, "--timeout", "2h"), id="a duration"),
        pytest.param(MODEL, (), (*STUDY, "--workers", "many"), (*STUDY, "--workers", "auto"), id="workers", marks=pytest.mark.slow),
        pytest.param(MODEL, (), (*STUDY, "--algo", "TPE"), (*STUDY, "--algo", "tpe"), id="an algorithm"),
        pytest.param(MODEL, (), (*STUDY, "--prune", "asah"), (*STUDY, "--prune", "asha"), id="a pruner"),
        pytest.param(MODEL, (), (*STUDY, "--set", "unit=32"), (*STUDY, "--set", "units=32"), id="a label"),
        pytest.param(MODEL, (), (*STUDY, "--set", "units=33"), (*STUDY, "--set", "units=32"), id="an option"),
        pytest.param(
            MODEL, (), (*STUDY, "--set", "units=33"), (*STUDY, "--set", "units=#1"), id="an option's number", marks=pytest.mark.slow
        ),
        pytest.param(
            MODEL, (), (*STUDY, "--point", "rate=1"), (*STUDY, "--point", '{"rate": 0.5}'), id="a point"
        ),
        pytest.param(
            SCRIPT, (), STUDY, (*STUDY, "--objective", "score:max"), id="a script without an objective"
        ),
        pytest.param(
            SCRIPT, (), (*STUDY, "--objective", "scor"), (*STUDY, "--objective", "score:max"),
            id="a misspelled objective",
        ),
        pytest.param(
            SCRIPT, (), (*STUDY, "--objective", "score"), (*STUDY, "--objective", "score:min"),
            id="an objective without a direction",
        ),
        pytest.param(
            MODEL, (), (*STUDY, "--model", "modle"), (*STUDY, "--model", "model"),
            id="a misspelled model", marks=pytest.mark.slow,
        ),
        pytest.param(
            RETURNS.format("accuracy"), (), STUDY, (*STUDY, "--objective", "accuracy:max"),
            id="a dict without a loss",
        ),
        pytest.param(
            RETURNS.format("kappa"), (), (*STUDY, "--objective", "kapp"), (*STUDY, "--objective", "kappa:max"),
            id="a number that the model does not return",
        ),
        pytest.param(
            RETURNS.format("kappa"), (), (*STUDY, "--objective", "kappa"), (*STUDY, "--objective", "kappa:min"),
            id="a number of unknown direction, with the study of it",
        ),
        pytest.param(
            REPORTS, (), STUDY, (*STUDY, "--objective", "lss:min"), id="a loop that reports another name"
        ),
        pytest.param(
            NEEDS, (), SCRIPT_STUDY, (*SCRIPT_STUDY, "--", "--n", "2"), id="an argument that the program needs"
        ),
        pytest.param(TWO, (), STUDY, (*STUDY, "--model", "net_b"), id="two functions"),
        pytest.param(
            MODEL, (STUDY,), STUDY, ("run", "model.py", "--max-evals", "2"), id="a study that is complete"
        ),
        pytest.param(MODEL, (STUDY,), STUDY, (*STUDY, "--fresh"), id="a study that is complete, again", marks=pytest.mark.slow),
        pytest.param(
            MODEL, (STUDY,), (*STUDY, "--seed", "5"), (*STUDY, "--seed", "5", "--fresh"), id="another seed"
        ),
        pytest.param(
            MODEL, (STUDY,), (*STUDY, "--seed", "5"), (*STUDY, "--seed", "5", "--study", "DIR"),
            id="another seed in another folder", marks=pytest.mark.slow,
        ),
        pytest.param(
            MODEL, (STUDY,), ("show", "model.study", "--sort", "scor"),
            ("show", "model.study", "--sort", "score"), id="a column",
        ),
        pytest.param(
            MODEL, (STUDY,), ("run", "model.study", "--max-evals", "2"), ("run", "model.py", "--max-evals", "2"),
            id="a study in place of its template",
        ),
        pytest.param(
            MODEL, (STUDY,), ("show", "model.py"), ("show", "model.study"),
            id="a template in place of its study",
        ),
        pytest.param(
            OPTIONS, (), (*SCRIPT_STUDY, "--scale", "3"), (*SCRIPT_STUDY, "--", "--scale", "3"),
            id="the program's own options",
        ),
        pytest.param(
            "from keras.layers.core import Dense\n" + MODEL, (), ("check", "model.py"),
            ("check", "--fix", "model.py"), id="a finding that can be fixed",
        ),
    ],
)  # fmt: skip
def test_what_a_message_spells_works(
    cli: Cli,
    template: Template,
    here: Path,
    text: str,
    before: tuple[tuple[str, ...], ...],
    wrong: tuple[str, ...],
    right: tuple[str, ...],
) -> None:
    template(text)
    (here / "DIR").mkdir()
    for command in before:
        assert cli(*command).status == 0
    failed = cli(*wrong)
    said = failed.err + failed.out
    added = [word for word in right if word not in wrong and word != "2"]
    assert [word for word in added if shlex.quote(word) not in said and word.split("=")[-1] not in said] == []
    done = cli(*right)
    assert done.status == 0, done.err
    assert "error: " not in done.err
