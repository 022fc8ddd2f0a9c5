"""A real TensorFlow, whose operations with seeds of their own start again in each trial."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.keras, pytest.mark.long, pytest.mark.slow]

TEMPLATE = """\
import tensorflow as tf
tf.random.set_seed(1)
@tf.function
def noisy():
    return tf.random.normal([])
shuffled = tf.data.Dataset.range(8).shuffle(8, seed=3)
first = float(tf.random.uniform([], seed=3)) + float(noisy())
def model():
    value = {{uniform(0, 1)}}
    again = float(tf.random.uniform([], seed=3))
    graph = float(noisy())
    others = float(tf.random.uniform([], seed=4)) + float(tf.random.uniform([]))
    order = [int(one) for one in shuffled.shuffle(8, seed=3)]
    return value
"""


def test_lines_that_draw_again_what_setup_has_drawn_are_named(tmp_path: Path) -> None:
    (tmp_path / "noise.py").write_text(TEMPLATE.replace("    return value", "    return value + first"))
    command = [sys.executable, "-m", "hypertemplate", "run", "noise.py", "--max-evals", "2", "--workers", "1"]
    environment = {**os.environ, "COLUMNS": "1000"}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, env=environment)
    notes = [line for line in done.stderr.splitlines() if "random operation" in line]
    assert [note.partition(", from which")[0] for note in notes] == [
        "note: noise.py, line 10 draws from a random operation with a seed of its own",
        "note: noise.py, line 11 draws from a random operation in a tf.function",
    ]
    assert all("noise.py, line 7 drew before the first trial" in note for note in notes)


UNSEEDED = """\
import tensorflow as tf
def model():
    value = {{choice([1, 2])}}
    order = [int(one) for one in tf.data.Dataset.range(8).shuffle(8, seed=3)]
    print("drawn", float(tf.random.uniform([], seed=3)), float(tf.random.normal([], seed=5)), order)
    return value
"""


def test_without_a_global_seed_each_trial_draws_what_a_run_of_the_file_draws(tmp_path: Path) -> None:
    (tmp_path / "noise.py").write_text(UNSEEDED)
    (tmp_path / "plain.py").write_text(UNSEEDED.replace("{{choice([1, 2])}}", "1") + "model()\n")
    more = ["--max-evals", "3", "--workers", "1", "--show-output"]
    commands = ["plain.py"], ["-m", "hypertemplate", "run", "noise.py", *more]
    done = [
        subprocess.run([sys.executable, *one], cwd=tmp_path, capture_output=True, text=True, check=True)
        for one in commands
    ]
    outputs = sorted(tmp_path.glob("noise.study/trials/*/output.log"))
    texts = [done[0].stdout, *(path.read_text() for path in outputs)]
    drawn = [[line for line in text.splitlines() if line.startswith("drawn")] for text in texts]
    assert len(drawn) == 4
    assert drawn == [drawn[0]] * 4
    assert len(drawn[0]) == 1
