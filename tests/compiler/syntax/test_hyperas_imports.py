from __future__ import annotations

import ast

import pytest

from hypertemplate import trial
from hypertemplate.compiler.syntax.hyperas_imports import bound_by_star, is_replaced, replacement
from hypertemplate.distributions import __all__ as NAMES
from tests.compiler.support import (
    LEFT_OUT,
    MODEL,
    SETUP,
    TRIAL,
    codes,
    compiled,
    findings,
    placements,
    reasons,
    run,
    run_trials,
    statement_texts,
)

DATA_MODEL = "def model(name):\n    return name, {{uniform(0, 1)}}\n"


def statement(text: str) -> ast.stmt:
    """The only statement of a text."""
    (node,) = ast.parse(text).body
    return node


@pytest.mark.parametrize(
    ("text", "new", "lost"),
    [
        pytest.param("from hyperas import optim", "", "optim", id="what drives a search"),
        pytest.param("from hyperas.optim import minimize", "", "minimize", id="a function of it"),
        pytest.param("import hyperas", "", "hyperas", id="the package"),
        pytest.param("import hyperas.optim as o", "", "o", id="a module of it by another name"),
        pytest.param("import hyperas.distributions", "", "hyperas", id="a module by its full name"),
        pytest.param(
            "import hyperas.distributions as d",
            "import hypertemplate.distributions as d",
            "",
            id="the distributions by another name",
        ),
        pytest.param(
            "import hypertemplate.distributions as d",
            "import hypertemplate.distributions as d",
            "",
            id="our own distributions",
        ),
        pytest.param(
            "import numpy as np, hyperas, os.path",
            "import numpy as np, os.path",
            "hyperas",
            id="beside other modules",
        ),
        pytest.param(
            "from hyperas.distributions import uniform, choice as c",
            "from hypertemplate.distributions import uniform, choice as c",
            "",
            id="distributions",
        ),
        pytest.param(
            "from hyperas.distributions import uniform, hp",
            "from hypertemplate.distributions import uniform",
            "hp",
            id="a name that is no distribution",
        ),
        pytest.param(
            "from hyperas.distributions import conditional",
            "from hypertemplate.distributions import conditional",
            "",
            id="conditional",
        ),
        pytest.param(
            "from hyperas.distributions import (\n  uniform,\n  choice)",
            "from hypertemplate.distributions import uniform, choice",
            "",
            id="over several lines",
        ),
        pytest.param(
            "from hyperas.distributions import *",
            "from hypertemplate.distributions import *",
            "",
            id="everything",
        ),
        pytest.param(
            "from hypertemplate import uniform, minimize",
            "from hypertemplate.distributions import uniform",
            "minimize",
            id="from our package",
        ),
        pytest.param(
            "from hypertemplate import *",
            "from hypertemplate.distributions import *",
            "",
            id="everything of our package",
        ),
        pytest.param(
            "from hyperas import *", "", "", id="everything of Hyperas, which holds no distributions"
        ),
        pytest.param(
            "from hyperas import distributions",
            "from hypertemplate import distributions",
            "",
            id="the module itself",
        ),
        pytest.param(
            "from hyperas import optim, distributions as d",
            "from hypertemplate import distributions as d",
            "optim",
            id="the module beside what drives a search",
        ),
        pytest.param(
            "from hyperas.utils import eval_hyperopt_space", "", "eval_hyperopt_space", id="its internals"
        ),
        pytest.param(
            "from hypertemplate import trial", "from hypertemplate import trial", "", id="the trial that runs"
        ),
        pytest.param(
            "from hypertemplate import tune, trial as t",
            "from hypertemplate import trial as t",
            "tune",
            id="the trial beside what drives a search",
        ),
        pytest.param(
            "import hypertemplate.trial as t",
            "import hypertemplate.trial as t",
            "",
            id="the trial as a module",
        ),
        pytest.param("import hypertemplate.trial", "", "hypertemplate", id="the trial by its full name"),
        pytest.param(
            "from hypertemplate.trial import number, folder as f",
            "from hypertemplate.trial import number, folder as f",
            "",
            id="what is known of the trial",
        ),
        pytest.param("from hyperas import trial", "", "trial", id="a trial of Hyperas, which has none"),
    ],
)
def test_what_runs_instead_of_an_import(text: str, new: str, lost: str) -> None:
    assert is_replaced(statement(text))
    assert replacement(statement(text)) == (new, set(lost.split()))


def test_distributions_beside_their_module() -> None:
    new, lost = replacement(statement("from hypertemplate import distributions, conditional"))
    assert (sorted(new.partition(" import ")[2].split(", ")), lost) == (
        ["conditional", "distributions"],
        set(),
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import hyperopt", id="hyperopt runs as written"),
        pytest.param("from hyperopt import hp, tpe", id="so do its names"),
        pytest.param("from . import hyperas", id="a module beside the template"),
        pytest.param("from .hyperas import optim", id="a name from such a module"),
        pytest.param("import hyperas_plus", id="a package whose name begins alike"),
        pytest.param("x = 1", id="no import"),
    ],
)
def test_what_is_not_replaced(text: str) -> None:
    assert not is_replaced(statement(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("from hyperas.distributions import *", set(NAMES), id="Hyperas's distributions"),
        pytest.param("from hypertemplate import *", set(NAMES), id="ours"),
        pytest.param("from hyperas import *", set(), id="Hyperas itself"),
        pytest.param("from numpy import *", set(), id="another package"),
        pytest.param("from hyperas.distributions import uniform", set(), id="one name"),
        pytest.param("x = 1", set(), id="no import"),
    ],
)
def test_what_a_star_import_binds(text: str, names: set[str]) -> None:
    assert bound_by_star(statement(text)) == names


