"""Values that were searched where they were only proposed: they keep their distributions in an edited file."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.suggestions.marked_source import marked_source
from hypertemplate.compiler.suggestions.proposals import proposals
from hypertemplate.compiler.syntax.source import Source
from tests.compiler.support import cells, source

HEAD = "import keras\nfrom keras import layers\nfrom sklearn.linear_model import Ridge\n"


def kept(before: Source, after: Source) -> list[str]:
    """What is proposed for a file that was searched before; what is only so because of that has a ``*``."""
    searched = marked_source(before, proposals(before))
    found = proposals(after, earlier=searched)
    assert [one.number for one in found] == [*range(1, len(found) + 1)]
    return [f"{one.shown} -> {one.draw}{' *' if one.is_kept else ''}" for one in found]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            "loss = Ridge(alpha=1.0).score(1, 2)\n",
            "loss = Ridge(alpha=0.02).score(1, 2)\n",
            ["alpha=0.02 -> uniform(0.001, 100, log=True) *"],
            id="a value that a best trial has written",
        ),
        pytest.param(
            "loss = Ridge(alpha=1.0).score(1, 2)\n",
            "loss = Ridge(alpha=1.0).score(1, 2)\n",
            ["alpha=1.0 -> uniform(0.001, 100, log=True)"],
            id="a value that is the same",
        ),
        pytest.param(
            "loss = Ridge(alpha=1.0).score(1, 2)\n",
            "# the penalty\n\nalpha_of = 3\nprint('hello')\nloss = Ridge(\n    alpha=0.02\n).score(1, 2)\n",
            ["alpha=0.02 -> uniform(0.001, 100, log=True) *"],
            id="a value that moved to another line",
        ),
        pytest.param(
            "loss = Ridge(alpha=1.0).score(1, 2)\n",
            "drop = layers.Dropout(0.3)\nloss = drop(Ridge(alpha=0.02).score(1, 2))\n",
            ["Dropout(0.3) -> uniform(0, 0.5)", "alpha=0.02 -> uniform(2e-5, 2, log=True)"],
            id="a value in a statement that changed otherwise has a new range",
        ),
        pytest.param(
            "y = Ridge(alpha=1.0).score(1, 2)\nloss = y\n",
            "y = Ridge(alpha=0.02).score(1, 2)\nz = layers.Dropout(0.3)(y)\nloss = y + z\n",
            ["alpha=0.02 -> uniform(0.001, 100, log=True) *", "Dropout(0.3) -> uniform(0, 0.5)"],
            id="a new place has a proposal beside one that is kept",
        ),
        pytest.param(
            "y = layers.Dropout(0.3)(1)\nz = layers.GaussianNoise(stddev=0.1)(y)\nloss = z\n",
            "y = layers.Dropout(0.3)(1)\nloss = y\n",
            ["Dropout(0.3) -> uniform(0, 0.5)"],
            id="a place that is gone has none",
        ),
        pytest.param(
            "loss = layers.Dropout(0.3)(1)\n",
            "loss = layers.Dropout(0.6)(1)\n",
            ["Dropout(0.6) -> uniform(0, 0.8)"],
            id="a value outside its range has a new one",
        ),
        pytest.param(
            "loss = layers.Dropout(0.3)(1)\n",
            "loss = layers.Dropout(0.95)(1)\n",
            [],
            id="a value outside its range, around which nothing is proposed, has none",
        ),
        pytest.param(
            "net = keras.Sequential()\nnet.fit(1, 2, batch_size=32)\nloss = net\n",
            "net = keras.Sequential()\nnet.fit(1, 2, batch_size=128)\nloss = net\n",
            ["batch_size=128 -> choice([16, 32, 64, 128]) *"],
            id="an option of a choice",
        ),
        pytest.param(
            "net = keras.Sequential()\nnet.fit(1, 2, batch_size=16)\nloss = net\n",
            "net = keras.Sequential()\nnet.fit(1, 2, batch_size=10)\nloss = net\n",
            ["batch_size=10 -> choice([5, 10, 20, 40])"],
            id="a value that is no option has a new choice",
        ),
        pytest.param(
            "loss = keras.optimizers.Adam(learning_rate=0.01).x\n",
            "loss = keras.optimizers.Nadam(learning_rate=0.02).x\n",
            [
                "keras.optimizers.Nadam -> choice([keras.optimizers.Adam, keras.optimizers.RMSprop, keras.optimizers.Nadam])",
                "learning_rate=0.02 -> uniform(0.001, 0.1, log=True) *",
            ],
            id="a class, and an argument of it",
        ),
        pytest.param(
            "loss = layers.Dropout(0.3)(1)\n",
            "loss = layers.Dropout({{uniform(0, 0.9)}})(1)\n",
            [],
            id="a place with a marker of the file itself",
        ),
        pytest.param(
            "loss = layers.Dropout(0.3)(1)\n",
            "loss = layers.Dropout(0.3)(1)  # tune: uniform(0, 0.9)\n",
            [],
            id="a place with a marker in a comment",
        ),
        pytest.param(
            "y = {{uniform(0, 1)}}\nloss = layers.Dropout(0.3)(y)\n",
            "y = 0.4\nloss = layers.Dropout(0.2)(y)\n",
            ["Dropout(0.2) -> uniform(0, 0.5)"],
            id="a marker of the file that is gone does not come back",
        ),
        pytest.param(
            "y = {{uniform(0, 1)}}\nloss = y\n",
            "y = 0.5\nloss = y\n",
            [],
            id="nothing but markers of the file",
        ),
        pytest.param(
            "y = {{choice([uniform(0, 1), 2])}}\nloss = layers.Dropout(0.2)(y)\n",
            "y = 0.5\nloss = layers.Dropout(0.3)(y)\n",
            ["Dropout(0.3) -> uniform(0, 0.5)"],
            id="a draw inside a marker of the file",
        ),
        pytest.param(
            "y = layers.Dropout(0.2)(1)\nloss = y\n",
            "y = layers.Dropout(0.3)(1)  # {{uniform(0, 1)}}\nloss = y\n",
            ["Dropout(0.3) -> uniform(0, 0.5)"],
            id="a line with a comment of the user's own",
        ),
        pytest.param(
            "def model():\n    y = layers.Dropout(0.3)(1)\n    return float(y)\n",
            "def model():\n    y = layers.Dropout(0.01)(1)\n    return float(y)\n",
            ["Dropout(0.01) -> uniform(0, 0.5)"],
            id="in a function",
        ),
    ],
)
def test_what_was_proposed_stays(before: str, after: str, expected: list[str]) -> None:
    assert kept(source(HEAD + before), source(HEAD + after)) == expected


def test_all_values_of_a_long_script_keep_their_ranges() -> None:
    def script(alpha: float) -> Source:
        lines = [f"r{number} = Ridge(alpha={alpha + number}).coef_" for number in range(30)]
        return source("\n".join([HEAD, *lines, f"loss = [{', '.join(f'r{n}' for n in range(30))}]"]))

    before, after = ([one.draw for one in proposals(script(alpha))] for alpha in (1.0, 2.5))
    assert len(before) == 30
    assert after != before
    searched = marked_source(script(1.0), proposals(script(1.0)))
    assert [one.draw for one in proposals(script(2.5), earlier=searched)] == before


def test_cells_of_a_notebook() -> None:
    head = "import keras\nrate = 0.02\nunits = 3"
    after = cells(head, "%matplotlib inline", "net = keras.layers.GaussianNoise(rate)(1)")
    before = cells(head.replace("0.02", "0.2"), "net = keras.layers.GaussianNoise(rate)(1)")
    assert kept(before, after) == ["rate = 0.02 -> uniform(0, 0.5)"]


def test_an_earlier_version_that_no_longer_compiles_keeps_nothing() -> None:
    after = source(f"{HEAD}loss = layers.Dropout(0.3)(1)\n")
    assert len(proposals(after, earlier=source("x = (\n"))) == 1
