"""The worker in real processes, with programs of plain Python and a Keras of a few lines."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from hypertemplate.compiler.program import Join
from hypertemplate.executors.base import Died
from hypertemplate.origin import RETURNED_LOSS, Origin
from hypertemplate.runtime.protocol import (
    Complete,
    Drop,
    Epoch,
    Exit,
    Failed,
    Finished,
    FitEnded,
    FitStarted,
    Go,
    Keep,
    LoadFailed,
    Run,
    Saved,
    SaveFailed,
)
from tests.executors.workers import process_executor
from tests.paper_keras import KERAS
from tests.runtime.programs import choice, program, uniform
from tests.runtime.talk import failure, load_answer, received, started, trial

BEHAVIOURS = """
    import os, pdb, signal, sys
    class Odd(BaseException): pass
    def fail(): raise ValueError('no\\nmore')
    def recurse(): recurse()
    def hoard(): raise MemoryError
    def odd(): raise Odd('odd')
    def leave(): sys.exit(2)
    def leave_quietly(): sys.exit()
    def leave_with_words(): sys.exit('bye')
    def interrupt(): os.kill(os.getpid(), signal.SIGINT); signal.pause()
    def stop(): breakpoint()
    def debug(): pdb.set_trace()
    def ask(): input('name? ')
    def pickle(): raise EOFError('Ran out of input')
    def nothing(): pass
    def fine(): return 0.5
    DOES = [fail, recurse, hoard, odd, leave, leave_quietly, leave_with_words, interrupt, stop, debug,
            ask, pickle, nothing, fine]
