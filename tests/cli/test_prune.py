"""``--prune`` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

MODEL = "def model():\n    return {{uniform(0, 1)}}\n"


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text(MODEL)
    return "model.py"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(
            ("--prune", "--prune-fit", "0"), "--prune-fit must be last or a whole number of", id="fit 0"
        ),
        pytest.param(("--prune-on", "val_loss"), "--prune-on has no meaning without --prune", id="no method"),
        pytest.param(
            ("--prune=none", "--prune-fit", "1"), "--prune-fit has no meaning without --prune", id="none"
        ),
        pytest.param(
            ("--prune", "--prune-on", "a:up"), "--prune-on a:up: write NAME, NAME:min or", id="direction"
        ),
        pytest.param(
            ("--prune=all",),
            "'all' is not one of 'asha', 'fast', 'median', 'hyperband', 'none'",
            id="unknown",
        ),
    ],
)
def test_options_that_are_invalid(cli: Cli, template: str, options: tuple[str, ...], message: str) -> None:
    ran = cli("run", template, *options)
    assert (ran.status, message in ran.err) == (2, True), ran.err


@pytest.mark.long
@pytest.mark.parametrize(
    "order", [("--prune", "model.py"), ("model.py", "--prune"), ("--prune", "fast", "model.py")]
)
def test_the_method_may_be_left_out_and_is_kept_with_the_study(
    cli: Cli, template: str, order: tuple[str, ...]
) -> None:
    assert cli("run", *order, "--max-evals", "15").status == 0
    again = cli("run", template, "--max-evals", "16")
    assert again.status == 0
    assert f"as before: --prune {'fast' if 'fast' in order else 'asha'}" in again.err
    note = "note: no trial is stopped early: no fit was seen, so there is nothing to stop a trial by"
    assert again.err.count(note) == 1
