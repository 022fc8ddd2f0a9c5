"""Files that change under a search: those of its study, and those that its template imports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hypertemplate.search.storage.sqlite.reader import read_study
from tests.cli.conftest import Cli, Template

MEDDLING = """\
import os, shutil
from hypertemplate import trial

def model():
    x = {{uniform(0, 1)}}
    if trial.number == 1:
        %s
    return x
"""


@pytest.mark.parametrize(
    ("happens", "name", "left"),
    [
        pytest.param("shutil.rmtree('model.study')", "study.db", ["model.py"], id="the study is removed"),
        pytest.param("os.system('mv model.study x')", "study.db", ["model.py", "x"], id="the study is moved"),
        pytest.param(
            "os.remove('model.study/lock')", "lock", ["model.py", "model.study"], id="its lock is removed"
        ),
    ],
)
def test_a_search_ends_when_its_study_is_gone(
    cli: Cli, template: Template, here: Path, happens: str, name: str, left: list[str]
) -> None:
    template(MEDDLING % happens)
    ran = cli("run", "model.py", "--max-evals", "5", "--algo", "random")
    assert ran.status == 2
    numbers = [line.split()[0] for line in ran.err.splitlines() if re.match(r" +\d+  ", line)]
    assert numbers == ["0"], "what was not kept is not shown"
    assert ran.err.splitlines()[-1] == (
        f"error: model.study/{name} was removed, moved or replaced while this search was running; the search "
        "ends, since it can store no more trials; another search may be writing there now"
    )
    assert sorted(path.name for path in here.iterdir()) == left
    for folder in (here / one for one in left[1:]):
        assert [trial.number for trial in read_study(folder).study.trials] == [0]


# A file that is left open keeps workers from being forked: what replaces one imports anew.
IMPORTING = """\
import os
here = open(__file__)
import re
from pathlib import Path
from constant import K
from hypertemplate import trial

def model():
    x = {{uniform(0, 1)}}
    if trial.number == 1:
        os.system("echo 'K = 22' > constant.py")  # another process, as a person does
        os._exit(1)
    return x + K
"""

NOTE = (
    "note: constant.py has changed since this study was started: trials before and after ran different code"
)


@pytest.mark.long
def test_a_file_that_is_imported_anew_with_another_text_is_told(
    cli: Cli, template: Template, here: Path
) -> None:
    template(IMPORTING)
    template("K = 1\n", "constant.py")
    ran = cli("run", "model.py", "--max-evals", "4", "--algo", "random")
    assert ran.status == 0
    assert [line for line in ran.err.splitlines() if line.startswith("note")] == [NOTE]
    refused = cli("run", "model.py", "--max-evals", "5")
    assert refused.status == 2
    assert "\n  line 1 of constant.py changed: all 4 trials are left out\n" in refused.err
    again = cli("run", "model.py", "--max-evals", "5", "--keep-trials")
    assert again.status == 0
    assert "note: constant.py" not in again.err, "it is told above"
    losses = [trial.loss for trial in read_study(here / "model.study").study.trials]
    assert [loss is None or loss > 22 for loss in losses] == [False, True, True, True, True]
    template("K = 1\n", "constant.py")
    assert "note: constant.py" not in cli("run", "model.py", "--max-evals", "6").err
