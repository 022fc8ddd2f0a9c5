"""What a study that goes on, a retry and a try take of the options that say what to run on."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.errors import as_option
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.stored_options import resumed
from hypertemplate.search.study import Study
from tests.cli.conftest import Cli, Template

TEMPLATE = """\
def model():
    return {{uniform(0, 1)}}
"""


def kept(**options: Any) -> Kept:
    study = Study("model", "digest", 1, (), template="model.py")
    return Kept(study, options=options)


@pytest.mark.parametrize(
    ("before", "asked", "is_now", "said"),
    [
        pytest.param({"jit": True}, {}, {"jit": True}, "options kept from the last run: --jit", id="a switch"),
        pytest.param({"jit": True}, {"jit": False}, {"jit": False}, "", id="a switch that is turned off"),
        pytest.param({"oom_loss": 0.0}, {}, {"oom_loss": 0.0}, "options kept from the last run: --oom-loss 0.0", id="a loss of zero"),
        pytest.param({"gpus_per_trial": 1}, {}, {"gpus_per_trial": None}, "", id="what is so in any case"),
        pytest.param(
            {"gpus_per_trial": 4, "mixed_precision": True},
            {"gpus_per_trial": 2},
            {"gpus_per_trial": 2, "mixed_precision": True},
            "options kept from the last run: --mixed-precision",
            id="another number",
        ),
        pytest.param(
            {"workers": "4", "per_gpu": 2, "accelerator": "gpu"},
            {},
            {"workers": None, "per_gpu": 1, "accelerator": "auto"},
            "",
            id="what belongs to the machine",
        ),
    ],
)  # fmt: skip
def test_what_changes_losses_is_as_it_was(
    before: dict[str, Any], asked: dict[str, Any], is_now: dict[str, Any], said: str
) -> None:
    now, _, text = resumed(SearchRequest(**asked), TemplateNames("model.py"), kept(**before), as_option)
    assert ({name: getattr(now, name) for name in is_now}, text) == (is_now, said)


@pytest.mark.parametrize("loss", ["nan", "inf", "-inf"])
def test_a_loss_that_nothing_learns_of(cli: Cli, template: Template, loss: str) -> None:
    assert cli("run", template(TEMPLATE), "--oom-loss", loss) == (
        2,
        "",
        f"error: --oom-loss must be a finite number, got {loss}\n",
    )


def test_the_line_of_the_machine_counts_the_workers_that_start(cli: Cli, template: Template) -> None:
    ran = cli("run", template(TEMPLATE), "--max-evals", "1", "--workers", "2")
    assert ran.err.splitlines()[0].startswith("1 worker on CPU (CORES")


def test_a_try_says_what_is_not_to_be_had(cli: Cli, template: Template) -> None:
    ran = cli("try", template(TEMPLATE), "--accelerator", "cpu", "--jit")
    assert (ran.status, ran.err.splitlines()[0]) == (
        0,
        "note: --jit has no effect: it is for what Keras trains, and the template does not use Keras",
    )


def test_another_backend_than_the_studys_is_noted(cli: Cli, template: Template, here: Path) -> None:
    name = template(TEMPLATE.replace("    return", "    if 0 > 1:\n        import keras\n    return"))
    cli("run", name, "--max-evals", "1")
    with closing(sqlite3.connect(here / "model.study" / "study.db")) as connection:
        connection.execute("UPDATE generation SET versions = ?", (json.dumps({"backend": "jax"}),))
        connection.commit()
    note = (
        "note: Keras computes with tensorflow, but the study ran with jax: losses may differ; "
        "set KERAS_BACKEND=jax to resume it as it was"
    )
    assert note in cli("run", name, "--max-evals", "2").err.splitlines()
