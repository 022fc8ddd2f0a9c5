"""``%load_ext hypertemplate`` in a real IPython: cells run as they stand, ``%%tune``, coming and going."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from hypertemplate.errors import NoTrialError
from tests.frontend import kernels
from tests.shells import run, started

OLD_PYTHON = Path(__file__).parent.parent / ".venv-ipython7" / "bin" / "python"


@pytest.fixture
def plain_shell(tmp_path: Path) -> Iterator[InteractiveShell]:
    with started(tmp_path) as running:
        yield running


@pytest.fixture
def shell(plain_shell: InteractiveShell) -> InteractiveShell:
    """With the extension."""
    assert run(plain_shell, "%load_ext hypertemplate").success
    return plain_shell


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        pytest.param("x = {{uniform(0, 1)}}", 0.5, id="braces"),
        pytest.param("x = <<choice([64, 128])>>", 64, id="angles"),
        pytest.param("x = <<choice([1, 2])>> << 3", 8, id="angles and a real shift"),
        pytest.param("x = 1 << 3", 8, id="a real shift"),
        pytest.param("most = 4\nx = {{uniform(0, most)}}", 2.0, id="a bound that has a name"),
        pytest.param("def f(rate={{uniform(0, 1)}}):\n    return rate\nx = f()", 0.5, id="a function"),
        pytest.param("%time x = {{uniform(0, 1)}}", 0.5, id="a timed statement"),
        pytest.param("%%time\nx = <<uniform(0, 1)>>", 0.5, id="a timed cell"),
        pytest.param("%%capture out\nx = {{uniform(0, 1)}}", 0.5, id="a cell whose output is kept"),
        pytest.param("x = !echo '<<<' {{1}}", ["<<< {1}"], id="a shell command"),
        pytest.param("import asyncio\nx = await asyncio.sleep(0, {{choice([3])}})", 3, id="await"),
        pytest.param("x = 'a {{uniform(0, 1)}} <<uniform(0, 1)>>'", "a {{uniform(0, 1)}} <<uniform(0, 1)>>", id="quotes"),
    ],
)  # fmt: skip
def test_a_cell_runs_as_it_stands(shell: InteractiveShell, cell: str, value: object) -> None:
    result = run(shell, cell)
    assert result.success
    assert shell.user_ns["x"] == value


def test_ipython_keeps_what_was_written(shell: InteractiveShell) -> None:
    run(shell, "x = <<choice([1, 2])>>\ndef f(): return {{choice([1, 2])}}")
    assert shell.history_manager is not None
    assert (
        shell.history_manager.input_hist_raw[-1]
        == "x = <<choice([1, 2])>>\ndef f(): return {{choice([1, 2])}}"
    )
    run(shell, "import inspect\ntext = inspect.getsource(f)")
    assert shell.user_ns["text"] == "def f(): return {{choice([1, 2])}}\n"


def test_an_error_in_a_marker_is_all_that_is_shown(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    result = run(shell, "y = 1\nx = {{uniform(1, 0)}}")
    assert not result.success
    assert capsys.readouterr().out == (
        "In [2], line 2, column 7: error HT104: uniform() needs low < high, got low=1, high=0\n"
        "    2 | x = {{uniform(1, 0)}}\n"
        "      |       ^~~~~~~~~~~~~\n"
        "      = help: swap the bounds: uniform(0, 1)\n"
    )
    assert shell.user_ns["y"] == 1


def test_a_cell_that_is_being_typed_is_complete_with_angles(shell: InteractiveShell) -> None:
    assert shell.check_complete("x = <<choice([1, 2])>>\n") == ("complete", "")
    assert shell.check_complete("for i in <<choice([[1]])>>:\n") == ("incomplete", "    ")


Lists = tuple[list[Any], list[Any], list[Any], set[str]]


def hooks(shell: InteractiveShell) -> Lists:
    return (
        list(shell.ast_transformers),
        list(shell.input_transformers_cleanup),
        list(shell.input_transformers_post),
        set(shell.magics_manager.magics["cell"]),
    )


def test_it_leaves_as_it_came(plain_shell: InteractiveShell) -> None:
    before = hooks(plain_shell)
    for _ in range(2):
        assert run(plain_shell, "%load_ext hypertemplate").success
        assert hooks(plain_shell) != before
        assert run(plain_shell, "%unload_ext hypertemplate").success
        assert hooks(plain_shell) == before
    assert not run(plain_shell, "{{uniform(0, 1)}}").success


def test_once_is_enough(shell: InteractiveShell) -> None:
    from hypertemplate import load_ipython_extension

    counts = [len(each) for each in hooks(shell)]
    assert run(shell, "%reload_ext hypertemplate").success
    assert [len(each) for each in hooks(shell)] == counts
    load_ipython_extension(shell)
    assert [len(each) for each in hooks(shell)] == counts
    assert run(shell, "{{choice([1, 2])}}").result == 1


def test_another_extensions_magic_of_that_name_stays(shell: InteractiveShell) -> None:
    shell.magics_manager.register_function(len, "cell", "tune")
    assert run(shell, "%unload_ext hypertemplate").success
    assert shell.magics_manager.magics["cell"]["tune"] is len


class Tuned:
    """Stands in for `tune_text`; remembers how it was called."""

    def __init__(self) -> None:
        self.text = ""
        self.name = ""
        self.values: Mapping[str, object] = {}
        self.options: dict[str, object] = {}

    def __call__(self, text: str, *, name: str, values: Mapping[str, object], **options: object) -> str:
        self.text, self.name, self.values, self.options = text, name, values, options
        return "the study"


@pytest.fixture
def tuned(monkeypatch: pytest.MonkeyPatch) -> Tuned:
    made = Tuned()
    monkeypatch.setattr("hypertemplate.api.tune.tune_text", made, raising=False)
    return made


def test_tune_searches_the_cell_over_the_users_values(shell: InteractiveShell, tuned: Tuned) -> None:
    run(shell, "x_train = [1, 2]")
    line = "--max-evals 20 --objective val_accuracy:max --seed 7 --algo anneal --workers 2 --maximize"
    line += " --prune --prune-on val_loss --prune-fit last --count-pruned --early_stopping=3 --keep-models 4"
    line += " --study m.study --fresh --keep-trials --no-default-trial --repeats 3 --rerun-equal"
    line += " --log-to tensorboard:logs"
    assert run(shell, f"%%tune {line}\n%matplotlib inline\nloss = <<uniform(0, 1)>>").success
    assert tuned.text == "\n\nloss = <<uniform(0, 1)>>\n"
    assert tuned.name == "In [3]"
    assert tuned.values["x_train"] == [1, 2]
    assert "get_ipython" not in tuned.values
    assert tuned.options == {
        "max_evals": 20,
        "objective": "val_accuracy:max",
        "algo": "anneal",
        "seed": 7,
        "workers": 2,
        "maximize": True,
        "prune": "asha",
        "prune_on": "val_loss",
        "prune_fit": "last",
        "count_pruned": True,
        "early_stopping": 3,
        "keep_models": 4,
        "default_trial": False,
        "study": "m.study",
        "fresh": True,
        "keep_trials": True,
        "log_to": "tensorboard:logs",
        "rerun_equal": True,
        "repeats": 3,
    }
    assert shell.user_ns["study"] == "the study"


def test_tune_leaves_what_was_not_said_open(shell: InteractiveShell, tuned: Tuned) -> None:
    assert run(shell, "%%tune\nloss = {{uniform(0, 1)}}").success
    pruning = ("prune", "prune_on", "prune_fit", "count_pruned", "early_stopping", "keep_models")
    nothing = dict.fromkeys(
        ("max_evals", "objective", "algo", "seed", "workers", "study", "repeats", "log_to", *pruning)
    )
    assert tuned.options == {
        **nothing,
        "maximize": False,
        "default_trial": True,
        "fresh": False,
        "keep_trials": False,
        "rerun_equal": False,
    }


def test_tune_says_what_the_cell_may_miss(
    shell: InteractiveShell, tuned: Tuned, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shell, "%%tune\n!ls\nfiles = !ls\nloss = {{uniform(0, 1)}}").success
    assert capsys.readouterr().err == (
        "note: In [2], line 2: !ls is left out\n"
        "note: In [2], line 3: files = !ls is left out: nothing defines files; give it a value in Python\n"
    )


def test_tune_finds_the_best_values(shell: InteractiveShell) -> None:
    run(shell, "scale = 3")
    cell = "%%tune --max-evals 3 --objective loss\nx = <<uniform(1, 2)>>\nloss = scale * x"
    assert run(shell, cell).success
    study = shell.user_ns["study"]
    assert len(study.trials) == 3
    assert study.best_loss == 3 * study.best_params["x"]


@pytest.mark.parametrize("bound", ["", "_ = SEEDED = "])
def test_a_tuned_cell_begins_with_the_seed_of_the_notebook(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], bound: str
) -> None:
    run(shell, "import numpy as np\nSEED = 0\nimport random as r")
    run(shell, f"{bound}np.random.seed(SEED); x_train = [1]\ndef seeded():\n    r.seed(5)")
    run(shell, "seeded()")
    body = "x = {{uniform(1, 2)}}\nloss = np.random.rand() + 0 * x\npython = r.random() + 0 * x"
    assert run(shell, f"%%tune --max-evals 3 --objective loss\n{body}").success
    told = " ".join(capsys.readouterr().err.split())
    model = "\n    ".join(["def model():", *body.splitlines(), "return {'loss': loss, 'python': python}"])
    assert run(shell, "first = study\nimport hypertemplate").success
    assert run(shell, model).success
    assert run(shell, "study = hypertemplate.tune(model, max_evals=3, verbose=False)").success
    for made in (shell.user_ns["first"], shell.user_ns["study"]):
        assert [round(trial.loss, 4) for trial in made.trials] == [0.5488] * 3
        assert {trial.metrics["python"] for trial in made.trials} == {random.Random(5).random()}
    note = "your code seeds numpy: each trial begins with your seed, and the seed of the search only"
    assert note in told


def test_what_an_earlier_search_seeded_counts_for_nothing(shell: InteractiveShell) -> None:
    cell = "%%tune --max-evals 2 --objective loss\nnp.random.seed(0)\nloss = np.random.rand() + 0 * {{uniform(1, 2)}}"
    run(shell, "import numpy as np")
    assert run(shell, cell).success
    assert run(shell, cell.replace("np.random.seed(0)\n", "")).success
    assert shell.user_ns["study"].trials[0].loss != shell.user_ns["study"].trials[1].loss


def test_a_history_grows_in_a_tuned_cell_as_in_a_function(shell: InteractiveShell) -> None:
    run(shell, "hist, seen, other = [], {}, []")
    cell = (
        "%%tune --max-evals 3 --objective loss\nloss = {{uniform(1, 2)}}\nhist.append(loss)\nseen[loss] = 1\n"
    )
    assert run(shell, f"{cell}other.append(loss)\nlast = other[-1]").success
    losses = [trial.loss for trial in shell.user_ns["study"].trials]
    assert (shell.user_ns["hist"], [*shell.user_ns["seen"]], shell.user_ns["other"]) == (losses, losses, [])


def test_a_tuned_cell_without_a_complete_trial_fails(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "study = 'my own'")
    done = run(shell, "%%tune --max-evals 2 --objective loss\nx = {{choice([1, 2])}}\nloss = [][x]")
    assert isinstance(done.error_in_exec, NoTrialError)
    shown = capsys.readouterr()
    assert "NoTrialError: no trial succeeded; trial 0 failed: IndexError" in shown.out
    assert "note: study was a str, and is now the study of this search\n" in shown.err
    assert len(shell.user_ns["study"].trials) == 2


def test_a_search_that_fails_leaves_an_earlier_result(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%%tune --max-evals 1 --objective loss\nloss = {{choice([1, 2])}}")
    good = shell.user_ns["study"]
    for _ in range(2):
        capsys.readouterr()
        run(shell, "%%tune --max-evals 2 --objective loss\nx = {{choice([1, 2])}}\nloss = [][x]")
        assert shell.user_ns["study"] is good
        assert len(shell.user_ns["failed_study"].trials) == 2
        note = "note: study is still that of the earlier search; failed_study has the trials of this one\n"
        assert note in capsys.readouterr().err


def test_a_cell_without_markers_is_told_that_those_above_do_not_count(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not run(shell, "%%tune --objective loss\nloss = 1").success
    out = capsys.readouterr().out
    assert "there are no markers, so there is nothing to search" in out
    assert "%%tune searches this cell alone: replace a value in it with a marker, as in rate = {{" in out


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        pytest.param("--objective loss", "loss = {{choice([1, 2])}}\nraise KeyboardInterrupt", id="an interrupt"),
        pytest.param("--objective nothing", "loss = {{choice([1, 2])}}", id="an objective that does not exist"),
        pytest.param("--cake 2", "loss = {{choice([1, 2])}}", id="an option that does not exist"),
    ],
)  # fmt: skip
def test_a_search_that_does_not_start_says_that_study_is_an_earlier_one(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], line: str, cell: str
) -> None:
    run(shell, "%%tune --max-evals 1 --objective loss\nloss = {{choice([1, 2])}}")
    earlier = shell.user_ns["study"]
    capsys.readouterr()
    assert not run(shell, f"%%tune {line}\n{cell}").success
    assert shell.user_ns["study"] is earlier
    assert "note: study is still that of an earlier search\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "cell", "message"),
    [
        pytest.param(
            "", "loss = {{uniform(0, 1)}} * 2",
            "unless an objective is named, the search uses val_loss; In [3] has no variable named val_loss, and nothing that could report it: no Keras fit, no boosting, "
            "no hypertemplate.report(...); search by one of its own numbers: --objective loss",
            id="a loss without an objective",
        ),
        pytest.param(
            "--objective base", "loss = {{uniform(0, 1)}} * len(table)",
            "base is a variable that In [3] does not assign: no marker affects it; "
            "search by one of its own numbers: --objective loss",
            id="a variable of the notebook",
        ),
        pytest.param(
            "", "m = Own({{uniform(0, 1)}})\nm.score(3)",
            "unless an objective is named, the search uses val_loss; In [3] has no variable named val_loss, and nothing that could report it: no Keras fit, no boosting, "
            "no hypertemplate.report(...); assign its number to a variable, score = m.score(3), and name it: "
            "--objective score:max or --objective score:min",
            id="a score that is only shown",
        ),
    ],
)  # fmt: skip
def test_a_cell_without_its_objective_is_told_so_before_the_first_trial(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], line: str, cell: str, message: str
) -> None:
    run(shell, "import numpy as np\nfrom fractions import Fraction as Own\nbase, table = 0.5, 'ab'")
    assert not run(shell, f"%%tune {line}\n{cell}").success
    assert capsys.readouterr().out.endswith(f"UsageError: {message}\n")


def test_a_cell_whose_functions_may_fit_is_searched(shell: InteractiveShell) -> None:
    run(shell, "def train(rate):\n    from hypertemplate import report\n    report(val_loss=rate)")
    assert run(shell, "%%tune --max-evals 1\ntrain({{uniform(0, 1)}})").success


def test_a_loop_variable_is_no_metric(shell: InteractiveShell) -> None:
    cell = "for epoch in range(3):\n    loss = epoch * {{uniform(0, 1, name='rate')}}\ncount = 0\n"
    cell += "for item in 'ab':\n    count += loss"
    assert run(shell, f"%%tune --max-evals 1 --objective loss\n{cell}").success
    assert [*shell.user_ns["study"].best_trial.metrics] == ["count"]


def completed(shell: InteractiveShell, text: str) -> list[str]:
    """What the Tab key offers behind a text."""
    with provisionalcompleter():
        return [one.text for one in shell.Completer.completions(text, len(text))]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        pytest.param("--ma", ["--max-evals", "--maximize"], id="options alone"),
        pytest.param("--seed 3 --prune-", ["--prune-fit", "--prune-on"], id="behind a value"),
        pytest.param("--algo ", ["anneal", "atpe", "bayes", "grid", "random", "tpe"], id="values"),
        pytest.param("--algo=a", ["anneal", "atpe"], id="values behind an equals sign"),
        pytest.param("--prune m", ["median"], id="a method"),
        pytest.param("--prune --prune-o", ["--prune-on"], id="an option whose value may be left out"),
    ],
)  # fmt: skip
def test_the_tab_key_offers_the_options_of_tune(
    shell: InteractiveShell, line: str, offered: list[str]
) -> None:
    assert sorted(completed(shell, f"%%tune {line}")) == offered
    run(shell, "%unload_ext hypertemplate")
    assert not {*offered} <= {*completed(shell, f"%%tune {line}")}


def test_the_page_of_the_extension_describes_every_option_of_tune(shell: InteractiveShell) -> None:
    page = (Path(__file__).parent.parent / "docs" / "ipython.rst").read_text(encoding="utf-8")
    options = completed(shell, "%%tune --")
    assert len(options) > 5
    assert all(option.startswith("--") for option in options)
    assert [option for option in options if f"\n``{option}" not in page] == []


def test_an_error_in_a_tuned_cell_has_the_cells_own_line(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not run(shell, "%%tune\nx = 1\nloss = {{uniform(1, 0)}}").success
    assert "In [2], line 3, column 10: error HT104" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("--max-evals 0", "argument --max-evals: must be a whole number of at least 1, got '0'", id="no trials"),
        pytest.param("--seed x", "argument --seed: must be a whole number of at least 0, got 'x'", id="no number"),
        pytest.param(
            "--maxevals 3",
            "there is no option --maxevals: did you mean --max-evals? for the options, run %%tune?",
            id="a slip",
        ),
        pytest.param(
            "--minimize",
            "there is no option --minimize: the search minimises by default; a number that has a name is minimised "
            "with --objective NAME:min. for the options, run %%tune?",
            id="the lowest",
        ),
        pytest.param(
            "--max 3",
            "there is no option --max: did you mean --max-evals? for the options, run %%tune?",
            id="the beginning of one",
        ),
        pytest.param("--help", "for the options, run %%tune?", id="a call for help"),
        pytest.param("-h", "for the options, run %%tune?", id="a short call for help"),
        pytest.param("--cake 2", "there is no option --cake: for the options, run %%tune?", id="an option that is not there"),
        pytest.param(
            "--prune all",
            "argument --prune: invalid choice: 'all' (choose from 'asha', 'fast', 'median', 'hyperband', 'none')",
            id="no method",
        ),
        pytest.param("--objective", "argument --objective: expected one argument", id="nothing after it"),
        pytest.param("mse", "mse is not an option; to search by a number of that name, write --objective mse", id="a number"),
        pytest.param("20", "20 is not an option; for the number of trials, write --max-evals 20", id="a number of trials"),
        pytest.param("a/b", "a/b is not an option; for the options, run %%tune?", id="another word"),
        pytest.param("--objective 'a", "No closing quotation", id="a quote that is never closed"),
    ],
)  # fmt: skip
def test_a_bad_option_is_one_line(
    shell: InteractiveShell, tuned: Tuned, capsys: pytest.CaptureFixture[str], line: str, message: str
) -> None:
    assert not run(shell, f"%%tune {line}\nloss = {{{{uniform(0, 1)}}}}").success
    assert capsys.readouterr() == ("", f"UsageError: %%tune: {message}\n")
    assert tuned.text == ""


def test_a_cell_without_code_is_not_tuned(
    shell: InteractiveShell, tuned: Tuned, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not run(shell, "%%tune\n%matplotlib inline\n").success
    assert capsys.readouterr() == ("", "UsageError: %%tune: the cell has no code below this line\n")


def test_tune_explains_itself(shell: InteractiveShell) -> None:
    text = shell.magics_manager.magics["cell"]["tune"].__doc__
    assert text.startswith("usage: %%tune [--max-evals N] [--objective NAME[:min|:max]]")
    assert "--workers N" in text


CELLS = {
    "rate = {{loguniform(-4, 0)}}\nprint(round(rate, 3))": "0.135\n",
    "units = <<choice([64, 128])>>\nprint(units)": "64\n",
    "most = 10\n\ndef model(n={{randint(most)}}):\n    return n\nprint(model())": "4\n",
    "%%time\nx = <<quniform(32, 256, 32)>>\nprint(x, 1 << 2)": "128 4\n",
    "print({{choice([1, 2], default=2)[0]}})": "2\n",
    "%%bash\ncat <<EOF\n{{choice([1])}}\nEOF": "{{choice([1])}}\n",
}
"""Cells and what they print."""

HISTORY = """
from hypertemplate.frontend.live.history import executed_cells
print(*(f"{cell.number}: {cell.text.splitlines()[0]}" for cell in executed_cells()), sep="\\n")
"""


def talk(kernel: kernels.Kernel) -> None:
    """What a notebook does with the extension, as every IPython must do it."""
    kernel.run("%load_ext hypertemplate")
    for cell, printed in CELLS.items():
        text = kernel.run(cell)
        assert (
            "".join(line for line in text.splitlines(True) if "time" not in line and "CPU" not in line)
            == printed
        )
    with pytest.raises(AssertionError) as raised:
        kernel.run("x = {{unifrom(0, 1)}}")
    assert "MarkerError: In [8], line 1, column 7: error HT102: unknown distribution 'unifrom'" in str(
        raised.value
    )
    assert kernel.quietly(HISTORY).splitlines()[:3] == [
        "1: %load_ext hypertemplate",
        "2: rate = {{loguniform(-4, 0)}}",
        "3: units = <<choice([64, 128])>>",
    ]
    kernel.run("%reload_ext hypertemplate", "print({{uniform(0, 1)}})", "%unload_ext hypertemplate")
    kernel.run("{{uniform(0, 1)}}", fails=True)


@pytest.mark.kernel
def test_in_a_kernel(tmp_path: Path) -> None:
    with kernels.started(tmp_path) as kernel:
        talk(kernel)


@pytest.mark.kernel
@pytest.mark.slow
def test_in_a_kernel_of_ipython_7(tmp_path: Path) -> None:
    if not OLD_PYTHON.exists():
        pytest.skip("`.ci/old-ipython` makes the environment, where there is a Python 3.10 or 3.11")
    with kernels.started(tmp_path, python=os.fspath(OLD_PYTHON)) as kernel:
        versions = kernel.quietly(
            "import IPython, ipykernel\nprint(IPython.__version__, ipykernel.__version__)"
        )
        assert versions == "7.34.0 6.17.1\n"
        talk(kernel)


def test_a_failure_of_a_function_in_memory_names_its_cell(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "import hypertemplate\ndef data():\n    return {}['x']")
    run(shell, "def model(x):\n    return {{uniform(0, 1)}}")
    assert not run(shell, "hypertemplate.tune(model, data=data, max_evals=1, verbose=False)").success
    printed = capsys.readouterr().out
    assert "LoadError: KeyError: 'x' (In [2], line 3)\n" in printed
    assert '  File "In [2]", line 3, in data\n' in printed
