"""Trials on a real Spark of two Python processes, through hyperopt's ``SparkTrials``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hyperopt import SparkTrials, fmin, hp, tpe

from hypertemplate import bayes
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.runtime.protocol import RuntimeOptions
from hypertemplate.search.samplers.hyperopt.document_checks import check_trials
from hypertemplate.search.samplers.hyperopt.remote import RemoteObjective
from hypertemplate.search.samplers.hyperopt.sampler import run_elsewhere
from hypertemplate.search.samplers.hyperopt.trial_documents import read_trials, runs_elsewhere
from tests.search.spaces import chosen, numeric

pyspark = pytest.importorskip("pyspark", reason="`make test-all` installs it")

pytestmark = [
    pytest.mark.slow,
    # A warning of pyspark's that became an error would end a thread of hyperopt's, for which the search waits.
    pytest.mark.filterwarnings("default"),
]

TEXT = """
from hypertemplate import choice, uniform
import os

def model():
    x = {{uniform(0, 1)}}
    if {{choice(['fine', 'odd'])}} == 'odd':
        raise ValueError('odd')
    return {'loss': (x - offset) ** 2, 'process': os.getpid()}
"""
SPACE = (numeric("x", "uniform", low=0, high=1), chosen("choice", "'fine'", "'odd'"))


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    session = (
        pyspark.sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "localhost")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def test_spark_runs_the_trials(spark: Any, tmp_path: Path) -> None:
    source = Source((Part("file", "model.py", TEXT.replace("offset", "0.5")),), str(tmp_path / "model.py"))
    program = compile_source(source)
    trials = SparkTrials(parallelism=2, spark_session=spark)
    check_trials(trials)
    assert runs_elsewhere(trials)
    run_elsewhere(RemoteObjective(program, RuntimeOptions(7)), SPACE, tpe.suggest, 4, trials, 7)
    run_elsewhere(RemoteObjective(program, RuntimeOptions(7)), SPACE, tpe.suggest, 2, trials, 7)
    read = read_trials(trials, SPACE)
    assert len(read) == 6
    assert len({trial.params["x"] for trial in read}) == 6, "no point runs twice"
    for trial in read:
        if trial.params["choice"]:
            assert trial.error == "ValueError: odd (model.py:8)"
        else:
            assert trial.loss == (trial.params["x"] - 0.5) ** 2
    assert {trial.state.value for trial in read} == {"COMPLETE", "FAILED"}
    assert trials.argmin == min((t for t in read if t.loss is not None), key=lambda t: t.loss or 0).params


def test_bayes_searches_under_plain_fmin(spark: Any) -> None:
    nested = [("a", 0.0), ("b", hp.uniform("y", 0, 1))]
    space = {"x": hp.uniform("x", 0, 1), "kind": hp.choice("kind", nested)}
    trials = SparkTrials(parallelism=2, spark_session=spark)
    best = fmin(
        # Spark pickles a function of this module by name, which its processes do not know.
        lambda point: (point["x"] - 0.5) ** 2 + point["kind"][1],
        space,
        algo=bayes.suggest,
        max_evals=10,
        trials=trials,
        show_progressbar=False,
    )
    values = [document["misc"]["vals"] for document in trials.trials]
    assert [bool(one["y"]) for one in values] == [one["kind"] == [1] for one in values]
    assert len({str(one) for one in values}) == 10, "no point runs twice"
    assert min(trials.losses()) == (best["x"] - 0.5) ** 2 + best.get("y", 0.0)