"""
TRY = "hypertemplate try model.py --set 'does=#{}'"
NO_TERMINAL = "a breakpoint needs a terminal, and a worker has none; run: " + TRY


def test_whatever_a_trial_does_the_worker_goes_on(tmp_path: Path) -> None:
    made = program(
        setup=BEHAVIOURS,
        trial="def model():\n    return DOES[(_ht_['does'])]()",
        folder=tmp_path,
        parameters=(choice("does", *map(repr, range(14))),),
    )
    with started(made) as executor:
        outcomes = [trial(executor, number, does=number).outcome for number in range(14)]
    assert [(o.kind, o.message) for o in outcomes if isinstance(o, Failed)] == [
        ("raised", "ValueError: no (model.py:3)\nmore"),
        ("raised", "RecursionError: maximum recursion depth exceeded (model.py:4)"),
        ("raised", "MemoryError (model.py:5)"),
        ("raised", "Odd: odd (model.py:6)"),
        ("exited", "the trial called sys.exit(2)"),
        ("exited", "the trial called sys.exit()"),
        ("exited", "the trial called sys.exit('bye')"),
        ("interrupted", "the trial was interrupted"),
        ("raised", NO_TERMINAL.format(8)),
        ("raised", NO_TERMINAL.format(9)),
        (
            "raised",
            "EOFError: EOF when reading a line (model.py:13): "
            f"a worker has no terminal to read from; run: {TRY.format(10)}",
        ),
        ("raised", "EOFError: Ran out of input (model.py:14)"),
        ("no loss", "model() returned None: return the loss, for example return {'loss': -accuracy}"),
    ]
    assert outcomes[-1] == Complete(0.5)
    assert isinstance(outcomes[0], Failed)
    assert outcomes[0].traceback == (
        "Traceback (most recent call last):\n"
        '  File "model.py", line 20, in model\n'
        "    return DOES[{{uniform(0, 1)}}]()\n"
        '  File "model.py", line 3, in fail\n'
        "    def fail(): raise ValueError('no\\nmore')\n"
        "ValueError: no\n"
        "more"
    )


@pytest.mark.parametrize(
    ("setup", "answer"),
    [
        pytest.param(
            "x = 1\n1 / 0",
            LoadFailed(
                "ZeroDivisionError: division by zero (model.py:2)",
                "Traceback (most recent call last):\n"
                '  File "model.py", line 2, in <module>\n'
                "    1 / 0\n"
                "ZeroDivisionError: division by zero",
            ),
            id="setup raises",
        ),
        pytest.param(
            "import sys; sys.exit('no GPU')",
            LoadFailed(
                "the template called sys.exit('no GPU')",
                "Traceback (most recent call last):\n"
                '  File "model.py", line 1, in <module>\n'
                "    import sys; sys.exit('no GPU')\n"
                "SystemExit: no GPU",
            ),
            id="setup exits",
        ),
        pytest.param(
            "def data(): return 1, 2, 3",
            LoadFailed(
                "data() returned a tuple of 3 items, but model() takes 2 items: return a tuple of 2 items from data()"
            ),
            id="data does not fit",
        ),
        pytest.param(
            "breakpoint()",
            LoadFailed(
                "a breakpoint needs a terminal, and a worker has none; run: hypertemplate try model.py",
                "Traceback (most recent call last):\n"
                '  File "model.py", line 1, in <module>\n'
                "    breakpoint()\n"
                "hypertemplate.runtime.failures.no_terminal.NeedsTerminalError: "
                "a breakpoint needs a terminal, and a worker has none; run: hypertemplate try model.py",
            ),
            id="setup stops at a breakpoint",
        ),
    ],
)
def test_a_template_that_does_not_load(setup: str, answer: LoadFailed, tmp_path: Path) -> None:
    assert load_answer(program(setup, folder=tmp_path, data="data", join=Join("position", count=2))) == answer


def test_what_surrounds_a_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    templates, elsewhere = tmp_path / "templates", tmp_path / "elsewhere"
    templates.mkdir()
    elsewhere.mkdir()
    (templates / "neighbour.py").write_text("NAME = 'neighbour'")
    for name in ("random", "json", "hypertemplate"):
        (elsewhere / f"{name}.py").write_text("raise ImportError('the wrong one')")
    monkeypatch.chdir(elsewhere)
    monkeypatch.delenv("MPLBACKEND", raising=False)
    made = program(
        setup="""
            import os, sys, json, random, neighbour
            found = [neighbour.NAME, os.getcwd(), os.environ['MPLBACKEND'], sys.stdin.read(), sys.argv[1:],
                     '' in sys.path, sys.stdout.encoding, sys.stderr.errors]
        """,
        trial="""
            def model():
                print(json.dumps(found))
                print('\\udc80 and ', end='')
                print('the rest', file=sys.stderr, end='')
                return {'loss': 1, 'acc': 2, 'note': 'x'}
        """,
        folder=templates,
        parameters=(uniform("rate"),),
    )
    with started(made, maximize=True) as executor:
        assert trial(executor, rate=0.5) == Finished(
            Complete(-1.0), {"acc": 2.0}, unused=("rate",), origin=RETURNED_LOSS
        )
        first, second = executor.output(0).split("\n")
        assert json.loads(first) == [
            "neighbour", str(elsewhere), "Agg", "", [], False, "utf-8", "backslashreplace"
        ]  # fmt: skip
        assert second == "\\udc80 and the rest"


def test_a_trial_that_reads_trial_params_reads_all_labels(tmp_path: Path) -> None:
    made = program(
        setup="from hypertemplate import trial",
        trial="def model():\n    return trial.params['rate'] if trial.number else 1.0",
        folder=tmp_path,
        parameters=(uniform("rate"), uniform("momentum")),
    )
    with started(made) as executor:
        assert trial(executor, 0, rate=0.5, momentum=0.9).unused == ("rate", "momentum")
        assert trial(executor, 1, rate=0.5, momentum=0.9).unused == ()


def test_a_matplotlib_backend_of_the_users_stays(tmp_path: Path) -> None:
    made = program("import os\nprint(os.environ['MPLBACKEND'])", folder=tmp_path)
    with started(made, environment={"MPLBACKEND": "svg"}) as executor:
        assert executor.output(0) == "svg"


def test_a_model_is_kept_or_dropped_and_then_let_go(tmp_path: Path) -> None:
    made = program(
        setup="""
            import weakref
            seen = []
            class Model:
                def save(self, path):
                    if 'full' in path: raise OSError('disk full')
                    open(path, 'w').write('weights')
        """,
        trial="""
            def model():
                alive = sum(ref() is not None for ref in seen)
                net = Model()
                seen.append(weakref.ref(net))
                return {'loss': alive, 'model': net}
        """,
        folder=tmp_path,
    )
    path = str(tmp_path / "best.keras")
    with started(made) as executor:
        assert trial(executor) == Finished(Complete(0.0), {}, has_model=True, origin=RETURNED_LOSS)
        for _ in range(2):
            executor.send(0, Go())  # the answer to an exchange that was broken off
        executor.send(0, Keep(path))
        assert received(executor) == Saved(path)
        assert Path(path).read_text() == "weights"
        assert trial(executor) == Finished(Complete(0.0), {}, has_model=True, origin=RETURNED_LOSS)
        executor.send(0, Keep(str(tmp_path / "full.keras")))
        assert received(executor) == SaveFailed("OSError: disk full (model.py:5)")
        assert trial(executor) == Finished(Complete(0.0), {}, has_model=True, origin=RETURNED_LOSS)
        executor.send(0, Drop())
        executor.send(0, Go())
        assert trial(executor) == Finished(Complete(0.0), {}, has_model=True, origin=RETURNED_LOSS)
        executor.send(0, Exit())
        assert received(executor) == Died(Failed("died", "the worker exited with status 0"))


def test_a_worker_that_waits_ends_quietly_when_interrupted(tmp_path: Path) -> None:
    made = program(trial="import os\ndef model():\n    return os.getpid()", folder=tmp_path)
    with started(made) as executor:
        outcome = trial(executor).outcome
        assert isinstance(outcome, Complete)
        os.kill(int(outcome.loss), signal.SIGINT)
        # Not a status: a trial that was just sent is then put back if the whole search is interrupted.
        assert received(executor) == Died(Failed("interrupted", "the worker was killed by signal 2 (SIGINT)"))
        assert executor.output(0) == ""


def test_a_trial_without_a_program_ends_the_worker(tmp_path: Path) -> None:
    executor = process_executor(program("1 / 0", folder=tmp_path), seed=1)
    executor.start()
    assert isinstance(received(executor), LoadFailed)
    executor.send(0, Run(0, {}, 1))
    assert received(executor) == Died(Failed("died", "the worker exited with status 1"))
    assert executor.output(0).endswith("WorkerError: told to run a trial of a program that is not loaded")
    executor.close()


def path_of_keras(folder: Path, more: str = "") -> str:
    """PYTHONPATH with that Keras where libraries are: what a file of the user's remembers would be put back."""
    libraries = folder / "site-packages"
    libraries.mkdir()
    (libraries / "keras.py").write_text(dedent(KERAS) + dedent(more))
    return os.pathsep.join((str(libraries), os.environ["PYTHONPATH"]))


