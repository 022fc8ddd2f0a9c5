"""`run --format jsonl`: a JSON object a line on stdout, and nothing else there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.cli.followers import EventLines
from tests.cli.conftest import Cli, Template, heard, interrupted, started
from tests.studies import study_data

MODEL = """\
import hypertemplate


def model():
    x = {{uniform(0, 1)}}
    print("not here")
    for step in range(2):
        hypertemplate.report(step, loss=x / (step + 1))
    if x > 0.9:
        raise ValueError("too much")
    return x
"""


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_two_workers_tell_their_events_on_stdout_and_people_read_stderr(cli: Cli, template: Template) -> None:
    template(MODEL)
    ran = cli("run", "model.py", "--max-evals", "3", "--workers", "2", "--format", "jsonl")
    said = events(ran.out)
    assert ran.status == 0
    kinds = [one["event"] for one in said]
    assert (kinds[0], kinds[-1]) == ("search", "end")
    assert {kind: kinds.count(kind) for kind in ("started", "epoch", "finished")} == {
        "started": 3,
        "epoch": 6,
        "finished": 3,
    }
    assert "best of 3 trials" in ran.err
    stored = study_data(Path("model.study"))
    assert {one["trial"]["number"]: one["trial"] for one in said if "trial" in one} == {
        trial["number"]: trial for trial in stored["trials"]
    }
    assert said[-1]["best"] == stored["best"]
    assert said[0]["schema"] == stored["schema"]
    again = events(cli("run", "model.py", "--max-evals", "3", "--format", "jsonl").out)
    assert [one["event"] for one in again] == ["note", "end"]
    assert "has 3 trials already" in again[0]["text"]


def test_an_error_before_the_search_is_its_end(cli: Cli, template: Template) -> None:
    template("def model():\n    return {{unform(0, 1)}}\n")
    ran = cli("run", "model.py", "--format", "jsonl")
    assert ran.status == 1
    (end,) = events(ran.out)
    assert (end["event"], end["reason"], end["folder"]) == ("end", "error", None)
    assert "unform" in end["error"]


@pytest.mark.long
def test_a_reader_that_goes_costs_no_trial(template: Template, here: Path) -> None:
    template(MODEL)
    command = [
        sys.executable,
        "-m",
        "hypertemplate",
        "run",
        "model.py",
        "--max-evals",
        "4",
        "--format",
        "jsonl",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["event"] == "search"
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == 0
    assert "note: events are not written any more (Broken pipe); the search continues" in err
    assert len(study_data(here / "model.study")["trials"]) == 4


@pytest.mark.long
def test_ctrl_c_is_the_end(template: Template, here: Path, pipe: int) -> None:
    template(
        """\
        import time

        def model():
            x = {{uniform(0, 1)}}
            with open("pipe", "w") as pipe:
                pipe.write("here")
            time.sleep(600)
            return x
        """
    )
    with started("run", "model.py", "--format", "jsonl") as process:
        heard(pipe)
        out, _ = interrupted(process)
    assert process.returncode == 130
    said = events(out)
    assert [one["event"] for one in said] == ["search", "started", "end"]
    assert (said[-1]["reason"], said[-1]["resume"]) == (
        "interrupted",
        "hypertemplate run model.py --format jsonl",
    )


def test_a_full_disk_ends_the_lines_and_not_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    notes: list[str] = []
    with open("/dev/full", "w") as full, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", full)
        lines = EventLines(notes.append)
        lines.write({"event": "search"})
        lines.write({"event": "end"})
    assert notes == ["events are not written any more (No space left on device); the search continues"]
