"""check --fix: what is written, what is shown, and what stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hypertemplate.cli.exit_codes import TEMPLATE_FAULT
from tests.cli.conftest import Cli, Template

OLD = """\
from keras.layers.core import Dropout

def model():
    Dropout(p={{uniform(1, 0)}})
    return {'loss': {choice([1, 2])}, 'status': STATUS_OK}
"""

NEW = """\
from hyperopt import STATUS_OK
from keras.layers import Dropout

def model():
    Dropout(rate={{uniform(0, 1)}})
    return {'loss': {{choice([1, 2])}}, 'status': STATUS_OK}
"""


def test_fixes_are_written_and_shown(cli: Cli, template: Template, here: Path) -> None:
    template(OLD)
    (here / "model.py").chmod(0o640)
    ran = cli("check", "--fix", "model.py")
    assert (here / "model.py").read_text() == NEW
    assert (here / "model.py").stat().st_mode & 0o777 == 0o640
    assert ran.status == 0
    assert ran.out == (
        "--- model.py\n"
        "+++ model.py\n"
        "@@ -1,5 +1,6 @@\n"
        "-from keras.layers.core import Dropout\n"
        "+from hyperopt import STATUS_OK\n"
        "+from keras.layers import Dropout\n"
        " \n"
        " def model():\n"
        "-    Dropout(p={{uniform(1, 0)}})\n"
        "-    return {'loss': {choice([1, 2])}, 'status': STATUS_OK}\n"
        "+    Dropout(rate={{uniform(0, 1)}})\n"
        "+    return {'loss': {{choice([1, 2])}}, 'status': STATUS_OK}\n"
        "\n"
        "model.py: 2 parameters, no problems found (nothing was run)\n"
    )
    assert ran.err == "5 problems fixed\n"
    assert cli("check", "--fix", "model.py") == (
        0,
        "model.py: 2 parameters, no problems found (nothing was run)\n",
        "nothing to fix\n",
    )


def test_check_says_how_to_fix_what_can_be_fixed(cli: Cli, template: Template) -> None:
    template(OLD)
    assert cli("check", "model.py").err.endswith("fix 5 of them with: hypertemplate check --fix model.py\n")


@pytest.mark.parametrize("command", ["run", "try", "space", "compile"])
def test_every_command_that_a_template_stops_says_how_to_fix_it(
    cli: Cli, template: Template, command: str
) -> None:
    template("def model():\n    return {{uniform(1, 0)}}\n")
    ran = cli(command, "model.py")
    assert ran.status == TEMPLATE_FAULT
    assert ran.err.endswith("fix it with: hypertemplate check --fix model.py\n")


def test_what_cannot_be_fixed_remains_and_is_shown(cli: Cli, template: Template, here: Path) -> None:
    template("def model():\n    return {{uniform(1, 0)}} * {{gauss(1)}}\n")
    ran = cli("check", "--fix", "model.py")
    assert (here / "model.py").read_text() == "def model():\n    return {{uniform(0, 1)}} * {{gauss(1)}}\n"
    assert ran.status == 1
    assert "HT102" in ran.err
    assert ran.err.endswith(
        "model.py: 1 error\n1 problem fixed\n1 problem is left: unknown distribution 'gauss'\n"
    )


def test_nothing_that_can_be_fixed(cli: Cli, template: Template) -> None:
    template("def model():\n    return {{gauss(1)}}\n")
    ran = cli("check", "--fix", "model.py")
    assert ran.err.endswith(
        "model.py: 1 error\nnothing here can be fixed automatically\n1 problem is left: unknown distribution 'gauss'\n"
    )


def test_what_a_fix_leaves_is_still_a_problem_of_the_fixed_template(
    cli: Cli, template: Template, here: Path
) -> None:
    template(
        "from keras.models import Sequential\nm = Sequential()\n"
        "m.fit_generator(1, samples_per_epoch={{uniform(0, 1)}}, nb_val_samples=20, nb_epoch=2)\n"
    )
    ran = cli("check", "--fix", "model.py")
    assert "m.fit(1, samples_per_epoch={{uniform(0, 1)}}, nb_val_samples=20, epochs=2)" in ran.out
    assert ran.out.endswith("model.py: 1 parameter, 2 warnings\n")
    assert ran.err.endswith("2 problems fixed\n2 problems are left, see above\n")
    assert ran.err.count("HT308") == 2


def test_what_only_shows_once_others_are_fixed_is_counted_too(cli: Cli, template: Template) -> None:
    template("rate = {{uniform(1, 0)}\nloss = rate\n")
    assert cli("check", "model.py").err.endswith("fix it with: hypertemplate check --fix model.py\n")
    assert (
        cli("check", "--fix", "model.py").err == "2 problems fixed, 1 of them found once others were fixed\n"
    )


def test_other_bytes_of_a_file_stay(cli: Cli, here: Path) -> None:
    head = b"\xef\xbb\xbf# caf\xc3\xa9\r\n\r\ndef model():\r\n\treturn  "
    (here / "model.py").write_bytes(head + b"{{ uniform( 1 , 0 ) }}  \r\n")
    assert cli("check", "--fix", "model.py").status == 0
    assert (here / "model.py").read_bytes() == head + b"{{ uniform( 0 , 1 ) }}  \r\n"


def test_other_encodings_stay(cli: Cli, here: Path) -> None:
    head = "# -*- coding: latin-1 -*-\n# café\ndef model():\n    return ".encode("latin-1")
    (here / "model.py").write_bytes(head + b"{{uniform(1, 0)}}\n")
    assert cli("check", "--fix", "model.py").status == 0
    assert (here / "model.py").read_bytes() == head + b"{{uniform(0, 1)}}\n"


def test_cells_of_a_notebook_are_fixed_and_the_rest_stays(cli: Cli, here: Path) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Dropout(p=1)"]},
        {
            "cell_type": "code",
            "execution_count": 3,
            "metadata": {},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ["kept"]}],
            "source": ["%matplotlib inline\n", "from keras.layers.core import Dropout"],
        },
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": ["def model():\n", "    !ls\n", "    Dropout(p=1)\n", "    return {{uniform(0, 1)}}"],
        },
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    (here / "train.ipynb").write_text(text)
    ran = cli("check", "--fix", "train.ipynb")
    assert ran.err.splitlines()[-1] == "2 problems fixed"
    fixed = text.replace("keras.layers.core", "keras.layers").replace("    Dropout(p=", "    Dropout(rate=")
    assert (here / "train.ipynb").read_text() == fixed
    assert "+++ train.ipynb, cell 2 (In [3])" in ran.out


def test_files_that_are_compiled_with_it_are_fixed_too(cli: Cli, template: Template, here: Path) -> None:
    (here / "nets.py").write_text("def model():\n    return {{uniform(1, 0)}}\n")
    template("from nets import model\n")
    assert cli("check", "--fix", "model.py").status == 0
    assert (here / "nets.py").read_text() == "def model():\n    return {{uniform(0, 1)}}\n"
    assert (here / "model.py").read_text() == "from nets import model\n"


def test_a_diff_is_not_json(cli: Cli, template: Template) -> None:
    template(OLD)
    ran = cli("check", "--fix", "--format", "json", "model.py")
    assert (ran.status, ran.out) == (2, "")
    assert "leave out --format json" in ran.err
