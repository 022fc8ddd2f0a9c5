"""Names that NumPy, SciPy, scikit-learn and pandas removed: the tables against what is installed, and fixes."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

from hypertemplate.compiler.checks.moved_names.library_moves_table import GONE, MODULES, NAMES
from hypertemplate.compiler.checks.moved_names.moved_attributes import moved_attributes
from hypertemplate.compiler.checks.moved_names.moved_imports import moved_imports
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, in_order
from hypertemplate.compiler.diagnostics.edit import compatible, edited
from tests.compiler.support import module

PROGRAM = """
import importlib, json, sys, warnings
warnings.simplefilter("ignore")

def exists(path):
    head, _, name = path.rpartition(".")
    try:
        importlib.import_module(path)
    except ImportError:
        try:
            return hasattr(importlib.import_module(head), name) if head else False
        except ImportError:
            return False
    return True

print(json.dumps([path for path in json.load(sys.stdin) if exists(path)]))
"""


def found(text: str) -> tuple[Diagnostic, ...]:
    one = module(text)
    return in_order([*moved_imports(one), *moved_attributes(one)])


def fixed(text: str) -> str:
    while edits := compatible(diagnostic.edits for diagnostic in found(text)):
        text = edited(text, edits)
    return text


@pytest.mark.long
@pytest.mark.skipif(find_spec("sklearn") is None, reason="scikit-learn is not installed")
def test_no_old_name_exists_and_every_new_one_does() -> None:
    old = [*MODULES, *NAMES, *GONE]
    new = [*MODULES.values(), *NAMES.values()]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(sorted({*old, *new})),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    there = set(json.loads(done.stdout))
    assert (there & {*old}, {*new} - there) == (set(), set())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import numpy as np\nx = np.float(1)\n", "import numpy as np\nx = float(1)\n"),
        ("import numpy\nx = numpy.zeros(2, numpy.int)\n", "import numpy\nx = numpy.zeros(2, int)\n"),
        ("import numpy as np\nx = np.NaN, -np.Inf\n", "import numpy as np\nx = np.nan, -np.inf\n"),
        ("from numpy import Inf as top, zeros\n", "from numpy import inf as top, zeros\n"),
        ("from numpy import float\n", "from builtins import float\n"),
        (
            "from sklearn.cross_validation import train_test_split, cross_val_score\n",
            "from sklearn.model_selection import train_test_split, cross_val_score\n",
        ),
        ("from sklearn import cross_validation as cv\n", "from sklearn import model_selection as cv\n"),
        (
            "import sklearn.grid_search as g\ng.GridSearchCV\n",
            "import sklearn.model_selection as g\ng.GridSearchCV\n",
        ),
        ("from sklearn.externals import joblib\n", "import joblib\n"),
        ("from sklearn.externals.joblib import dump\n", "from joblib import dump\n"),
        (
            "from sklearn.ensemble.forest import RandomForestClassifier\n",
            "from sklearn.ensemble import RandomForestClassifier\n",
        ),
        (
            "from sklearn.lda import LDA\n",
            "from sklearn.discriminant_analysis import LinearDiscriminantAnalysis as LDA\n",
        ),
        ("from scipy.misc import logsumexp\n", "from scipy.special import logsumexp\n"),
    ],
    ids=lambda text: text.splitlines()[-1],
)
def test_a_removed_name_is_replaced(old: str, new: str) -> None:
    assert fixed(old) == new
    assert found(new) == ()


@pytest.mark.parametrize(
    ("text", "removed"),
    [
        pytest.param(
            "from sklearn import metrics\nmetrics.plot_confusion_matrix(m, x, y)\n",
            "sklearn.metrics.plot_confusion_matrix",
            id="a module from scikit-learn",
        ),
        pytest.param(
            "import sklearn.metrics as M\ndef f():\n    M.plot_det_curve(m, x, y)\n",
            "sklearn.metrics.plot_det_curve",
            id="a module of it under another name",
        ),
        pytest.param(
            "def f():\n    from sklearn import inspection as i\n    i.plot_partial_dependence(m)\n",
            "sklearn.inspection.plot_partial_dependence",
            id="in a function",
        ),
        pytest.param("import numpy\nN = numpy\nN.asscalar(x)\n", "numpy.asscalar", id="an assigned name"),
        pytest.param(
            "import numpy as np\ndef f():\n    n = np\n    return n.msort(x)\n",
            "numpy.msort",
            id="one that a function assigns",
        ),
        pytest.param(
            "import pandas as pd\npd.Int64Index([1])\n", "pandas.Int64Index", id="a class of pandas"
        ),
        pytest.param(
            "from pandas import tools as t\nt.plotting.scatter_matrix(x)\n",
            "pandas.tools.plotting.scatter_matrix",
            id="a function of a module of a module",
        ),
        pytest.param(
            "from keras import layers as L\nL.advanced_activations.LeakyReLU(0.1)\n",
            "keras.layers.advanced_activations.LeakyReLU",
            id="a layer of Keras",
        ),
        pytest.param(
            "import tensorflow as tf\nK = tf.keras\nL = K.layers\nL.core.Dense(3)\n",
            "tensorflow.keras.layers.core.Dense",
            id="a layer through assigned modules",
        ),
        pytest.param("from scipy import signal as s\ns.hann(3)\n", "scipy.signal.hann", id="SciPy"),
    ],
)
def test_attributes_of_modules_under_any_name(text: str, removed: str) -> None:
    (one,) = found(text)
    assert one.message.endswith(f" has no {removed}")


@pytest.mark.parametrize(
    "text",
    [
        "import numpy\nN = numpy\nN = other\nN.asscalar(x)\n",
        "import numpy\ndef f(N=numpy):\n    N.asscalar(x)\n",
        "N = other\nN.asscalar(x)\n",
    ],
    ids=["a name bound again", "a parameter", "a name of something else"],
)
def test_attributes_of_what_may_be_another_thing_are_left_alone(text: str) -> None:
    assert found(text) == ()


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        (
            "from sklearn.cross_validation import KFold\n",
            "today's scikit-learn has no sklearn.cross_validation.KFold",
            "from sklearn.model_selection import KFold, give it n_splits, and loop over its split(x, y)",
        ),
        ("import numpy as np\nnp.NINF\n", "today's NumPy has no numpy.NINF", "write -numpy.inf"),
        ("import pandas as pd\npd.np\n", "today's pandas has no pandas.np", "import numpy"),
        (
            "from scipy.misc import imresize\n",
            "today's SciPy has no scipy.misc.imresize",
            "write PIL.Image.fromarray(image).resize((width, height))",
        ),
    ],
)
def test_what_has_no_exact_replacement_is_advised(text: str, message: str, help: str) -> None:
    assert [(one.message, one.help, one.edits) for one in found(text)] == [(message, help, ())]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "import numpy as np\nnp.bool_, np.float64, np.inf, np.random.rand\n", id="today's names"
        ),
        pytest.param(
            "try:\n    from sklearn.externals import joblib\nexcept ImportError:\n    import joblib\n",
            id="tried",
        ),
        pytest.param("import mine as np\nnp.float\n", id="another module"),
        pytest.param("text = 'np.float'\n", id="a text"),
    ],
)
def test_other_code_is_left_alone(text: str) -> None:
    assert found(text) == ()


def test_a_builtin_of_another_meaning_is_imported() -> None:
    own = "def float(x): return x\n"
    assert fixed(f"import numpy as np\n{own}np.float(1)\n") == (
        f"import builtins\nimport numpy as np\n{own}builtins.float(1)\n"
    )
