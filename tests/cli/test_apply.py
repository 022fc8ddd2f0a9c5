"""apply: what is shown, what is written, what a fresh run gives, and what is refused."""

from __future__ import annotations

import ast
import fcntl
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hypertemplate.cli import main
from hypertemplate.search.storage import lock as locks
from hypertemplate.search.storage.sqlite.reader import FILE, read_study
from tests.cli.conftest import Cli, Template

MODEL = '''\
"""Where is it lowest?"""
import random
from hyperas import optim
from hyperas.distributions import choice, uniform
from hyperopt import STATUS_OK, Trials, tpe


def data():
    return [random.random() for _ in range(3)], 2


def model(xs, y):
    total = sum(xs) * y
    for i in range({{choice([1, 2], name="depth")}}):
        total += {{choice([64, 32, 16])[i:2]}}
    total += {{uniform(-1, 1, name="x")}} ** 2 + random.random()
    return {'loss': total, 'status': STATUS_OK}


if __name__ == '__main__':
    best_run, best_model = optim.minimize(
        model=model, data=data, algo=tpe.suggest, max_evals=3, trials=Trials()
    )
    print(best_run)
'''
PLAIN = '''\
"""Where is it lowest?"""
import random
from hyperopt import STATUS_OK


def data():
    return [random.random() for _ in range(3)], 2


def model(xs, y):
    total = sum(xs) * y
    for i in range(DEPTH):
        total += UNITS
    total += X ** 2 + random.random()
    return {'loss': total, 'status': STATUS_OK}


if __name__ == '__main__':
    result = model(*data())
    best_run = BEST
    print(best_run)
'''
SAME = r"checked: a fresh run with the trial's seed gives \S+, as the trial did, to the last digit\n"


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a template and its study of three trials."""
    folder = tmp_path_factory.mktemp("searched")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        Path("model.py").write_text(MODEL)
        assert main(["run", "model.py", "--max-evals", "3", "--algo", "random"]) == 0
    # The study finds the template beside it, and no longer where both were.
    return folder.rename(folder.with_name("searched_before"))


@pytest.fixture
def study(searched: Path, here: Path) -> str:
    """The study and its template in the working folder."""
    shutil.copytree(searched, here, dirs_exist_ok=True)
    return "model.study"


def edit(old: str, new: str) -> None:
    text = Path("model.py").read_text()
    assert old in text
    Path("model.py").write_text(text.replace(old, new))


def test_without_an_option_the_changes_are_only_shown(cli: Cli, study: str) -> None:
    ran = cli("apply", study)
    best = read_study(Path(study)).study.best
    assert best is not None
    assert ran.status == 0
    assert ran.out.startswith("--- model.py\n+++ model.py\n@@ -")
    x = best.params["x"]
    changed = [line[1:] for line in ran.out.splitlines() if line.startswith(("-  ", "+  "))]
    assert len(changed) in (4, 6)  # units that differ have no one default
    assert '    total += {{uniform(-1, 1, name="x")}} ** 2 + random.random()' in changed
    assert f'    total += {{{{uniform(-1, 1, name="x", default={x!r})}}}} ** 2 + random.random()' in changed
    assert ran.err.endswith(
        f"the values of trial {best.number}, loss {best.loss:g}; "
        "write them with: hypertemplate apply model.study --write\n"
    )
    assert Path("model.py").read_text() == MODEL


def test_written_defaults_keep_the_study_and_its_trials(cli: Cli, study: str) -> None:
    Path("model.py").chmod(0o640)
    best = read_study(Path(study)).study.best
    assert best is not None
    number = best.number
    ran = cli("apply", study, "--write")
    assert (ran.status, ran.err.splitlines()[-1]) == (
        0,
        f"model.py has the values of trial {number}, loss {best.loss:g}",
    )
    assert Path("model.py").stat().st_mode & 0o777 == 0o640
    assert sorted(map(str, Path().iterdir())) == ["model.py", "model.study"]
    assert cli("run", "model.py", "--max-evals", "3").status == 0
    assert read_study(Path(study)).study.best == best
    again = cli("apply", study, "--write")
    assert (again.status, again.out) == (0, "")
    assert again.err.endswith(
        f"nothing to change: model.py has the values of trial {number}, loss {best.loss:g}\n"
    )


def test_what_no_default_can_say_is_not_said_to_be_in_the_file(cli: Cli) -> None:
    text = "def model():\n    return sum({{uniform(0, 1, name='x')[i]}} for i in range(2))\n"
    Path("model.py").write_text(text)
    assert cli("run", "model.py", "--max-evals", "1").status == 0
    ran = cli("apply", "model.study", "--write", "--check")
    assert (ran.status, ran.out) == (0, "")
    assert (
        "the default of x is left unchanged, so the written defaults do not reproduce the trial: " in ran.err
    )
    assert "; the fresh run had the default of x, not what the trial drew\n" in ran.err
    assert re.search(
        r"nothing to change: model.py has the values of trial 0, .*, apart from that of x\n", ran.err
    )
    Path("model.py").write_text(text.replace("return ", "return {{uniform(0, 1, name='y')}} + "))
    assert cli("run", "model.py", "--max-evals", "1", "--study", "other").status == 0
    ran = cli("apply", "other", "--write")
    assert re.search(r"\nmodel.py has the values of trial 0, .*, apart from that of x\n", ran.err)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_ordinary_code_gives_the_number_of_the_trial(cli: Cli, study: str, number: int) -> None:
    trial = read_study(Path(study)).study.trials[number]
    ran = cli(
        "apply", study, "--trial", str(number), "--plain", "-o", "tuned.py", *["--check"] * (number == 0)
    )
    assert bool(re.search(SAME, ran.err)) is (number == 0)
    assert ran.status == 0
    text = Path("tuned.py").read_text()
    depth = (1, 2)[int(trial.params["depth"])]
    drawn = [(64, 32, 16)[int(trial.params[f"total[{i}]"])] if i < depth else 64 for i in range(2)]
    units = str(drawn[0]) if drawn[0] == drawn[1] else f"{(*drawn,)}[i]"
    values: dict[str, float] = {"depth": depth, "total[0]": drawn[0]}
    values["total[1]"] = (64, 32, 16)[int(trial.params["total[1]"])]
    values["x"] = trial.params["x"]
    expected = PLAIN.replace("DEPTH", str(depth)).replace("UNITS", units).replace("BEST", repr(values))
    x = trial.params["x"]
    assert text == expected.replace("X ", f"({x!r}) " if x < 0 else f"{x!r} ")
    assert Path("model.py").read_text() == MODEL
    assert (
        subprocess.run([sys.executable, "tuned.py"], capture_output=True, text=True, check=True).stdout
        == f"{values!r}\n"
    )


@pytest.mark.long
def test_written_defaults_give_the_number_of_the_trial(cli: Cli, study: str) -> None:
    edit("[i:2]", "")
    assert cli("run", "model.py", "--max-evals", "2", "--study", "other").status == 0
    ran = cli("apply", "other", "--check", "--write")
    assert re.search(SAME, ran.err)
    assert "default=" in Path("model.py").read_text()


def test_a_fresh_run_that_differs_says_how_far(cli: Cli, study: str) -> None:
    edit("return {'loss': total, 'status'", "return {'loss': total + 0.5, 'status'")
    ran = cli("apply", study, "--plain", "--check")
    assert ran.status == 0
    assert re.search(
        r"note: since trial \d, line 17 changed: the number of the trial may be another one now\n", ran.err
    )
    assert re.search(
        r"checked: a fresh run with the trial's seed gives \S+, and the trial had \S+: 0.5 off, 0\.\d+ of it; "
        "the code has changed since the trial, as noted\n",
        ran.err,
    )


def test_a_fresh_run_that_fails_leaves_the_file_as_it_is(cli: Cli, study: str) -> None:
    edit("    total = sum(xs) * y\n", "    total = sum(xs) * y + undefined_here()\n")
    before = Path("model.py").read_text()
    ran = cli("apply", study, "--write", "--check")
    assert ran.status in (1, 3), ran.err
    assert Path("model.py").read_text() == before


def test_a_fresh_run_that_raises_says_why(cli: Cli, study: str) -> None:
    edit("    total = sum(xs) * y\n", "    total = sum(xs) * y / (len(xs) - 3)\n")
    before = Path("model.py").read_text()
    ran = cli("apply", study, "--write", "--check")
    assert ran.status == 3
    assert "the fresh run failed, so nothing is written:\nZeroDivisionError" in ran.err
    assert Path("model.py").read_text() == before


def test_a_template_that_moved_within_itself_is_matched_by_place_and_label(cli: Cli, study: str) -> None:
    edit("def model(xs, y):", "def helper():\n    return 0\n\n\ndef model(xs, y):")
    edit('uniform(-1, 1, name="x")', 'uniform(-2, 1, name="x")')
    x = read_study(Path(study)).study.trials[0].params["x"]
    ran = cli("apply", study, "--trial", "0", "--write")
    assert ran.status == 0, ran.err
    assert f'uniform(-2, 1, name="x", default={x!r})' in Path("model.py").read_text()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param('{{uniform(-1, 1, name="x")}}', "7", r"line 16: x was -?[\d.]+ and is now 7", id="a marker that is a value now"),
        pytest.param("choice([1, 2], name", "choice([1], name", "", id="an option that is gone"),
        pytest.param("uniform(-1, 1, name", "uniform(8, 9, name", r"line 16: x=-?[\d.]+ is outside uniform\(8, 9\)", id="a range that lies elsewhere"),
        pytest.param("total = sum(xs) * y", "total = sum(xs) * {{uniform(0, 1)}}", r"'total' is new, and nothing stood there", id="a marker where no value of it stood"),
    ],
)  # fmt: skip
def test_what_cannot_be_matched_is_listed_and_nothing_is_written(
    cli: Cli, study: str, old: str, new: str, reason: str
) -> None:
    edit(old, new)
    before = Path("model.py").read_bytes()
    every = [cli("apply", study, "--trial", str(number), "--write") for number in range(3)]
    refused = [ran for ran in every if ran.status]
    assert refused
    for ran in refused:
        assert (ran.status, ran.out) == (2, "")
        assert "error: model.py changed since the study ran it, and trial " in ran.err
        assert re.search(reason, ran.err)
        assert ran.err.endswith("nothing is written; undo these changes, or search the file as it is now\n")
    if len(refused) == len(every):
        assert Path("model.py").read_bytes() == before


def test_a_value_that_the_trial_did_without_may_lie_outside_the_present_range(cli: Cli) -> None:
    text = (
        "def model():\n    if {{choice(['a', 'b'], name='o')}} == 'a':\n"
        "        return 1\n    return {{uniform(0, 1, name='m')}}\n"
    )
    Path("model.py").write_text(text, encoding="utf-8")
    ran = cli("run", "model.py", "--max-evals", "1", "--point", '{"o": "a", "m": 0.9}')
    assert ran.status == 0, ran.err
    edit("uniform(0, 1", "uniform(0, 0.5")
    ran = cli("apply", "model.study", "--write")
    assert ran.status == 0, ran.err
    now = Path("model.py").read_text(encoding="utf-8")
    assert "choice(['a', 'b'], name='o', default='a')" in now
    assert "{{uniform(0, 0.5, name='m')}}" in now


BAD = [
    pytest.param(("nowhere.study",), "nowhere.study: no such study", id="no study"),
    pytest.param(("model.study", "--trial", "9"), "model.study: there is no trial 9", id="no such trial"),
    pytest.param(("model.study", "-o", "tuned.txt"), "--output tuned.txt: the template is a .py file; write to one of its kind", id="another kind of file"),
    pytest.param(("model.study", "-o", "folder.py"), "--output folder.py is a folder; name a file in it", id="a folder"),
    pytest.param(("model.study", "-o", "missing/tuned.py"), "missing/tuned.py: its folder does not exist; create it first", id="a folder that is not there"),
    pytest.param(("model.study", "-o", "tuned.ipynb", "--check"), "--output tuned.ipynb: the template is a .py file; write to one of its kind", id="another kind of file, before a check runs"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "expected"), BAD)
def test_bad_arguments(cli: Cli, study: str, arguments: tuple[str, ...], expected: str) -> None:
    Path("folder.py").mkdir()
    ran = cli("apply", *arguments)
    assert ran.status == 2
    assert f"error: {expected}" in ran.err
    assert Path("model.py").read_text() == MODEL


def test_a_read_only_file_is_not_written(cli: Cli, study: str) -> None:
    Path("model.py").chmod(0o444)
    ran = cli("apply", study, "--write")
    assert (ran.status, ran.err.splitlines()[-1]) == (
        2,
        "error: model.py: the file is read-only, so nothing is written",
    )
    assert Path("model.py").read_text() == MODEL
    assert sorted(map(str, Path().iterdir())) == ["model.py", "model.study"]


def test_modules_of_the_users_own_are_written_with_it(cli: Cli) -> None:
    main = "from nets import layer\ndef model():\n    return layer({{uniform(0, 1, name='x')}})\n"
    nets = "import random\ndef layer(x):\n    rate = 0.25  # tune: uniform(0, 1)\n    return x * rate + random.random()\n"
    Path("main.py").write_text(main)
    Path("nets.py").write_text(nets)
    assert cli("run", "main.py", "--max-evals", "2", "--algo", "random", "--no-default-trial").status == 0
    ran = cli("apply", "main.study", "--plain", "-o", "tuned.py")
    assert (ran.status, ran.err) == (
        2,
        "error: --output tuned.py: nets.py would change too, and one file is named; write them in place with "
        "--write\n",
    )
    ran = cli("apply", "main.study", "--plain", "--write", "--check")
    assert re.search(SAME, ran.err), ran.err
    assert "\nnets.py and main.py have the values of trial " in ran.err
    best = read_study(Path("main.study")).study.best
    assert best is not None
    assert Path("main.py").read_text() == main.replace("{{uniform(0, 1, name='x')}}", repr(best.params["x"]))
    rate = repr(best.params["rate"])
    assert Path("nets.py").read_text() == nets.replace("0.25  # tune: uniform(0, 1)", rate)


def test_a_template_that_is_elsewhere_is_named(cli: Cli, study: str) -> None:
    Path("model.py").rename("moved.py")
    ran = cli("apply", study, "--write")
    assert ran.status == 2
    assert "the template of this study no longer exists" in ran.err


def test_a_file_that_another_process_writes_is_left_to_it(cli: Cli, study: str) -> None:
    with Path("model.py").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ran = cli("apply", study, "--write")
    assert ran.status == 2
    assert "another process is writing the file, so nothing is written; apply it again" in ran.err
    assert Path("model.py").read_text() == MODEL


def test_a_file_that_another_process_has_just_replaced_is_left_to_it(
    cli: Cli, study: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock

    def slow(descriptor: int, operation: int) -> None:
        lock(descriptor, operation)
        Path("other.py").write_text(MODEL)
        Path("other.py").rename("model.py")

    monkeypatch.setattr(fcntl, "flock", slow)
    ran = cli("apply", study, "--write")
    assert ran.status == 2
    assert "model.py: another process is writing the file, so nothing is written; apply it again" in ran.err
    assert Path("model.py").read_text() == MODEL


def test_a_file_that_changes_meanwhile_is_left_as_it_is(
    cli: Cli, study: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = sys.modules["hypertemplate.cli.commands.apply"]
    reads: list[object] = []
    read: Callable[..., object] = command.read_source

    def changing(names: object) -> object:
        if reads:
            edit("import random\n", "import random  # edited\n")
        reads.append(names)
        return read(names)

    monkeypatch.setattr(command, "read_source", changing)
    ran = cli("apply", study, "--write")
    assert ran.status == 2
    assert "the file changed while its values were looked up, so nothing is written" in ran.err
    assert Path("model.py").read_text() == MODEL.replace("import random\n", "import random  # edited\n")


def test_a_running_search_shows_its_best_and_is_not_written(cli: Cli, study: str) -> None:
    lock = locks.lock(Path(study))
    try:
        shown = cli("apply", study)
        ran = cli("apply", study, "--write")
    finally:
        lock.release()
    assert shown.status == 0
    assert (ran.status, ran.err) == (
        2,
        "error: model.study: a search is running there, so --write has to wait until it ends; without it, the "
        "changes so far are shown\n",
    )
    assert Path("model.py").read_text() == MODEL


def test_a_study_without_a_result_is_refused(cli: Cli, template: Template) -> None:
    template("def model():\n    return {{uniform(0, 1, name='x')}} / 0\n")
    assert cli("run", "model.py", "--max-evals", "1").status == 3
    ran = cli("apply", "model.study")
    assert (ran.status, ran.err) == (
        2,
        "error: model.study: no trial has succeeded yet, so there are no best values\n",
    )
    ran = cli("apply", "model.study", "--trial", "0")
    assert (ran.status, ran.err) == (
        2,
        "error: model.study: trial 0 failed: ZeroDivisionError: float division by zero (model.py:2)\n",
    )
    assert (Path("model.study") / FILE).is_file()


BYTES = [
    pytest.param(MODEL.replace("\n", "\r\n").encode(), id="line ends of Windows"),
    pytest.param(b"\xef\xbb\xbf" + MODEL.encode(), id="a byte order mark"),
    pytest.param(("# -*- coding: latin-1 -*-\n" + MODEL.replace("lowest?", "h\xf6her?")).encode("latin-1"), id="another encoding"),
    pytest.param(MODEL.replace("    ", "\t").encode(), id="tabs"),
    pytest.param(MODEL.rstrip("\n").encode(), id="no line end at the end"),
]  # fmt: skip


@pytest.mark.parametrize("data", BYTES)
@pytest.mark.parametrize("options", [(), ("--plain",)], ids=["defaults", "ordinary code"])
def test_all_other_bytes_stay(cli: Cli, study: str, data: bytes, options: tuple[str, ...]) -> None:
    Path("model.py").write_bytes(data)
    assert cli("apply", study, "--write", *options).status == 0
    after = Path("model.py").read_bytes()
    kept = {line for line in data.splitlines(keepends=True) if b"{{" not in line and b"import" not in line}
    kept -= {line for line in kept if re.search(rb"minimize|model=model|^\s*\)\s*$", line)}
    assert kept <= {*after.splitlines(keepends=True)}
    assert after.count(b"\r\n") in (0, after.count(b"\n"))
    assert (b"\r\n" in data) == (b"\r\n" in after)


def test_a_notebook_keeps_its_outputs_and_metadata(cli: Cli, study: str) -> None:
    sources = [
        MODEL.partition("\n\nif __name__")[0],
        "best_run, best_model = optim.minimize(model=model, data=data, algo=tpe.suggest, max_evals=3, trials=Trials())",
        "best_run",
    ]
    cells = [
        {"cell_type": "code", "execution_count": n, "metadata": {"tags": ["kept"]}, "outputs": [], "source": text.splitlines(keepends=True)}
        for n, text in enumerate(sources, 1)
    ]  # fmt: skip
    notebook = {"cells": cells, "metadata": {"custom": {"a": 1}}, "nbformat": 4, "nbformat_minor": 5}
    Path("nb.ipynb").write_text(json.dumps(notebook, indent=1))
    assert cli("run", "nb.ipynb", "--max-evals", "3").status == 0
    ran = cli("apply", "nb.study", "--plain", "-o", "tuned.ipynb", "--check")
    assert (ran.status, bool(re.search(SAME, ran.err))) == (0, True), ran.err
    after = json.loads(Path("tuned.ipynb").read_text())
    texts = ["".join(cell.pop("source")) for cell in after["cells"]]
    for cell in notebook["cells"]:  # type: ignore[attr-defined]
        del cell["source"]
    assert after == notebook
    assert texts[1].startswith("result = model(*data())\nbest_run = {")
    assert texts[2] == "best_run"
    assert not any("{{" in text for text in texts)
    ast.parse("\n".join(texts))
