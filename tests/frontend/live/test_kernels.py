"""Functions of cells, in a real kernel with no notebook on disk."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.frontend.kernels import Kernel, started
from tests.frontend.notebooks import code, notebook

pytestmark = pytest.mark.kernel

IMPORTS = "import math\n%pwd\n!ls\nSIZE = 3"
DATA = "def data():\n    return SIZE"
MODEL = "def model(x):\n    return {{choice([1, 2])}} * math.floor(x)"


OLD_PYTHON = Path(__file__).parents[3] / ".venv-ipython7" / "bin" / "python"


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(Path(sys.executable), id="this IPython"),
        pytest.param(OLD_PYTHON, id="IPython 7.34", marks=pytest.mark.slow),
    ],
)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    python: Path = request.param
    if not python.exists():
        pytest.skip("`.ci/old-ipython` makes the environment, where there is a Python 3.10 or 3.11")
    with started(tmp_path_factory.mktemp("kernel"), python=str(python)) as kernel:
        yield kernel


@pytest.fixture
def kernel(running: Kernel) -> Kernel:
    running.fresh()
    return running


def test_cells_that_ran_are_parts(kernel: Kernel) -> None:
    kernel.run(IMPORTS, DATA, MODEL)
    live = kernel.read("model, data")
    assert live["parts"] == {"In [1]": "import math\n\n\nSIZE = 3", "In [2]": DATA, "In [3]": MODEL}
    assert (set(live["kinds"]), set(live["cells"])) == ({"history"}, {None})
    assert (live["path"], live["shown"], live["notes"]) == ("", "the notebook", [])
    assert (live["model"], live["data"]) == ("model", "data")
    assert set(live["values"]) == {"math", "SIZE", "data", "model"}
    assert live["found"] == "model and data are read from the cells that ran (In [3], In [2])"


def test_minimize_without_a_file(kernel: Kernel) -> None:
    kernel.run(IMPORTS, DATA, MODEL)
    found = kernel.tune()
    assert (found["best"], set(found["losses"])) == ({"choice": 1}, {3, 6})
    assert kernel.tune("workers=1") == found


def test_minimize_after_a_cell_ran_again(kernel: Kernel) -> None:
    kernel.run(IMPORTS, DATA, MODEL)
    kernel.tune()
    kernel.run(MODEL.replace("[1, 2]", "[3, 4]"), "SIZE = 5")
    found = kernel.tune()
    assert (found["best"], set(found["losses"])) == ({"choice": 3}, {15, 20})


def test_an_error_of_the_users_after_a_search_is_shown_as_any_other(kernel: Kernel) -> None:
    kernel.run(IMPORTS, DATA, MODEL)
    kernel.tune()
    assert kernel.error_of("1 / 0") == "ZeroDivisionError: division by zero"
    printed = kernel.quietly("import inspect; print(len(inspect.stack()) > 0)")
    assert printed == "True\n"


def test_a_cell_with_a_wrong_marker_that_was_put_right_is_no_hindrance(kernel: Kernel) -> None:
    kernel.run(IMPORTS, DATA, "sizes = []")
    kernel.run("sizes.append({{choise([1])}})", fails=True)
    kernel.run("sizes.append(1)", MODEL.replace("math.floor(x)", "len(sizes)"))
    assert set(kernel.tune()["losses"]) == {1, 2}


def test_the_value_that_a_name_has_now_counts(kernel: Kernel) -> None:
    kernel.run("%load_ext hypertemplate", "units = {{choice([64, 128])}}", "print(units)", "units = 256")
    kernel.run(DATA, "SIZE = 1", "def model(x):\n    return units + {{choice([0, 1])}}")
    found = kernel.tune()
    assert (list(found["best"]), set(found["losses"])) == (["choice"], {256, 257})


def test_a_marker_cell_that_ran_again_counts_once(kernel: Kernel) -> None:
    kernel.run(
        "%load_ext hypertemplate", "LR = {{uniform(1, 2)}}", "def model(x): return LR", DATA, "SIZE = 1"
    )
    kernel.run("LR = {{uniform(10, 20)}}", "demo = {{uniform(0, 1)}}")
    found = kernel.tune()
    assert list(found["best"]) == ["LR"]
    assert min(found["losses"]) >= 10


def test_a_misspelt_marker_in_the_model_is_said(kernel: Kernel) -> None:
    kernel.run("def model(x): return {{unifrom(0, 1)}}", DATA, "SIZE = 1")
    with pytest.raises(AssertionError, match="did you mean uniform"):
        kernel.tune()


def test_a_function_may_have_the_name_of_the_variable_that_it_came_from(kernel: Kernel) -> None:
    kernel.run(
        "def make(k):\n    def model(x): return k + {{choice([1, 2])}}\n    return model", DATA, "SIZE = 1"
    )
    kernel.run("model = make(10)")
    assert set(kernel.tune()["losses"]) == {11, 12}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param(
            "exit()",
            "NoTrialError: no trial succeeded; trial 0 failed: the trial called sys.exit()",
            id="exit ends the trial and not the kernel",
        ),
        pytest.param(
            "get_ipython()",
            "'get_ipython' belongs to the notebook's kernel and does not exist in a trial",
            id="the kernel is not there",
        ),
        pytest.param("os.kill(os.getpid(), signal.SIGINT)", "KeyboardInterrupt: ", id="the stop button"),
    ],
)
def test_what_a_trial_does_to_the_kernel(kernel: Kernel, body: str, error: str) -> None:
    kernel.run("import os, signal", DATA, "SIZE = 1")
    kernel.run(f"def model(x):\n    {body}\n    return {{{{choice([1, 2])}}}}")
    with pytest.raises(AssertionError) as caught:
        kernel.tune()
    assert error in str(caught.value)
    assert kernel.quietly("print(1 + 1)") == "2\n"


SLEEPS = "def model():\n    time.sleep(3)\n    return {{choice([1, 2])}}"


@pytest.mark.parametrize(
    "workers", [pytest.param("", id="in the kernel"), pytest.param(", workers=2", id="in two workers")]
)
def test_the_display_ticks_and_names_every_trial_while_trials_run(kernel: Kernel, workers: str) -> None:
    kernel.run("import time\nimport hypertemplate", SLEEPS)
    count = 2 if workers else 1
    shown = kernel.displays(f"hypertemplate.tune(model, max_evals={count}{workers}); None")
    assert shown[0][2] == "hypertemplate: reading the template ..."
    names = [f"trial {number}, running for " for number in range(count)]
    ticks = [one for one in shown if all(name in one[2] for name in names)]
    ran_s = ticks[-1][0] - ticks[0][0]
    assert ran_s > 1.5, "trials that run at once begin and end nearly together"
    assert 1 <= (len(ticks) - 1) / ran_s <= 4
    assert len({text for _, _, text in ticks}) >= 2, "the seconds go on"
    assert all(re.search(r">updated \d{4}-\d\d-\d\d \d\d:\d\d:\d\d<", html) for _, html, _ in ticks)
    assert ">ended " in shown[-1][1]


def test_a_search_that_is_refused_leaves_no_display(kernel: Kernel) -> None:
    kernel.run("import hypertemplate")
    shown = kernel.displays("try:\n    hypertemplate.tune(print)\nexcept Exception:\n    pass")
    assert [html for _, html, _ in shown][1:] == [""]


def test_the_stop_button_ends_a_search_with_the_best_so_far(kernel: Kernel) -> None:
    stop = "if sys.ran() == 3:\n        os.kill(os.getpid(), signal.SIGINT)"
    kernel.run("import itertools, os, signal, sys\nsys.ran = itertools.count(1).__next__", DATA, "SIZE = 1")
    kernel.run(f"def model(x):\n    {stop}\n    return {{{{choice([1, 2])}}}}")
    found = kernel.tune()
    assert found["best"]["choice"] in (1, 2)
    assert len([loss for loss in found["losses"] if loss is not None]) == 2


def test_a_cell_that_ran_again_with_another_definition(kernel: Kernel) -> None:
    kernel.run(IMPORTS, DATA, MODEL, MODEL.replace("[1, 2]", "[3, 4]"), "SIZE = 5")
    live = kernel.read("model, data")
    assert live["parts"] == {
        "In [1]": "import math\n\n\n",
        "In [2]": DATA,
        "In [4]": MODEL.replace("[1, 2]", "[3, 4]"),
        "In [5]": "SIZE = 5",
    }
    assert live["values"]["SIZE"] == "5"


def test_the_function_that_is_passed_counts_not_the_last_of_its_name(kernel: Kernel) -> None:
    kernel.run(MODEL, "first = model", MODEL.replace("[1, 2]", "[3, 4]"))
    assert kernel.read("first")["parts"] == {"In [1]": MODEL, "In [2]": "first = model"}


def test_a_cell_that_ran_twice_counts_once(kernel: Kernel) -> None:
    kernel.run(MODEL, "x = 1", MODEL)
    assert list(kernel.read("model")["parts"]) == ["In [2]", "In [3]"]


def test_cells_that_failed_are_left_out(kernel: Kernel) -> None:
    kernel.run(MODEL, DATA)
    kernel.run("def model(:", fails=True)
    kernel.run("import no_such_module\ndef model(x):\n    return 0\ndef data():\n    return 0", fails=True)
    live = kernel.read("model, data")
    assert live["parts"] == {"In [1]": MODEL, "In [2]": DATA}


def test_after_the_history_was_emptied(kernel: Kernel) -> None:
    kernel.run(IMPORTS, DATA, MODEL, "%reset -f in out")
    live = kernel.read("model, data")
    assert live["parts"] == {"In [1]": "import math\n\n\nSIZE = 3", "In [2]": DATA, "In [3]": MODEL}


@pytest.mark.parametrize("magic", ["%%time", "%%capture", "\n\n%%time", "%%capture\n%%time"])
def test_functions_below_a_cell_magic(kernel: Kernel, magic: str) -> None:
    kernel.run(MODEL.replace("[1, 2]", "[3, 4]"), f"{magic}\n{MODEL}")
    live = kernel.read("model")
    blank = "\n" * (magic.count("\n") + 1)
    assert live["parts"] == {"In [2]": f"{blank}{MODEL}"}


def test_a_cell_magic_after_the_history_was_emptied(kernel: Kernel) -> None:
    kernel.run(f"%%time\n{MODEL}", "%reset -f in out")
    assert kernel.read("model")["parts"] == {"In [1]": f"\n{MODEL}"}


def test_a_magic_inside_a_function(kernel: Kernel) -> None:
    text = "def model(x):\n    %time y = 1\n    return y"
    kernel.run(text)
    assert kernel.read("model")["parts"] == {"In [1]": text.replace("%time", "pass;")}


def test_a_cell_that_the_history_does_not_have(kernel: Kernel) -> None:
    kernel.quietly(MODEL)
    live = kernel.read("model")
    assert live["parts"] == {"the cell of model": f"{MODEL}\n"}
    assert live["found"] == "model is read from the cells that ran (the cell of model)"


def test_a_function_inside_another(kernel: Kernel) -> None:
    make = "def make(size):\n    def model(x):\n        return {{choice([1, 2])}} * size\n    return model"
    kernel.run(make, "model = make(4)")
    live = kernel.read("model")
    assert live["parts"] == {
        "In [1]": "\ndef model(x):\n    return {{choice([1, 2])}} * size\n",
    }
    assert live["values"]["size"] == "4"


def test_functions_of_a_module_and_of_cells(kernel: Kernel) -> None:
    kernel.quietly(
        "from pathlib import Path; _ = Path('rows.py').write_text('def load():\\n    return 3\\n')"
    )
    kernel.run("from rows import load", MODEL)
    live = kernel.read("model, load")
    assert live["parts"] == {
        "rows.py": "def load():\n    return 3\n",
        "In [1]": "from rows import load",
        "In [2]": MODEL,
    }
    assert live["modules"] == ["rows", "", ""]
    assert live["found"] == "model is read from the cells that ran (In [2]); data is read from rows.py"


def test_a_function_from_a_text(kernel: Kernel) -> None:
    kernel.run("exec('def model(): return 1')")
    assert kernel.read("model") == {
        "error": "model: the source of 'model' is not in the cells that ran; run the cell that defines it again"
    }


def test_two_functions_of_one_name(kernel: Kernel) -> None:
    kernel.run("def model(): return 1", "first = model", "def model(): return 2")
    assert kernel.read("model, first") == {
        "error": "model and data are two functions with one name, 'model'; rename one of them"
    }


def test_a_named_notebook(kernel: Kernel) -> None:
    saved = notebook(code("import os", 1), code("def model(x): return 0", 2))
    kernel.run(MODEL)
    kernel.quietly(
        f"import json; from pathlib import Path; _ = Path('train.ipynb').write_text(json.dumps({saved!r}))"
    )
    live = kernel.read("model, notebook_name='train'")
    assert live["parts"] == {
        "train.ipynb, cell 1 (In [1])": "import os",
        "train.ipynb, cell 2 (In [2])": "",
        "In [1]": MODEL,
    }
    assert live["found"] == (
        "model is read from the cells that ran (In [1]); what is not defined there, from train.ipynb"
    )
    kernel.run("import math\nSIZE = 3", DATA)
    assert set(kernel.tune("notebook_name='train'")["losses"]) == {3, 6}


COLAB = """
import sys
from types import ModuleType
message = ModuleType('google.colab._message')
message.MessageError = RuntimeError
message.blocking_request = lambda kind, request='', timeout_sec=5: {answer!r}
colab = ModuleType('google.colab')
colab._message = message
sys.modules |= {{'google.colab': colab, 'google.colab._message': message}}
"""
KAGGLE = """
import json, os, sys
from types import ModuleType
session = ModuleType('kaggle_session')
class Client:
    def get_exportable_ipynb(self):
        return {{'source': json.dumps({answer!r})}}
