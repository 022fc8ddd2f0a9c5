"""Trials in real workers, which write and read the same relative paths."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.runtime.protocol import Complete, Finished, Ready, Run
from tests.executors.workers import process_executor
from tests.runtime.programs import program, uniform
from tests.runtime.talk import received

HELPER = """
from os import listdir
from os.path import exists

def saved(rate):
    with open('helper.txt', 'w') as file:
        file.write(str(rate))

def seen():
    return 'helper.txt' in listdir('.') and exists('helper.txt') and open('helper.txt').read()
"""

SETUP = """
import glob, os, shutil, warnings
import joblib, numpy as np, pandas as pd
from pathlib import Path
import helper
warnings.simplefilter('ignore', ResourceWarning)
calls = []
def loaded(x):
    Path('loaded.txt').write_text(str(x))
    open('computed.txt', 'a').write('once\\n')
    return x
np.save('data.npy', np.ones(3))
"""

TRIAL = """
def model():
    rate = (_ht_['rate'])
    helper.saved(rate)
    np.savetxt('x.txt', [rate])
    pd.DataFrame({'x': [rate]}).to_csv('x.csv')
    joblib.dump(rate, 'x.joblib')
    shutil.make_archive('x', 'zip', '.', 'x.csv')
    os.makedirs('checkpoints', exist_ok=True)
    for epoch in range(2):
        Path('checkpoints', f'{epoch}.txt').write_text(str(rate + epoch))
    cache = joblib.Memory('cache', verbose=0)
    total = cache.cache(loaded, ignore=[])(3) + np.load('data.npy').sum()
    read = [helper.seen(), np.loadtxt('x.txt'), pd.read_csv('x.csv').x[0], joblib.load('x.joblib')]
    read += [Path(found).read_text() for found in sorted(glob.glob('checkpoints/*.txt'))]
    read += [Path(__file__).parent.joinpath('helper.txt').read_text(), open(os.path.abspath('x.txt')).read()]
    assert {round(float(one), 6) for one in read} == {rate, rate + 1}, read
    assert os.path.getsize('x.zip')
    open('results.csv', 'a').write(f'{rate}\\n')
    return {'loss': rate, 'total': total}
"""


def test_trials_in_two_workers_find_their_own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "helper.py").write_text(HELPER)
    (tmp_path / "x.txt").write_text("9")
    made = program(SETUP, TRIAL, folder=tmp_path, parameters=(uniform("rate"),))
    trials = tmp_path / "model.study" / "trials"
    with contextlib.closing(process_executor(made, seed=1337, workers=2)) as executor:
        executor.start()
        for _ in range(2):
            assert isinstance(received(executor), Ready)
        finished: list[Any] = []
        for first in (0, 2):
            for worker in range(2):
                number = first + worker
                rate = number / 10
                executor.send(worker, Run(number, {"rate": rate}, 1, folder=str(trials / f"{number:04}")))
            finished += [received(executor) for _ in range(2)]
    assert all(isinstance(one, Finished) and isinstance(one.outcome, Complete) for one in finished), finished
    assert [one.notes for one in finished] == [()] * 4
    assert {one.metrics["total"] for one in finished} == {6.0}
    assert {path.name for path in tmp_path.iterdir()} - {"__pycache__"} == {
        *("cache", "computed.txt", "data.npy", "helper.py", "model.study", "results.csv", "x.txt")
    }
    assert sorted((tmp_path / "results.csv").read_text().split()) == ["0.0", "0.1", "0.2", "0.3"]
    assert (tmp_path / "x.txt").read_text() == "9"
    for number in range(4):
        assert (trials / f"{number:04}" / "x.txt").exists()


LIVE = """
import os, time
import hypertemplate

def model():
    rate = {{uniform(0, 1)}}
    assert not os.path.exists('best.txt')
    with open('best.txt', 'w') as file:
        file.write(str(rate))
    with open('results.csv', 'a') as file:
        file.write('1')
    time.sleep(0.1)
    with open('best.txt') as file:
        return {'loss': float(file.read()), 'rate': rate}

study = hypertemplate.tune(model, max_evals=6, workers=2, verbose=False)
assert all(trial.loss == trial.metrics['rate'] for trial in study.trials), study.trials
"""


@pytest.mark.long
def test_trials_of_a_search_that_keeps_no_study_find_their_own_files_too(tmp_path: Path) -> None:
    (tmp_path / "live.py").write_text(LIVE)
    done = subprocess.run(
        [sys.executable, "live.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["live.py", "results.csv"]
    assert (tmp_path / "results.csv").read_text() == "1" * 6