@pytest.mark.parametrize(
    ("first", "used"),
    [
        pytest.param("from hypertemplate import trial", "trial.number", id="the module"),
        pytest.param("import hypertemplate.trial as trial", "trial.number", id="the module by another name"),
        pytest.param("from hypertemplate.trial import number", "number", id="its attribute"),
    ],
)
def test_what_uses_the_trial_that_runs_is_made_for_each_trial(first: str, used: str) -> None:
    text = f"{first}\nkind = 'x'\nname = f'trial {{{used}}}' + kind[1:]\ndef data():\n    return name\n{DATA_MODEL}"
    assert placements(text) == [TRIAL, SETUP, TRIAL, TRIAL, TRIAL]
    assert reasons(text)[0] == "it uses the trial's number, folder or values"
    program = compiled(text)
    assert program.data_per_trial
    for number in (3, 4):
        with trial._running(number, "", {}):
            assert run_trials(program, [{"uniform": 0.5}]) == [(f"trial {number}", 0.5)]


def test_inside_a_function_the_trial_is_imported_where_it_runs() -> None:
    text = "def model():\n    from hypertemplate.trial import number\n    return number, {{uniform(0, 1)}}\n"
    with trial._running(7, "", {}):
        assert run(text, uniform=0.5) == (7, 0.5)


def test_a_file_that_imports_hyperas_needs_none() -> None:
    text = """from hyperas import optim
from hyperas.distributions import choice, uniform, conditional

def create_model():
    if conditional({{choice(['two', 'three'])}}) == 'three':
        return 3
    return 2

best = optim.minimize(model=create_model, data=None)
"""
    assert placements(text) == [LEFT_OUT, SETUP, TRIAL, LEFT_OUT]
    assert statement_texts(text)[0] == "from hypertemplate.distributions import choice, uniform, conditional"
    assert run(text, choice=1) == 3


def test_a_name_that_an_import_does_not_bind_any_more_is_an_error_where_it_is_used() -> None:
    text = "from hyperas import optim\ndef model():\n    return optim.space, {{uniform(0, 1)}}\n"
    assert findings(text) == (
        "model.py:3:12: error HT303: 'optim' drives a search and does not exist in a trial\n"
        "    3 |     return optim.space, {{uniform(0, 1)}}\n"
        "      |            ^~~~~\n"
        "      = help: remove it from data and model"
    )


def test_a_name_that_another_statement_binds_is_no_error() -> None:
    assert (
        codes(
            "from hyperas import optim\nimport math as optim\n" + MODEL.replace("return", "return optim.pi +")
        )
        == []
    )


def test_a_name_that_another_statement_binds_beside_a_kept_import_is_no_error() -> None:
    text = "from hypertemplate import uniform, minimize\nfrom math import pi as minimize\n"
    assert codes(text + MODEL.replace("return", "return minimize +")) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "def model():\n    from hyperas.distributions import conditional\n    return conditional({{uniform(0, 1)}})\n",
            id="inside the model",
        ),
        pytest.param(
            "try:\n    from hyperas.distributions import conditional\nexcept KeyError:\n    pass\ndef model():\n    return conditional({{uniform(0, 1)}})\n",
            id="inside a try",
        ),
        pytest.param(
            "if True:\n    from hyperas.distributions import conditional\ndef model():\n    return conditional({{uniform(0, 1)}})\n",
            id="inside an if",
        ),
    ],
)
def test_an_import_of_hyperas_that_is_not_at_the_top_level_needs_none_either(text: str) -> None:
    assert run(text, conditional=0.5, uniform=0.5) == 0.5


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "def model(x=1):\n    if x: from hyperas.distributions import (conditional,\n      uniform)\n    return [conditional({{uniform(0, 1)}})\n    ][0]\n",
            id="of several lines in a block of one",
        ),
        pytest.param(
            "def model():\n    import hyperas, math; from hyperas import (\n  optim)\n    return math.floor({{uniform(0, 1)}}) + .5\n",
            id="that leaves nothing",
        ),
        pytest.param(
            "class A:\n    from hyperas.distributions import uniform\n    x = {{uniform(0, 1)}}\ndef model():\n    return A.x\n",
            id="in a class",
        ),
    ],
)
def test_an_inner_import_keeps_its_lines(text: str) -> None:
    program = compiled(text)
    assert len(program.parts[0].trial.split("\n")) == len(text.split("\n"))
    assert run(text, uniform=0.5, x=0.5) == 0.5