session.UserSessionClient = Client
sys.modules['kaggle_session'] = session
os.environ['KAGGLE_KERNEL_RUN_TYPE'] = 'Interactive'
"""
LEAVE = """
import os, sys
for name in ('google.colab', 'google.colab._message', 'kaggle_session'):
    sys.modules.pop(name, None)
os.environ.pop('KAGGLE_KERNEL_RUN_TYPE', None)
"""


@pytest.fixture
def elsewhere(kernel: Kernel) -> Iterator[Kernel]:
    """A kernel that can be put into Colab or Kaggle."""
    yield kernel
    kernel.quietly(LEAVE)


EDITED: dict[str, Any] = notebook(
    {"cell_type": "markdown", "metadata": {}, "source": ["# Digits"]},
    code(["import math\n", "%pwd\n", "!ls\n", "SIZE = 3"]),
    code(DATA.splitlines(keepends=True)),
    code(MODEL.replace("[1, 2]", "[7, 8]").splitlines(keepends=True)),
    metadata={"colab": {"name": "digits.ipynb"}},
)


@pytest.mark.parametrize(
    ("stand_in", "answer", "name", "place"),
    [
        pytest.param(COLAB, {"ipynb": EDITED}, "digits.ipynb", "Colab's live document", id="Colab"),
        pytest.param(KAGGLE, EDITED, "notebook", "Kaggle's live document", id="Kaggle"),
    ],
)
def test_what_ran_wins_over_the_live_document(
    elsewhere: Kernel, stand_in: str, answer: object, name: str, place: str
) -> None:
    elsewhere.quietly(stand_in.format(answer=answer))
    elsewhere.run(IMPORTS, DATA, MODEL)
    live = elsewhere.read("model, data")
    assert list(live["parts"]) == ["cell 2 (In [1])", "cell 3 (In [2])", "In [3]"]
    assert live["parts"]["In [3]"] == MODEL
    assert (live["cells"], live["shown"], live["path"]) == ([2, 3, None], name, "")
    assert live["notes"] == [
        ["'model' has been edited in cell 4 since it ran; what ran is used", "In [3]"]
    ]  # HT014
    assert live["found"] == (
        "model and data are read from the cells that ran (In [3], cell 3 (In [2])); "
        f"cells are numbered as in {name} ({place})"
    )
    assert set(elsewhere.tune()["losses"]) == {3, 6}


def test_colab_with_its_page_closed(elsewhere: Kernel) -> None:
    elsewhere.quietly(COLAB.format(answer=None))
    elsewhere.run(MODEL)
    assert elsewhere.read("model")["found"] == (
        "model is read from the cells that ran (In [1]); Colab's live document: no answer within 5 s"
    )


def test_vs_code(kernel: Kernel) -> None:
    saved = notebook(code("# nothing"), code(MODEL))
    kernel.quietly(
        "import json; from pathlib import Path; "
        f"_ = Path('code.ipynb').write_text(json.dumps({saved!r})); "
        "__vsc_ipynb_file__ = str(Path('code.ipynb').resolve())"
    )
    kernel.run(MODEL)
    live = kernel.read("model")
    assert live["parts"] == {"cell 2 (In [1])": MODEL}
    assert live["path"].endswith("/code.ipynb")
    assert live["found"] == (
        "model is read from the cells that ran (cell 2 (In [1])); "
        "cells are numbered as in code.ipynb (VS Code's __vsc_ipynb_file__)"
    )
