"""`export`: studies for other tools; `run --log-to`: a search for TensorBoard."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hypertemplate.exports.factory import EXPORTS, left_out_notes
from hypertemplate.search.storage.snapshot import Kept
from tests.cli.conftest import Cli, Template
from tests.exports.studies import KEPT, NOTHING, ONLY_FAILURES, STUDY, TRIALS, stored


def test_csv_and_json_are_printed_as_show_prints_them(cli: Cli) -> None:
    stored(Path("m.study"), KEPT)
    for to in ("csv", "json"):
        assert cli("export", "m.study", "--to", to) == cli("show", "m.study", "--format", to)


def test_a_named_file_is_written_and_said(cli: Cli) -> None:
    stored(Path("m.study"), KEPT)
    assert cli("export", "m.study", "--to", "json", "-o", "m.json") == (0, "", "wrote 5 trials to m.json\n")
    assert len(json.loads(Path("m.json").read_text())["trials"]) == 5
    ran = cli("export", "m.study", "--to", "json", "-o", "m.json")
    assert ran == (
        2,
        "",
        "error: m.json exists already; name another place with --output, or replace it with --force\n",
    )
    assert cli("export", "m.study", "--to", "json", "-o", "m.json", "--force").status == 0


@pytest.mark.parametrize(
    ("to", "library", "where"),
    [
        pytest.param("parquet", "pyarrow", "m.parquet", id="a file named after the study"),
        pytest.param("optuna", "optuna", "sqlite:///m.optuna.db, study m", id="a storage"),
        pytest.param("tensorboard", "tensorboard", "m.tensorboard; look at it with: tensorboard --logdir m.tensorboard", id="runs"),
    ],
)  # fmt: skip
def test_an_export_has_a_place_of_its_own(to: str, library: str, where: str, cli: Cli) -> None:
    pytest.importorskip(library)
    stored(Path("m.study"), replace(KEPT, running=()))
    ran = cli("export", "m.study", "--to", to)
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.endswith(f"wrote 4 trials to {where}\n")


@pytest.mark.parametrize(
    ("kept", "arguments", "said"),
    [
        pytest.param(KEPT, [], "--to is missing: write --to and one of csv, json", id="no format"),
        pytest.param(KEPT, ["--to", "excel"], "'excel' is not one of", id="a format that does not exist"),
        pytest.param(KEPT, ["--to", "csv", "-o", ""], "--output needs a name", id="an empty name"),
        *(
            pytest.param(NOTHING, ["--to", to], "no trial has ended yet, so there is nothing to export", id=f"{to} of no trial")
            for to, kind in EXPORTS.items()
            if not kind.is_table
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_exported_is_refused(kept: Kept, arguments: list[str], said: str, cli: Cli) -> None:
    stored(Path("m.study"), kept)
    ran = cli("export", "m.study", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert [path.name for path in Path().iterdir()] == ["m.study"]


def test_no_study_is_an_error(cli: Cli) -> None:
    assert cli("export", "m.study", "--to", "csv").status == 2


@pytest.mark.parametrize(
    ("kept", "notes"),
    [
        pytest.param(replace(KEPT, running=()), [], id="a study of which all is exported"),
        pytest.param(KEPT, ["left out: 1 trial not ended yet"], id="a trial that runs"),
        pytest.param(
            replace(ONLY_FAILURES, running=(), study=replace(STUDY, left_out=TRIALS[:2])),
            ["left out: 2 trials of code that has changed since"],
            id="trials of other code",
        ),
        pytest.param(
            replace(KEPT, running=(), study=replace(STUDY, maximize=None)),
            ["whether more or less of val_loss is better is unknown; the export says that it is minimised"],
            id="no direction",
        ),
    ],
)
def test_what_an_export_lacks_is_noted(kept: Kept, notes: list[str]) -> None:
    assert [*left_out_notes(kept)] == notes


def test_a_search_is_logged_to_tensorboard(cli: Cli, template: Template) -> None:
    pytest.importorskip("tensorboard")
    template("def model():\n    return {{uniform(0, 1)}}\n")
    assert cli("run", "model.py", "--max-evals", "2", "--log-to", "tensorboard:logs").status == 0
    assert sorted(path.name for path in Path("logs").iterdir() if path.is_dir()) == [
        "trial-00000",
        "trial-00001",
    ]


@pytest.mark.parametrize("text", ["wandb:logs", "tensorboard", "tensorboard:"])
def test_another_log_is_refused(text: str, cli: Cli, template: Template) -> None:
    template("def model():\n    return {{uniform(0, 1)}}\n")
    ran = cli("run", "model.py", "--log-to", text)
    assert (ran.status, ran.err) == (
        2,
        f"error: --log-to {text}: write tensorboard:DIR, such as tensorboard:logs\n",
    )
    assert not Path("model.study").exists()
