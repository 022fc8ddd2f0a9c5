"""suggest, and searches of what it proposes: the table, what is written, what stays, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hypertemplate.search.storage.sqlite.reader import read_study
from tests.cli.conftest import Cli, Template

PLAIN = """\
from sklearn.linear_model import Ridge

ALPHA = 1.0  # of the penalty


def model():
    ridge = Ridge(alpha=ALPHA, tol=1e-4)
    return abs(ridge.alpha - 0.5)
"""

FAST = """\
BATCH = 32


class Net:
    def fit(self, x, y, batch_size):
        self.loss = abs(batch_size - 60)


def model():
    net = Net()
    net.fit(1, 2, batch_size=BATCH)
    return net.loss
"""
"""A template of which a search imports nothing."""

TWO = f"{PLAIN}\n\nfrom sklearn.svm import SVC\n\n\ndef unused():\n    return SVC(C=1.0)\n"


def test_a_table_and_what_to_do_next(cli: Cli, template: Template) -> None:
    template(TWO)
    assert cli("suggest", "model.py") == (
        0,
        "no.  where       today        search\n  1  model.py:3  ALPHA = 1.0  uniform(0.001, 100, log=True)\n",
        "model.py: 1 value is worth searching; today's is the default of each (nothing was run)\n"
        "search them, with the file as it is: hypertemplate run model.py --suggested\n"
        "write them into it as comments: hypertemplate suggest model.py --write\n",
    )


@pytest.mark.parametrize(
    ("end", "objective"),
    [
        pytest.param("score = Ridge(A).score(1, 2)", " --objective score:max", id="a score"),
        pytest.param("rmse = float(Ridge(A).score(1, 2))", " --objective rmse", id="a directed number"),
        pytest.param("val_loss = Ridge(A).score(1, 2)", "", id="the default"),
        pytest.param("print(Ridge(A).score(1, 2))", "", id="no number"),
        pytest.param("def model():\n    return Ridge(A).score(1, 2)", "", id="a model function"),
    ],
)
def test_the_command_names_the_number_of_a_script(
    cli: Cli, template: Template, end: str, objective: str
) -> None:
    template(f"from sklearn.linear_model import Ridge\nA = 1.0\n{end}\n")
    line = f"hypertemplate run model.py --suggested{objective}\n"
    assert line in cli("suggest", "model.py").err
    assert cli("suggest", "model.py", "--write").err.endswith(f"hypertemplate run model.py{objective}\n")


def test_the_command_names_what_the_user_named(cli: Cli, template: Template) -> None:
    template("from sklearn.linear_model import Ridge\nA = 1.0\ndef fit():\n    return Ridge(A).score(1, 2)\n")
    words = ("suggest", "model.py", "--model", "fit")
    said = cli(*words).err
    assert "hypertemplate run model.py --model fit --suggested\n" in said
    assert "hypertemplate suggest model.py --model fit --write\n" in said
    assert cli(*words, "--write").err.endswith("hypertemplate run model.py --model fit\n")


def test_reasons_and_their_sources(cli: Cli, template: Template) -> None:
    template(PLAIN)
    assert (
        "the weight of the penalty on large coefficients (scikit-learn, User Guide)"
        in cli("suggest", "model.py", "--explain").out
    )


def test_json(cli: Cli, template: Template) -> None:
    template(PLAIN)
    assert json.loads(cli("suggest", "model.py", "--format", "json").out) == {
        "template": "model.py",
        "proposals": [
            {
                "number": 1,
                "file": "model.py",
                "cell": None,
                "line": 3,
                "column": 9,
                "code": "1.0",
                "shown": "ALPHA = 1.0",
                "distribution": "uniform(0.001, 100, log=True)",
                "marker": "{{uniform(0.001, 100, log=True, default=1.0)}}",
                "reason": "the weight of the penalty on large coefficients",
                "source": "scikit-learn, User Guide",
            }
        ],
    }


def test_comments_are_written_and_shown(cli: Cli, template: Template, here: Path) -> None:
    template(PLAIN)
    (here / "model.py").chmod(0o640)
    ran = cli("suggest", "model.py", "--write")
    assert ran.status == 0
    assert ran.out == (
        "--- model.py\n"
        "+++ model.py\n"
        "@@ -1,6 +1,6 @@\n"
        " from sklearn.linear_model import Ridge\n"
        " \n"
        "-ALPHA = 1.0  # of the penalty\n"
        "+ALPHA = 1.0  # of the penalty  # tune: uniform(0.001, 100, log=True)\n"
        " \n"
        " \n"
        " def model():\n"
    )
    assert ran.err == "1 marker written into model.py\nsearch them: hypertemplate run model.py\n"
    assert (here / "model.py").stat().st_mode & 0o777 == 0o640
    assert cli("check", "model.py").out == "model.py: 1 parameter, no problems found (nothing was run)\n"
    assert cli("suggest", "model.py").err.startswith("model.py: nothing to propose (nothing was run)\n")


def test_braces_are_written_where_the_values_stood(cli: Cli, template: Template, here: Path) -> None:
    template(PLAIN)
    cli("suggest", "model.py", "--write", "--braces")
    marker = "{{uniform(0.001, 100, log=True, default=1.0)}}"
    assert (here / "model.py").read_text() == PLAIN.replace("ALPHA = 1.0", f"ALPHA = {marker}")


@pytest.mark.parametrize(
    ("numbers", "written"),
    [
        pytest.param(["--write"], [1, 2, 3, 4], id="all"),
        pytest.param(["--write", "1,3-4"], [1, 3, 4], id="some"),
        pytest.param(["--write=2"], [2], id="one"),
    ],
)
def test_the_numbers_that_are_written(
    cli: Cli, template: Template, here: Path, numbers: list[str], written: list[int]
) -> None:
    lines = [f"c{number} = 1.0" for number in range(1, 5)]
    calls = [f"Ridge(c{number}).alpha" for number in range(1, 5)]
    text = "\n".join(["from sklearn.linear_model import Ridge", *lines, f"loss = [{', '.join(calls)}]"])
    template(f"{text}\n")
    assert cli("suggest", *numbers, "model.py").status == 0
    marked = [line for line in (here / "model.py").read_text().split("\n") if "# tune" in line]
    assert [int(line[1]) for line in marked] == written


def test_other_bytes_of_a_file_stay(cli: Cli, here: Path) -> None:
    head = b"# -*- coding: latin-1 -*-\r\n# caf\xe9\r\nfrom sklearn.linear_model import Ridge\r\n\r\n"
    (here / "model.py").write_bytes(head + b"loss =\tRidge( 1.0 ).alpha  \r\n# end")
    assert cli("suggest", "model.py", "--write").status == 0
    assert (here / "model.py").read_bytes() == (
        head + b"loss =\tRidge( 1.0 ).alpha  # tune: uniform(0.001, 100, log=True)  \r\n# end"
    )


def test_cells_of_a_notebook_are_marked_and_the_rest_stays(cli: Cli, here: Path) -> None:
    def code(*lines: str) -> dict[str, object]:
        return {
            "cell_type": "code",
            "execution_count": 3,
            "metadata": {"kept": True},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ["kept"]}],
            "source": list(lines),
        }

    cells = [
        code("%matplotlib inline\n", "from sklearn.linear_model import Ridge"),
        code("!ls\n", "ALPHA = 1.0\n", "%time x = Ridge(2.0).alpha"),
        code("val_loss = Ridge(alpha=ALPHA).alpha + x"),
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    (here / "train.ipynb").write_text(text)
    ran = cli("suggest", "train.ipynb", "--write")
    expected = text.replace("ALPHA = 1.0", "ALPHA = 1.0  # tune: uniform(0.001, 100, log=True)")
    assert (here / "train.ipynb").read_text() == expected
    assert "+++ train.ipynb, cell 2 (In [3])" in ran.out
    assert (
        "not written: no. 2, cell 2 (In [3]), line 3: the cell has a magic there; mark the value by hand\n"
        in ran.err
    )
    assert cli("check", "train.ipynb").out.startswith("train.ipynb: 1 parameter")


def test_one_of_several_values_behind_which_no_comment_fits(cli: Cli, template: Template) -> None:
    head = "from sklearn.linear_model import Ridge\nA = 1.0\n"
    template(f"{head}loss = Ridge(A).alpha + Ridge(2.0).alpha + \\\n    1\n")
    assert cli("suggest", "model.py").err.endswith(
        "write them into it as comments: hypertemplate suggest model.py --write\n"
        "no comment fits for no. 2: hypertemplate suggest model.py --write 2 --braces\n"
    )
    assert cli("suggest", "model.py", "--write", "2", "--braces").status == 0


def test_a_value_behind_which_no_comment_fits(cli: Cli, template: Template, here: Path) -> None:
    text = "from sklearn.linear_model import Ridge\nloss = Ridge(1.0).alpha + \\\n    1\n"
    template(text)
    assert cli("suggest", "model.py").err.endswith(
        "write them into it in braces, since no comment fits there: hypertemplate suggest model.py --write "
        "--braces\n"
    )
    ran = cli("suggest", "model.py", "--write")
    assert ran.status == 2
    assert "write it with --braces" in ran.err
    assert (here / "model.py").read_text() == text
    assert cli("suggest", "model.py", "--write", "--braces").status == 0


@pytest.mark.parametrize(
    ("text", "arguments", "status", "said"),
    [
        pytest.param(
            PLAIN,
            ["--write", "2"],
            2,
            "--write 2: there is no proposal 2, only 1 to 1",
            id="an unknown number",
        ),
        pytest.param(
            PLAIN,
            ["--write", "3-1"],
            2,
            "--write 3-1: there is no proposal 3-1, only 1 to 1",
            id="an empty range",
        ),
        pytest.param(
            PLAIN,
            ["--write=a"],
            2,
            "--write takes numbers of proposals, such as 1,3-5, got a",
            id="no number",
        ),
        pytest.param(
            PLAIN, ["--braces"], 2, "--braces says how --write writes markers; add --write", id="braces alone"
        ),
        pytest.param(
            PLAIN, ["--write", "--format", "json"], 2, "leave out --format json", id="JSON of what is written"
        ),
        pytest.param(
            "x = 1\n",
            ["--write"],
            2,
            "there is nothing to write, since no value is proposed",
            id="nothing to write",
        ),
        pytest.param(
            "x = 1\n", [], 0, "write out the arguments that you would change", id="nothing to propose"
        ),
        pytest.param(
            "x = (\n",
            [],
            1,
            "model.py:1:5: error HT001: the template does not parse",
            id="an error of syntax",
        ),
        pytest.param(
            "x = (\n", ["--write"], 1, "error HT001", id="an error of syntax where something is written"
        ),
    ],
)
def test_bad_input(
    cli: Cli, template: Template, here: Path, text: str, arguments: list[str], status: int, said: str
) -> None:
    template(text)
    ran = cli("suggest", "model.py", *arguments)
    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err
    assert (here / "model.py").read_text() == text


def test_errors_as_json(cli: Cli, template: Template) -> None:
    template("x = (\n")
    ran = cli("suggest", "model.py", "--format", "json")
    assert ran.status == 1
    assert json.loads(ran.out)["diagnostics"][0]["code"] == "HT001"


def test_a_notebook_without_code(cli: Cli, here: Path) -> None:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ["# Ridge(alpha=1)"]}]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (here / "train.ipynb").write_text(text)
    ran = cli("suggest", "train.ipynb")
    assert ran.status == 2
    assert "train.ipynb" in ran.err


def test_a_file_that_cannot_be_written(
    cli: Cli, template: Template, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template(PLAIN)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hypertemplate.frontend.edited_files.tempfile.mkstemp", full)
    ran = cli("suggest", "model.py", "--write")
    assert (ran.status, ran.err) == (2, "error: model.py: No space left on device\n")
    assert (here / "model.py").read_text() == PLAIN


@pytest.mark.parametrize("command", ["check", "run", "space"])
def test_a_file_without_markers_is_told_of_it(cli: Cli, template: Template, command: str) -> None:
    template(PLAIN)
    ran = cli(command, "model.py")
    assert ran.status == 1
    assert "to have markers proposed: hypertemplate suggest model.py" in " ".join(ran.err.split())


def test_searching_what_is_proposed_leaves_the_file_and_is_resumed(
    cli: Cli, template: Template, here: Path
) -> None:
    template(FAST)
    ran = cli("run", "model.py", "--suggested", "--max-evals", "2", "--algo", "random")
    assert ran.status == 0, ran.err
    assert "(the values in the file)" in ran.out
    study = read_study(here / "model.study").study
    assert study.trials[0].params == {"BATCH": 1}
    assert (here / "model.py").read_text() == FAST
    before = [trial.params for trial in study.trials]

    resumed = cli("run", "model.py", "--suggested", "--max-evals", "3", "--algo", "random")
    assert "resuming model.study after 2 trials" in resumed.err
    assert [trial.params for trial in read_study(here / "model.study").study.trials][:2] == before

    assert cli("suggest", "model.py", "--write").status == 0
    written = cli("run", "model.py", "--max-evals", "4", "--algo", "random")
    assert "resuming model.study after 3 trials" in written.err
    assert (here / "model.py").read_text() != FAST


def test_the_best_trial_and_failed_ones_run_again_with_what_was_proposed(
    cli: Cli, template: Template, here: Path
) -> None:
    check = f"    if Path({str(here / 'stop')!r}).exists():\n        raise ValueError(BATCH)\n"
    template(f"from pathlib import Path\n{FAST.replace('    return', f'{check}    return')}")
    (here / "stop").touch()
    assert cli("run", "model.py", "--suggested", "--max-evals", "1").status == 3
    (here / "stop").unlink()
    assert cli("retry", "model.study", "0").status == 0
    assert "loss 28" in cli("try", "model.py", "--best").out
    assert "BATCH" in cli("space", "model.py", "--suggested").out


def test_a_failing_trial_shows_the_line_of_the_file(cli: Cli, template: Template) -> None:
    template(FAST.replace("batch_size=BATCH", "batch_size=64) / (0"))
    ran = cli("run", "model.py", "--suggested", "--max-evals", "1")
    assert ran.status == 3
    assert "           net.fit(1, 2, batch_size=64) / (0)\n" in ran.err
    assert "{{" not in ran.err


def test_nothing_to_search_with_suggested(cli: Cli, template: Template) -> None:
    template("loss = 1\n")
    ran = cli("run", "model.py", "--suggested")
    assert ran.status == 2
    assert ran.err.startswith("error: --suggested finds no value to propose in model.py")


def test_ranges_of_a_study_stay_when_values_in_the_file_change(
    cli: Cli, template: Template, here: Path
) -> None:
    def searched(*more: str) -> str:
        return cli("run", "model.py", "--suggested", "--algo", "random", *more).err

    before, after = "choice([8, 16, 32, 64]", "choice([16, 32, 64, 128]"
    template(FAST.replace("32", "16"))
    assert cli("run", "model.py", "--suggested", "--algo", "grid").status == 0
    assert cli("apply", "model.study", "--write").status == 0
    assert "BATCH = 64\n" in (here / "model.py").read_text()
    assert f"{before}, default=64)" in cli("space", "model.py", "--suggested").out
    text = (here / "model.py").read_text()
    template(f"import math\n\nLIMIT = 3\n{text}")
    assert "note: resuming model.study after 4 trials\n" in searched("--max-evals", "5", "--rerun-equal")
    tried = cli("try", "model.py", "--best")
    assert "trying BATCH=64" in tried.err
    assert "-BATCH = 64\n+BATCH = 8\n" in cli("apply", "model.study", "--trial", "1").out

    proposed = cli("suggest", "model.py")
    assert before in proposed.out
    assert "note: what model.study has searched keeps its range, so that all of its trials count" in " ".join(
        proposed.err.split()
    )
    assert f"{before}, default=64)" in cli("suggest", "model.py", "--format", "json").out
    assert searched("--max-evals", "1", "--fresh")
    assert f"{after}, default=64)" in cli("space", "model.py", "--suggested").out
    assert after in cli("suggest", "model.py").out
