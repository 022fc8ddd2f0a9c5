"""`optim.minimize` with hyperopt's ``SparkTrials``, as a script on a real Spark."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyspark", reason="`make test-all` installs it")

CASE = Path(__file__).parents[1] / "cases" / "end_to_end" / "spark_minimize.py"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("algorithm", "trials"),
    [
        pytest.param("tpe", 3, id="tpe"),
        pytest.param("bayes", 8, id="bayes, beyond its first six points"),
    ],
)
def test_a_script_searches_on_spark(algorithm: str, trials: int) -> None:
    done = subprocess.run(
        [sys.executable, str(CASE), algorithm, str(trials)],
        env={**os.environ, "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert len(answer["losses"]) == trials
    found = answer["found"]
    assert min(answer["losses"]) == (found["x"] - 0.5) ** 2 * {"a": 1.0, "b": 2.0}[found["kind"]]
    assert answer["model"] is None, "no model comes back from there"
