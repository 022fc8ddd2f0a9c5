"""What trials print, each to a file in its own folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.runtime.protocol import Ready, Run

from .test_process import died, event, finished, running, script


def ran(trials: Path, number: int, **params: float) -> Run:
    """A trial with a folder, as the search sends it."""
    return Run(number, params, 1, folder=str(trials / f"{number:04}"))


PRINTS = """
    print('out', (_ht_['n']))
    subprocess.run('echo from a child >&2', shell=True)
    os.write(1, b'native\\n')
    return (_ht_['n'])
"""


def test_each_trial_prints_to_its_own_file(tmp_path: Path) -> None:
    made = script(PRINTS, tmp_path, "import os, subprocess\nprint('loading')")
    with running(made, workers=2) as executor:
        assert executor.output(0) == "loading"
        for number, worker in ((0, 0), (1, 1), (12345, 0)):
            executor.send(worker, ran(tmp_path / "trials", number, n=number))
            assert event(executor) == finished(float(number), worker)
            assert executor.output(worker) == f"out {number}\nfrom a child\nnative"
    assert {
        path.relative_to(tmp_path).as_posix(): path.read_text() for path in tmp_path.glob("trials/*/*")
    } == {
        f"trials/{name}/output.log": f"out {int(name)}\nfrom a child\nnative\n"
        for name in ("0000", "0001", "12345")
    }


def test_a_trial_without_a_folder_leaves_no_file(tmp_path: Path) -> None:
    with running(script("print('here')\nreturn 0", tmp_path)) as executor:
        executor.send(0, Run(0, {}, 1))
        assert event(executor) == finished(0.0)
        assert executor.output(0) == "here"
    assert list(tmp_path.iterdir()) == []


def test_a_trial_that_runs_again_prints_anew(tmp_path: Path) -> None:
    made = script("print('n' * int((_ht_['n'])))\nreturn 0", tmp_path)
    with running(made) as executor:
        for length in (9, 1):
            executor.send(0, ran(tmp_path, 3, n=length))
            assert event(executor) == finished(0.0)
            assert (tmp_path / "0003/output.log").read_text() == "n" * length + "\n"


def test_what_a_trial_left_behind_prints_to_that_trials_file(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    made = script(
        f"""
        if (_ht_['first']):
            subprocess.Popen(['sh', '-c', 'exec 3<>{gate}.go; read line <&3; echo late; echo done > {gate}'])
        return 0
        """,
        tmp_path,
    )
    os.mkfifo(f"{gate}.go")
    go = os.open(f"{gate}.go", os.O_RDWR)
    with running(made) as executor:
        for number in range(2):
            executor.send(0, ran(tmp_path, number, first=number == 0))
            assert event(executor) == finished(0.0)
        os.write(go, b"now\n")
        assert gate.read_text() == "done\n"
    os.close(go)
    assert [(tmp_path / f"000{n}/output.log").read_text() for n in range(2)] == ["late\n", ""]


def test_a_dead_workers_last_words_are_in_its_trials_file(tmp_path: Path) -> None:
    made = script("print('last words', flush=True)\nos._exit(3)", tmp_path)
    with running(made) as executor:
        executor.send(0, ran(tmp_path, 0))
        assert event(executor) == died("the worker exited with status 3")
        assert executor.output(0) == "last words"
        executor.restart(0)
        assert isinstance(event(executor).message, Ready)
        assert executor.output(0) == ""
    assert (tmp_path / "0000/output.log").read_text() == "last words\n"


def test_output_that_is_shown_is_kept_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = script("print('running caf\\xe9')\nreturn 0", tmp_path, "print('loading')")
    with running(made, show_output=True) as executor:
        executor.send(0, ran(tmp_path, 0))
        assert event(executor) == finished(0.0)
        assert executor.output(0) == ""
    assert capsys.readouterr().err == "loading\nrunning caf\xe9\n"
    assert (tmp_path / "0000/output.log").read_text(encoding="utf-8") == "running caf\xe9\n"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "trials").write_text("a file")
    with running(script("return 0", tmp_path)) as executor:
        with pytest.raises(UsageError) as caught:
            executor.send(0, ran(tmp_path / "trials", 0))
        assert str(caught.value) == (
            f"{tmp_path / 'trials' / '0000'}: cannot be written: Not a directory; what the study held before is "
            "safe, and the search can be resumed"
        )
