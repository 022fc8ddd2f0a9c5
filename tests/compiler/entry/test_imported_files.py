from __future__ import annotations

import pytest

from hypertemplate.compiler.program import Join
from hypertemplate.compiler.stages import imported_modules
from tests.compiler.support import (
    LEFT_OUT,
    SETUP,
    TRIAL,
    beside,
    codes,
    compiled,
    findings,
    placements,
    reasons,
    run,
    source,
    statement_texts,
)

NETWORK = """import math

WIDTH = 3


def data():
    return 1


def create_model(x):
    return x * WIDTH * {{uniform(0, 1)}}


if __name__ == '__main__':
    print(create_model(1))
"""


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        pytest.param("from network import create_model\n", {"network"}, id="a model by its usual name"),
        pytest.param("from a.network import model\nfrom b import data", {"a.network", "b"}, id="from two"),
        pytest.param(
            "from nets import build\nfrom load import load\noptim.minimize(build, load)\n",
            {"nets", "load"},
            id="named by minimize",
        ),
        pytest.param(
            "from nets import build as b\nif __name__ == '__main__':\n    optim.minimize(model=b)\n",
            {"nets"},
            id="under another name",
        ),
        pytest.param(
            "from nets import block\ndef model(): pass\noptim.minimize(model, functions=[block, len])\n",
            {"nets"},
            id="listed as a function",
        ),
        pytest.param("from nets import *\noptim.minimize(build)\n", {"nets"}, id="by a star, if it is named"),
        pytest.param("from keras.layers import *\nx = 1\n", set(), id="not by a star if it is not"),
        pytest.param(
            "from nets import *\ndef build(): pass\noptim.minimize(build)\n",
            set(),
            id="not what is defined here",
        ),
        pytest.param("from nets import data\ndef data(): pass\n", set(), id="nor what is defined here again"),
        pytest.param(
            "from nets import helper\ndef model(): pass\n", set(), id="not a function that is called"
        ),
        pytest.param("import nets\noptim.minimize(nets.build)\n", set(), id="not a function of a module"),
        pytest.param("from . import model\n", set(), id="not relative to a package"),
        pytest.param("from nets import (\n", set(), id="nothing if the text does not parse"),
    ],
)
def test_the_modules_that_functions_are_imported_from(text: str, modules: set[str]) -> None:
    assert imported_modules(source(text)) == modules


def test_the_names_that_the_user_gives_count_first() -> None:
    text = source("from nets import build\nfrom load import load\nfrom other import model, data\n")
    assert imported_modules(text, model="build", data="load") >= {"nets", "load"}
    assert imported_modules(text) == {"other"}


def test_the_file_is_compiled_as_a_part_of_its_own_before_the_others() -> None:
    template = beside(
        "from hyperas import optim\nfrom network import data, create_model\noptim.minimize(create_model, data)\n",
        network=NETWORK,
    )
    program = compiled(template)
    assert [(part.name, part.filename) for part in program.parts] == [
        ("network.py", "/home/user/./network.py"),
        ("main.py", "/home/user/./main.py"),
    ]
    assert (program.model, program.data, program.join) == ("create_model", "data", Join("object"))
    assert placements(template) == [LEFT_OUT, SETUP, SETUP, TRIAL, LEFT_OUT, LEFT_OUT, LEFT_OUT, LEFT_OUT]
    assert reasons(template)[-3:] == [
        "it imports what drives a search",
        "what it imports is compiled with this file",
        "it calls minimize",
    ]
    assert run(template, uniform=0.5) == 1.5


@pytest.mark.parametrize(
    ("imported", "texts"),
    [
        pytest.param("create_model as build, data as load", ["build = create_model; load = data"], id="both"),
        pytest.param(
            "create_model as build, data as load, WIDTH", ["build = create_model; load = data"], id="three"
        ),
    ],
)
def test_other_names_are_bound_to_what_the_file_defines(imported: str, texts: list[str]) -> None:
    main = f"from network import {imported}\noptim.minimize(build, load)\n"
    template = beside(main, network=NETWORK)
    program = compiled(template)
    assert (program.model, program.data) == ("create_model", "data")
    assert [statement.text for statement in program.parts[1].statements] == texts
    assert run(template, uniform=1) == 3


