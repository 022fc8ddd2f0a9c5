"""Studies as CSV, JSON and Parquet files."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.exports.base import Target
from hypertemplate.exports.parquet_file import write_parquet
from hypertemplate.exports.text_files import csv_of, json_of, write_csv, write_json
from hypertemplate.views.trial_table import COLUMNS, SCHEMA
from tests.exports.studies import HOSTILE, KEPT, NOTHING, STUDY, TRIALS
from tests.search.spaces import chosen as choice


def target(path: Path) -> Target:
    return Target(str(path), "model")


def test_a_csv_has_every_trial_with_labels_as_they_are(tmp_path: Path) -> None:
    write_csv(KEPT, target(tmp_path / "trials.csv"))
    text = (tmp_path / "trials.csv").read_bytes().decode()
    assert text == csv_of(KEPT)
    rows = [*csv.DictReader(io.StringIO(text))]
    assert [row["number"] for row in rows] == ["0", "1", "2", "3", "5"]
    assert [row[f"params.{HOSTILE}"] for row in rows[1:4]] == ["1.0", "0.0", "0.2"]
    assert rows[1]["params.shift"] == ""  # not read


def test_a_json_file_has_what_show_prints(tmp_path: Path) -> None:
    write_json(KEPT, target(tmp_path / "study.json"))
    data = json.loads((tmp_path / "study.json").read_text())
    assert data == json.loads(json_of(KEPT))
    assert (data["schema"], len(data["trials"])) == (SCHEMA, 5)


def test_parquet_has_typed_columns(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    write_parquet(KEPT, target(tmp_path / "trials.parquet"))
    table = parquet.read_table(tmp_path / "trials.parquet")
    types = {field.name: str(field.type) for field in table.schema}
    assert types["number"] == "int64"
    assert (types["loss"], types["params.rate"], types[f"params.{HOSTILE}"]) == ("double",) * 3
    assert types["params.units"] == "int64"
    assert types["params.same"] == "string"  # 1, True and 1.0
    assert types["params.block"] == "string"
    rows = table.to_pylist()
    assert [row["params.shift"] for row in rows] == [-1.5, None, 0.5, None, None]
    assert math.isnan(rows[0]["metrics.acc"])
    assert rows[1]["metrics.acc"] is None
    assert rows[1]["not_read"] == ["shift"]
    assert rows[3]["not_reached"] == ["shift", "units"]


def test_parquet_of_no_trials_has_the_columns(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    write_parquet(replace(NOTHING, running=()), target(tmp_path / "trials.parquet"))
    table = parquet.read_table(tmp_path / "trials.parquet")
    assert table.num_rows == 0
    assert table.column_names[: len(COLUMNS)] == [*COLUMNS]


def test_parquet_of_values_that_64_bits_do_not_hold_and_of_lone_halves_of_characters(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    space = (
        choice("big", str(2**70), "1"),
        choice("flag", "True", "False"),
        choice("text", repr("\ud800"), "''"),
    )
    trials = tuple(replace(TRIALS[0], number=n, params={"big": n, "flag": n, "text": n}) for n in (0, 1))
    write_parquet(
        replace(KEPT, study=replace(STUDY, space=space, trials=trials), running=()), target(tmp_path / "t")
    )
    table = parquet.read_table(tmp_path / "t")
    assert table.column("params.big").to_pylist() == [str(2**70), "1"]
    assert table.column("params.flag").to_pylist() == [True, False]
    assert table.column("params.text").to_pylist() == ["\\ud800", ""]


def test_parquet_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r'pip install "hypertemplate\[parquet\]"'):
        write_parquet(KEPT, target(tmp_path / "trials.parquet"))
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("there.csv", "exists already; name another place with --output, or replace it", id="a file"),
        pytest.param("folder", "is a folder; name a file in it", id="a folder"),
        pytest.param("nosuch/file.csv", "cannot be written: No such file or directory", id="no such folder"),
        pytest.param("there.csv/file.csv", "cannot be written: Not a directory", id="a file as a folder"),
    ],
)  # fmt: skip
def test_what_is_there_stays(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "there.csv").write_text("mine")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError) as raised:
        write_csv(KEPT, target(tmp_path / name))
    assert said in str(raised.value)
    assert (tmp_path / "there.csv").read_text() == "mine"
    assert len([*tmp_path.iterdir()]) == 2


def test_a_device_is_not_replaced() -> None:
    with pytest.raises(UsageError, match="/dev/null is not a file"):
        write_csv(KEPT, Target("/dev/null", "model", force=True))


def test_force_replaces_what_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_csv(KEPT, Target(str(tmp_path / "link"), "model", force=True))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text().startswith("number,")