def test_a_keras_that_the_model_imports_reports_prunes_and_is_scored(tmp_path: Path) -> None:
    path = path_of_keras(tmp_path)
    made = program(
        trial="""
            def model():
                import keras
                print(keras.state)
                history = keras.Model().fit([0.375, 0.25, 0.75])
                if (_ht_['how']) == 1:
                    return history.history['val_accuracy'][-1]
                if (_ht_['how']) == 2:
                    raise ValueError('after the fit')
                return history
        """,
        folder=tmp_path,
        parameters=(choice("how", "0", "1", "2"),),
    )
    first = {"val_loss": 0.375, "val_accuracy": 0.625}
    last = {"val_loss": 0.75, "val_accuracy": 0.25}
    with started(made, environment={"PYTHONPATH": path}) as executor:
        executor.send(0, Run(0, {"how": 0}, 5))
        heard = [received(executor)]
        while not isinstance(heard[-1], Finished):
            executor.send(0, Go())
            heard.append(received(executor))
        *_, finished = heard
        assert isinstance(finished, Finished)
        assert [Path(file.place).name for file in finished.files] == ["keras.py"]  # code of the user's
        assert [*heard[:-1], replace(finished, files=())] == [
            FitStarted(0, 3),
            Epoch(0, 0, first),
            Epoch(0, 1, {"val_loss": 0.25, "val_accuracy": 0.75}),
            Epoch(0, 2, last),
            FitEnded(0, 3),
            Finished(
                Complete(0.25),
                {"val_loss": 0.25, "val_accuracy": 0.75},
                origin=Origin("val_loss", "fit", 2, 3),
            ),
        ]
        assert executor.output(0) == "[]"  # imported after everything was seeded
        note = (
            "the loss equals val_accuracy, so the search looks for the worst model: "
            "return -val_accuracy, or use --maximize"
        )
        assert trial(executor, seed=6, how=1) == Finished(
            Complete(0.25), last, notes=(note,), origin=RETURNED_LOSS
        )
        assert executor.output(0) == "[6]"  # cleared, then seeded
        raised = trial(executor, how=2)
        assert (failure(raised).message, raised.metrics) == ("ValueError: after the fit (model.py:8)", last)
        assert trial(executor, stop=True, how=0) == Finished(
            Complete(0.375), first, origin=Origin("val_loss", "fit", 1, 1)
        ), "that it was stopped, the driver knows"
        raised = trial(executor, stop=True, how=2)
        assert (failure(raised).message, raised.metrics) == ("ValueError: after the fit (model.py:8)", first)


