"""State that imported modules keep: a statement that a trial statement tells through one runs in the trial too."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.program import Placement
from tests.compiler.support import SETUP, TRIAL, placements, reasons

RATE = "{{uniform(0, 1)}}"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        pytest.param(
            f"from own import CONFIG, go\nCONFIG['rate'] = {RATE}\nloss = go()\n", TRIAL, id="an item"
        ),
        pytest.param(f"import own\nown.push({RATE})\nloss = own.total()\n", TRIAL, id="a call"),
        pytest.param(f"from own import Net\nNet.rate = {RATE}\nnet = Net()\n", TRIAL, id="a class"),
        pytest.param(
            f"from own import Meter\nm = Meter()\nm.add({RATE})\nloss = Meter.grand\n", TRIAL, id="an object"
        ),
        pytest.param(
            f"import math as m, math\nm.tau = {RATE}\nloss = math.tau\n", TRIAL, id="a library's attribute"
        ),
        pytest.param(
            f"import math\ndef patch(): math.tau = {RATE}\npatch()\nloss = math.tau\n",
            TRIAL,
            id="in a function",
        ),
        pytest.param(
            f"import sklearn\nsklearn.set_config(transform_output={RATE})\nout = sklearn.fit()\n",
            TRIAL,
            id="a setting",
        ),
        pytest.param(
            f"import logging\nlogging.getLogger('x').setLevel({RATE})\nloss = logging.getLogger('x').level\n",
            TRIAL,
            id="a setting of an object",
        ),
        pytest.param(
            f"import logging\nlog = logging.getLogger('x')\nlog.setLevel({RATE})\n"
            "loss = logging.getLogger('x').level\n",
            TRIAL,
            id="a setting of an object that has a name",
        ),
        pytest.param(
            f"import decimal\nc = decimal.getcontext()\nd = c\nd.prec = {RATE}\nloss = decimal.Decimal(1) / 3\n",
            TRIAL,
            id="an attribute of an object that has a name",
        ),
        pytest.param(
            f"import os\nenv = os.environ\nenv.update(A={RATE})\nloss = os.getenv('A')\n",
            TRIAL,
            id="variables of the environment under a name",
        ),
        pytest.param(
            f"import os, sys\nsys.path.append({RATE})\nloss = len(sys.path)\n",
            TRIAL,
            id="a method of an object",
        ),
        pytest.param(
            f"import numpy as np\nnp.seterr(over={RATE})\nloss = np.exp(1000)\n",
            TRIAL,
            id="how errors are handled",
        ),
        pytest.param(
            f"import numpy as np\nx = np.ones(2)\ny = x * 2\nnp.seterr(over={RATE})\nloss = y / 0\n",
            TRIAL,
            id="how errors are handled, of an array",
        ),
        pytest.param(
            f"import decimal\nx = decimal.Decimal(1)\ndecimal.getcontext().prec = {RATE}\nloss = str(x / 3)\n",
            TRIAL,
            id="how many digits, of a number",
        ),
        pytest.param(
            f"import numpy as np\nx = [1]\nnp.seterr(over={RATE})\nloss = str(x)\n",
            SETUP,
            id="not of what another package has made",
        ),
        pytest.param(
            f"import os\nos.chdir({RATE})\nloss = os.listdir('.')\n", TRIAL, id="the working directory"
        ),
        pytest.param(
            f"import numpy as np\na = np.exp({RATE})\nnp.seterr(over='raise')\n",
            TRIAL,
            id="one that is read before",
        ),
        pytest.param(
            f"import numpy as np\na = {RATE}\nnp.seterr(over='raise')\n",
            SETUP,
            id="one that nothing has read",
        ),
        pytest.param(
            f"import numpy as np\nrows = [1]\nrows.append({RATE})\nloss = np.ones(3)\n", SETUP, id="a list"
        ),
        pytest.param(
            f"import numpy as np\nx = np.zeros({RATE})\nloss = np.ones(3)\n", SETUP, id="a library's function"
        ),
        pytest.param(f"import own, two\nown.push({RATE})\nloss = two.load()\n", SETUP, id="another module"),
        pytest.param(
            "import numpy as np\nnp.random.seed(1)\nx = {{uniform(0, 1)}}\ny = np.ones(3)\n",
            SETUP,
            id="a seed",
        ),
        pytest.param(
            f"from own import add, apply\no = []\nadd(o)\napply({RATE})\nloss = len(o)\n",
            TRIAL,
            id="an object that it was given",
        ),
        pytest.param(
            f"from own import on, fire\nseen = []\n@on\ndef cb(v): seen.append(v)\nfire({RATE})\nloss = sum(seen)\n",
            TRIAL,
            id="a function that it was given",
        ),
        pytest.param(
            f"from own import load, plot, build\nx = load()\nplot(x)\nbuild({RATE})\nloss = x.mean()\n",
            SETUP,
            id="what it has made and been given",
        ),
        pytest.param(f"rate = 0\nexec('rate = ' + str({RATE}))\nloss = rate\n", TRIAL, id="exec"),
        pytest.param(f"rate = 0\nglobals().update(rate={RATE})\nloss = rate\n", TRIAL, id="globals().update"),
    ],
)
def test_a_statement_below_one_that_a_marker_reaches(text: str, last: Placement) -> None:
    assert placements(text)[-1] is last


def test_the_reason_names_the_module() -> None:
    text = f"import own\nown.push({RATE})\nloss = own.total()\n"
    assert reasons(text)[-1] == "line 2, which runs in each trial, may change own"


def test_what_stands_above_has_read_what_setup_left() -> None:
    text = f"import own\nrows = own.load()\nown.push({RATE})\n"
    assert placements(text) == [SETUP, SETUP, TRIAL]
