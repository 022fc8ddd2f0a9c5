"""What trials in the user's own process change in memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

import hypertemplate
from hypertemplate.errors import SharedStateError

from .support import Modules


def test_what_the_model_reads_begins_anew_and_is_as_before_in_the_end(
    modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    user = modules("""
        seen, state = [], {'n': 0}
        def count():
            state['n'] += 1
            return state['n']
        def model():
            seen.append({{uniform(0, 1)}})
            return len(seen) * 10.0 + count()
    """)
    seen = user.seen
    study = hypertemplate.tune(user.model, max_evals=3)
    assert [trial.loss for trial in study.trials] == [11.0] * 3
    assert seen is user.seen
    assert (seen, user.state) == ([], {"n": 0})
    notes = [line for line in capsys.readouterr().err.splitlines() if "changed" in line]
    assert sorted(notes) == [
        "note: 'seen' (line 2) was changed by trial 0; it is put back before each trial",
        "note: 'state', which 'count' (line 3) uses, was changed by trial 0; it is put back before each trial",
    ]


def test_what_the_model_only_adds_to_grows(modules: Modules, capsys: pytest.CaptureFixture[str]) -> None:
    user = modules("""
        history, by_rate = [], {}
        def model():
            rate = {{uniform(0, 1)}}
            history.append(rate)
            by_rate[rate] = 1
            return rate
    """)
    study = hypertemplate.tune(user.model, max_evals=3)
    assert user.history == [trial.loss for trial in study.trials]
    assert list(user.by_rate) == user.history
    assert "was changed" not in capsys.readouterr().err


def test_a_change_that_cannot_be_put_back_ends_the_search_and_the_trials_so_far_are_kept(
    modules: Modules,
) -> None:
    user = modules("""
        import queue
        done = queue.SimpleQueue()
        def model():
            done.put(1)
            return done.qsize() + {{uniform(0, 1)}}
    """)
    with pytest.raises(SharedStateError) as raised:
        hypertemplate.tune(user.model, max_evals=3)
    assert str(raised.value) == (
        "'done' (line 3) was changed by trial 0 and cannot be put back, so the next trial would not begin as it "
        "did; move line 3 into the model function, or pass workers=1"
    )
    assert isinstance(raised.value.study, hypertemplate.api.tune.Study)
    assert [trial.number for trial in raised.value.study.trials] == [0]


def test_a_change_by_the_last_trial_ends_nothing(modules: Modules) -> None:
    user = modules("""
        import queue
        done = queue.SimpleQueue()
        def model():
            done.put(1)
            return done.qsize() + {{uniform(0, 1)}}
    """)
    assert len(hypertemplate.tune(user.model, max_evals=1).trials) == 1


SHARED = """
    import hypertemplate
    from nets import pretrained

    base = pretrained()

    def model():
        base.compile('adam', 'mse')
        loss = base.fit(base.x, base.y, verbose=0).history['loss'][-1]
        return {'loss': loss + {{uniform(0, 1)}}, 'model': base}

    study = hypertemplate.tune(model, max_evals=2)
"""

NETS = """
    import keras
    import numpy as np

    def pretrained():
        net = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        net.x, net.y = np.ones((4, 3)), np.ones((4, 1))
        return net
"""


@pytest.mark.keras
def test_a_model_that_all_trials_share_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(dedent(NETS), encoding="utf-8")
    (tmp_path / "script.py").write_text(dedent(SHARED), encoding="utf-8")
    command = [sys.executable, "script.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (
        "note: the model of trial 0 could not be saved: 'base' is one model for all trials; make it in the "
        "model function"
    ) in done.stderr
    assert "'base' (line 5) was changed by trial 0; it is put back before each trial" in done.stderr