def test_sessions_are_cleared_once_before_each_trial_and_again_where_that_failed(tmp_path: Path) -> None:
    clears = """
        cleared = 0
        class backend(backend):
            @staticmethod
            def clear_session():
                global cleared
                cleared += 1
                if cleared in (2, 5, 6): raise RuntimeError('no session')
    """
    path = path_of_keras(tmp_path, clears)
    made = program(setup="import keras", trial="def model(): return keras.cleared", folder=tmp_path)
    with started(made, environment={"PYTHONPATH": path}) as executor:
        outcomes = [trial(executor, number).outcome for number in range(5)]
    complete = {0: Complete(1), 1: Complete(3), 2: Complete(4), 4: Complete(7)}
    assert {number: outcomes[number] for number in complete} == complete
    failed = outcomes[3]
    assert isinstance(failed, Failed)
    assert failed.message.startswith("RuntimeError: no session")


def test_versions_are_those_of_what_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "keras.py").write_text(dedent(KERAS))
    (tmp_path / "jax.py").write_text("__version__ = None")
    answer = load_answer(program("import keras, jax", folder=tmp_path))
    assert not isinstance(answer, (Died, LoadFailed))
    assert answer.versions == {"keras": "3.99", "backend": "paper"}  # type: ignore[union-attr]


def test_numpy_is_seeded_before_the_template_draws_from_it(tmp_path: Path) -> None:
    made = program(
        setup="""
            import numpy as np
            from numpy.random import rand
            print(rand(), np.random.RandomState(1337).rand())
            def data(): return rand()
        """,
        trial="def model(x):\n    return x",
        folder=tmp_path,
        data="data",
        join=Join("object"),
    )
    with started(made) as executor:
        drawn, expected = executor.output(0).split()
        assert drawn == expected
        assert trial(executor).outcome == Complete(float(expected))


def test_output_that_the_code_has_closed_does_not_end_the_worker(tmp_path: Path) -> None:
    made = program(trial="import sys\ndef model():\n    sys.stdout.close()\n    return 1", folder=tmp_path)
    with started(made) as executor:
        assert [trial(executor).outcome, trial(executor).outcome] == [Complete(1.0)] * 2


def test_a_crash_in_native_code_leaves_the_lines_that_led_to_it(tmp_path: Path) -> None:
    made = program(
        trial="import os, signal\ndef model():\n    os.kill(os.getpid(), signal.SIGSEGV)", folder=tmp_path
    )
    with started(made) as executor:
        executor.send(0, Run(0, {}, 1))
        assert received(executor) == Died(
            Failed("died", "the worker was killed by signal 11 (SIGSEGV): a crash in native code")
        )
        assert f'File "{tmp_path}/./model.py", line 3 in model' in executor.output(0)


BREAKS = """
    import builtins, json, os, socket, threading, time
    import keras
    def broken(*_, **__):
        raise RuntimeError('replaced by a trial')
    def model():
        whole = json.dumps([1]) == '[1]' and time.time() > 0 and len(os.listdir('.')) >= 0
        for module in (json, os, socket, threading, time):
            for name in [name for name in vars(module) if name.islower() and name[0] != '_']:
                if callable(vars(module)[name]) and name not in ('fspath', 'fsencode', 'fsdecode'):
                    setattr(module, name, broken)
        builtins.open = builtins.print = broken
        keras.Model().fit([0.5] * 300)
        return float(whole)
"""


def test_what_a_trial_replaces_in_python_breaks_no_report_and_no_other_trial(tmp_path: Path) -> None:
    made = program(trial=BREAKS, folder=tmp_path)
    # Coverage asks the modules of Python about each file in which a call begins, within the user's code too.
    unmeasured = {"COVERAGE_PROCESS_CONFIG": "", "COVERAGE_PROCESS_START": ""}
    with started(made, environment={"PYTHONPATH": path_of_keras(tmp_path), **unmeasured}) as executor:
        assert [trial(executor, number).outcome for number in range(3)] == [Complete(1.0)] * 3


def test_python_is_the_drivers(tmp_path: Path) -> None:
    made = program("import sys\nprint(sys.executable)", "def model(): return 0", folder=tmp_path)
    with started(made) as executor:
        assert executor.output(0) == sys.executable


def test_the_garbage_of_trials_is_collected_and_what_was_loaded_is_left_alone(tmp_path: Path) -> None:
    made = program(
        setup="import gc, weakref\nclass Node: pass\nloaded = Node()",
        trial="""
            def model():
                assert not any(one is loaded for one in gc.get_objects())
                node = Node()
                node.itself = node
                seen = weakref.ref(node)
                del node
                gc.collect()
                return int(seen() is None)
        """,
        folder=tmp_path,
    )
    with started(made) as executor:
        assert trial(executor).outcome == Complete(1.0)