def test_a_name_of_what_is_made_in_each_trial_is_bound_in_each_trial() -> None:
    template = beside(
        "from network import create_model as build\noptim.minimize(build, data)\n", network=NETWORK
    )
    assert reasons(template)[-2] == (
        "it uses 'create_model', which is made for each trial (line 10 of network.py)"
    )
    assert run(template, uniform=1) == 3


def test_a_star_import_binds_nothing_anew() -> None:
    template = beside("from network import *\noptim.minimize(create_model, data)\n", network=NETWORK)
    assert statement_texts(template)[-1].startswith("def create_model(x):")
    assert run(template, uniform=1) == 3


def test_only_the_data_may_be_elsewhere() -> None:
    main = "from network import data, WIDTH\ndef model(x):\n    return x + WIDTH + {{uniform(0, 1)}}\n"
    network = NETWORK.replace("{{uniform(0, 1)}}", "1")
    assert run(beside(main, network=network), uniform=0) == 4


def test_a_marker_of_the_file_that_nothing_uses_draws_a_warning_as_in_one_file() -> None:
    main = "from network import data\ndef model(x):\n    return x + {{uniform(0, 1)}}\n"
    head, *_ = findings(beside(main, network=NETWORK)).split("\n")
    assert head == (
        "network.py:11:24: warning HT109: "
        "neither data nor model uses 'create_model', so this marker is not searched"
    )


def test_what_the_file_itself_imports_is_imported_as_usual() -> None:
    network = "from math import floor\ndef model():\n    return floor({{uniform(0, 9)}})\n"
    assert run(beside("from network import model\n", network=network), uniform=3.5) == 3


def test_an_import_of_another_module_beside_it_stays() -> None:
    main = "from string import digits\nfrom network import data\ndef model(x):\n    return digits[x], {{randint(3)}}\n"
    assert run(beside(main, network=NETWORK), randint=1) == ("1", 1)


def test_positions_are_in_the_file_in_which_they_are() -> None:
    network = NETWORK.replace("uniform(0, 1)", "uniform(1, 0)").replace("WIDTH *", "nothing *")
    assert findings(beside("from network import create_model, data\n", network=network)) == (
        "network.py:11:16: error HT301: 'nothing' is not defined\n"
        "   11 |     return x * nothing * {{uniform(1, 0)}}\n"
        "      |                ^~~~~~~\n"
        "      = help: import it, or define 'nothing' at the top level\n"
        "network.py:11:28: error HT104: uniform() needs low < high, got low=1, high=0\n"
        "   11 |     return x * nothing * {{uniform(1, 0)}}\n"
        "      |                            ^~~~~~~~~~~~~\n"
        "      = help: swap the bounds: uniform(0, 1)"
    )


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        pytest.param(
            "from network import create_model as build, nothing as n\n", ["UNDEFINED_NAME"], id="a name"
        ),
        pytest.param(
            "from network import nothing\noptim.minimize(nothing)\n", ["NOT_A_FUNCTION"], id="a model"
        ),
        pytest.param("from network import model\n", ["NOT_A_FUNCTION"], id="a model by its usual name"),
    ],
)
def test_what_the_file_does_not_define_is_an_error(main: str, expected: list[str]) -> None:
    network = NETWORK.replace("create_model(x)", "create_model(x=1)").replace("def data", "def load")
    if "NOT_A_FUNCTION" in expected:
        network = network.replace("create_model", "build_it")
    assert codes(beside(main, network=network)) == expected


def test_a_file_that_does_not_parse_is_an_error_there() -> None:
    head, *_ = findings(beside("from network import model\n", network="def model():\n    return (\n")).split(
        "\n"
    )
    assert head == "network.py:2:12: error HT001: the template does not parse: '(' was never closed"


def test_each_file_has_its_own_future_imports() -> None:
    network = "from __future__ import annotations\ndef model(x: nothing = 1):\n    return x, {{randint(3)}}\n"
    program = compiled(beside("from network import model\n", network=network))
    assert [part.flags > 0 for part in program.parts] == [True, False]
