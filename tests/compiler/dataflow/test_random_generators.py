"""Statements that seed random generators, and what then must run in each trial since it may draw from them."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.stages import compile_source
from tests.compiler.support import LEFT_OUT, MODEL, SETUP, TRIAL, cells, compiled, placements, reasons, source

RATE = "{{uniform(0, 1)}}"
EVERY = ("numpy", "random", "tensorflow", "torch")


@pytest.mark.parametrize(
    ("call", "seeded"),
    [
        pytest.param("import random\nrandom.seed(1)", ("random",), id="Python"),
        pytest.param("import numpy as np\nnp.random.seed(1)", ("numpy",), id="NumPy"),
        pytest.param("from numpy.random import seed\nseed(1)", ("numpy",), id="NumPy by its name"),
        pytest.param("import tensorflow as tf\ntf.random.set_seed(1)", ("tensorflow",), id="TensorFlow"),
        pytest.param("import keras\nkeras.utils.set_random_seed(1)", EVERY, id="Keras seeds all"),
        pytest.param("from tensorflow import keras\nkeras.utils.set_random_seed(1)", EVERY, id="tf.keras"),
        pytest.param("import torch\ntorch.manual_seed(1)", ("torch",), id="PyTorch"),
        pytest.param("import random\nx = random.seed(1)", ("random",), id="where a name is bound"),
        pytest.param("import random\nif 1:\n    random.seed(1)", ("random",), id="in a block"),
        pytest.param(
            "import random\ndef f(): random.seed(1)\nf()", ("random",), id="in a function that is called"
        ),
        pytest.param(
            "import random\nclass A:\n    def __init__(self): random.seed(1)\na = A()",
            ("random",),
            id="in the making of an object",
        ),
        pytest.param(
            "import random\ndef data():\n    random.seed(1)\n    return 1\n", ("random",), id="in data()"
        ),
        pytest.param("import numpy as np\nnp.random.set_state(1)", ("numpy",), id="a state"),
        pytest.param(
            "from own import seed_everything\nseed_everything(1)", EVERY, id="a function of that name"
        ),
        pytest.param("import random\ndef f():\n    f()\nf()", (), id="not a function that calls itself"),
        pytest.param("import random\nrandom.shuffle([])", (), id="not another call"),
        pytest.param("random = print\nrandom.seed(1)", (), id="not another object"),
        pytest.param("import random\nrandom.seed({{randint(9)}})", (), id="not what each trial seeds"),
    ],
)
def test_what_setup_seeds(call: str, seeded: tuple[str, ...]) -> None:
    argument = "x" if "data" in call else ""
    assert compiled(f"{call}\ndef model({argument}):\n    return {RATE}\n").seeds == seeded


def test_a_seeding_call_runs_in_setup_alone() -> None:
    assert placements("import random\nrandom.seed(1)\n" + MODEL)[:2] == [SETUP, SETUP]
    assert placements("import random\nrandom.seed({{randint(9)}})\n" + MODEL)[1] is TRIAL


@pytest.mark.parametrize(
    ("text", "last"),
    [
        pytest.param("np.random.seed(1)\nx = np.random.rand() * R\ny = np.random.rand()", TRIAL, id="a draw"),
        pytest.param("x = np.random.rand() * R\ny = np.random.rand()", SETUP, id="unseeded ones are any"),
        pytest.param("np.random.seed(R)\ny = np.random.rand()", TRIAL, id="a seed of the trial"),
        pytest.param("np.random.seed(1)\nx = np.zeros(R)\ny = np.random.rand()", SETUP, id="no draw"),
        pytest.param(
            "random.seed(1)\nx = random.random() * R\ny = np.random.rand()", SETUP, id="another generator"
        ),
        pytest.param(
            "x = np.random.rand() * R\nnp.random.seed(1)\ny = np.random.rand()",
            TRIAL,
            id="a seed after a draw of the trial",
        ),
        pytest.param(
            "np.random.seed(1)\ndef noise(): return np.random.rand()\nx = noise() * R\ny = noise()",
            TRIAL,
            id="in a function",
        ),
        pytest.param(
            "np.random.seed(1)\nclass A:\n    def draw(self): return np.random.rand()\na = A()\nx = a.draw() * R\ny = a.draw()",
            TRIAL,
            id="in a method",
        ),
        pytest.param(
            "np.random.seed(1)\nx = np.random.rand() * R\nfrom own import load\ny = load()",
            TRIAL,
            id="what the user's own module may draw",
        ),
        pytest.param(
            "np.random.seed(1)\nx = np.random.rand() * R\nimport pandas as pd\ny = pd.read_csv('a').dropna()",
            SETUP,
            id="loading a table draws nothing",
        ),
        pytest.param(
            "np.random.seed(1)\nx = np.random.rand() * R\nimport pandas as pd\nt = pd.read_csv('a')\ny = t.sample(2)",
            TRIAL,
            id="a sample of a table",
        ),
        pytest.param(
            "keras.utils.set_random_seed(1)\nd = keras.layers.Dense(R)\n"
            "(x, _), t = keras.datasets.mnist.load_data()\ny = keras.utils.to_categorical(_)",
            SETUP,
            id="data sets of Keras",
        ),
        pytest.param(
            "np.random.seed(1)\nfrom sklearn.model_selection import train_test_split\nx = np.random.rand() * R\n"
            "y = train_test_split([1, 2])",
            TRIAL,
            id="a split",
        ),
        pytest.param(
            "np.random.seed(1)\nfrom sklearn.svm import SVC\nx = np.random.rand() * R\ny = SVC()",
            SETUP,
            id="making an estimator",
        ),
        pytest.param(
            "tf.random.set_seed(1)\nx = tf.random.normal([R])\nrows = tf.data.Dataset.range(3)\n"
            "y = [row for row in rows]",
            TRIAL,
            id="going through a data set",
        ),
    ],
)
def test_what_stands_below_a_statement_that_draws_in_each_trial(text: str, last: Placement) -> None:
    head = "import random, keras\nimport numpy as np\nimport tensorflow as tf\n"
    assert placements(head + text.replace("R", RATE, 1) + "\n")[-1] is last


def test_data_that_draws_after_a_trial_statement_has_drawn_runs_in_each_trial() -> None:
    text = (
        f"import random\nrandom.seed(1)\nx = random.random() * {RATE}\n"
        "def data():\n    return random.random()\ndef model(a):\n    return a + x\n"
    )
    assert compiled(text).data_per_trial
    assert not compiled(text.replace("random.seed(1)", "pass")).data_per_trial
    assert reasons(text)[3] == (
        "line 3, which runs in each trial, may draw random numbers before it; "
        "data() runs in every trial: it needs line 3, which runs in each trial"
    )


def test_a_notebook_keeps_what_draws_from_a_generator_that_it_seeds() -> None:
    unused = "def begin():\n    random.seed(1)\nbegin()\nfirst = random.random()\n"
    rest = f"import random\n{unused}def model():\n    return random.random() + {RATE}\n"
    assert LEFT_OUT not in placements(cells(rest))
    assert placements(cells(rest.replace("random.seed(1)", "pass")))[3] is LEFT_OUT


def test_of_live_code_only_seeding_calls_count_that_run_again() -> None:
    text = (
        "import random\nfrom own import seed_everything\nrandom.seed(1)\nseed_everything(2)\n"
        f"x = random.random()\ndef model():\n    return x + random.random() + {RATE}\n"
    )
    memory = Memory(frozenset({"random", "seed_everything", "x", "model"}))
    program = compile_source(source(text), model="model", memory=memory)
    assert program.seeds == ("random",)
    assert "x = " not in program.parts[0].kept


def test_what_a_name_says_comes_before_what_a_package_may_have_changed() -> None:
    text = "import nets\nrows = []\nfor _ in 'ab':\n    rows.append(nets.run({{uniform(0, 1)}}))\nloss = sum(rows) + nets.RATE\n"
    assert reasons(text)[3] == "it uses 'rows', which is made for each trial (line 2)"


def test_that_a_draw_may_be_another_one_is_the_last_of_several_reasons() -> None:
    text = (
        "import numpy as np\nnp.random.seed(1)\nrate = {{uniform(0, 1)}}\nx = np.random.rand() * rate\n"
        "np.save('a.npy', rate)\ny = np.load('a.npy') + np.random.rand()\nz = np.random.rand()\nloss = x\n"
    )
    assert reasons(text)[5:7] == [
        "it reads 'a.npy', which line 5 writes in each trial",
        "line 4, which runs in each trial, may draw random numbers before it",
    ]
