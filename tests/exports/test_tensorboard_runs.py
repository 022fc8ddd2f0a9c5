"""Studies as runs of TensorBoard, read back with TensorBoard."""

from __future__ import annotations

import math
import sys
import types
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.exports.base import Target
from hypertemplate.exports.tensorboard_runs import TensorBoardLog, write_tensorboard
from hypertemplate.search.study import Curve, TrialState
from tests.exports.studies import HOSTILE, KEPT, ONLY_FAILURES, STUDY, TRIALS


@pytest.fixture
def accumulator(monkeypatch: pytest.MonkeyPatch) -> Any:
    """TensorBoard's reader, with its own stand-in for TensorFlow, which takes seconds to import."""
    pytest.importorskip("tensorboard")
    monkeypatch.setitem(sys.modules, "tensorboard.compat.notf", types.ModuleType("notf"))
    from tensorboard.backend.event_processing import event_accumulator

    return lambda folder: event_accumulator.EventAccumulator(str(folder)).Reload()


def hparams(read: Any, tag: str) -> Any:
    """The plugin's message under a tag."""
    from tensorboard.plugins.hparams import metadata

    content = read.summary_metadata[tag].plugin_data.content
    parse = {
        metadata.EXPERIMENT_TAG: metadata.parse_experiment_plugin_data,
        metadata.SESSION_START_INFO_TAG: metadata.parse_session_start_info_plugin_data,
        metadata.SESSION_END_INFO_TAG: metadata.parse_session_end_info_plugin_data,
    }
    return parse[tag](content)


def scalars(read: Any, tag: str) -> list[tuple[int, float]]:
    return [(one.step, round(one.value, 6)) for one in read.Scalars(tag)]


def values(start: Any) -> dict[str, Any]:
    return {label: getattr(value, value.WhichOneof("kind")) for label, value in start.hparams.items()}


def test_a_run_for_each_trial_with_curves_results_and_values(accumulator: Any, tmp_path: Path) -> None:
    write_tensorboard(KEPT, Target(str(tmp_path / "logs"), "model"))
    runs = sorted(path.name for path in (tmp_path / "logs").iterdir() if path.is_dir())
    assert runs == ["trial-00000", "trial-00001", "trial-00002", "trial-00003"]
    read = accumulator(tmp_path / "logs" / "trial-00000")
    assert scalars(read, "val_loss") == [(1, 0.9), (2, math.inf), (3, 0.5)]
    assert [one.wall_time - 1767323045 for one in read.Scalars("val_loss")] == [1, 2, 3]
    assert scalars(read, "result/val_loss") == [(0, 0.5)]
    assert math.isnan(read.Scalars("result/acc")[0].value)
    start = hparams(read, "_hparams_/session_start_info")
    assert values(start) == {
        "rate": 0.01,
        HOSTILE: 0.3,
        "block": "drop(uniform(0, 1))",
        "block.1": 0.25,
        "shift": -1.5,
        "units": 32,
        "same": "True",
    }
    assert start.start_time_secs == 1767323045
    end = hparams(read, "_hparams_/session_end_info")
    assert (end.status, end.end_time_secs) == (1, 1767323057.5)


def test_what_did_not_count_is_not_shown(accumulator: Any, tmp_path: Path) -> None:
    write_tensorboard(KEPT, Target(str(tmp_path), "model"))
    second = values(hparams(accumulator(tmp_path / "trial-00001"), "_hparams_/session_start_info"))
    assert "shift" not in second
    assert second["units"] == 100  # set, outside of its range
    pruned, failed = (accumulator(tmp_path / f"trial-0000{number}") for number in (2, 3))
    assert [tag for one in (pruned, failed) for tag in one.Tags()["scalars"]] == ["val_loss", "acc"]
    assert [hparams(one, "_hparams_/session_end_info").status for one in (pruned, failed)] == [0, 2]


def test_the_hparams_page_knows_parameters_and_results(accumulator: Any, tmp_path: Path) -> None:
    write_tensorboard(KEPT, Target(str(tmp_path), "model"))
    experiment = hparams(accumulator(tmp_path), "_hparams_/experiment")
    infos = {info.name: info for info in experiment.hparam_infos}
    assert [*infos] == [dimension.label for dimension in STUDY.space]
    interval = infos["rate"].domain_interval
    assert (interval.min_value, interval.max_value) == pytest.approx((1e-4, 0.1))
    assert [one.string_value for one in infos["same"].domain_discrete.values] == ["1", "True", "1.0"]
    assert [info.name.tag for info in experiment.metric_infos] == [
        "result/val_loss",
        "result/acc",
        'result/top/5 "x"',
    ]


def test_only_failures_are_runs_too(accumulator: Any, tmp_path: Path) -> None:
    write_tensorboard(ONLY_FAILURES, Target(str(tmp_path), "model"))
    assert hparams(accumulator(tmp_path / "trial-00003"), "_hparams_/session_end_info").status == 2


def test_runs_that_are_there_are_replaced_only_on_request(accumulator: Any, tmp_path: Path) -> None:
    write_tensorboard(KEPT, Target(str(tmp_path), "model"))
    (tmp_path / "trial-00001" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"trial-00000 exists already; .* replace it with --force"):
        write_tensorboard(KEPT, Target(str(tmp_path), "model"))
    write_tensorboard(KEPT, Target(str(tmp_path), "model", force=True))
    assert (tmp_path / "trial-00001" / "mine.txt").exists()
    assert scalars(accumulator(tmp_path / "trial-00000"), "result/val_loss") == [(0, 0.5)]


def test_a_folder_that_is_a_file(accumulator: Any, tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("mine")
    with pytest.raises(UsageError, match="logs cannot be written: File exists"):
        write_tensorboard(KEPT, Target(str(tmp_path / "logs"), "model"))
    with pytest.raises(UsageError, match="logs cannot be written: File exists"):
        TensorBoardLog(tmp_path / "logs", print)


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto", None)
    with pytest.raises(UsageError, match=r'pip install "hypertemplate\[tensorboard\]"'):
        write_tensorboard(KEPT, Target(str(tmp_path), "model"))


def test_a_search_is_written_while_it_runs(accumulator: Any, tmp_path: Path) -> None:
    log = TensorBoardLog(tmp_path, print)
    log.ready(replace(STUDY, trials=TRIALS[3:]), 4)  # one has ended before
    assert (tmp_path / "trial-00003").exists()
    first, whole = TRIALS[0], TRIALS[0].curves[0]
    log.trial_started(replace(first, state=TrialState.RUNNING, loss=None))
    log.epoch_ended(0, Curve(0, 3, whole.reports[:1]))
    assert scalars(accumulator(tmp_path / "trial-00000"), "val_loss") == [(1, 0.9)]
    log.epoch_ended(0, Curve(0, 3, whole.reports[:2]))
    log.epoch_ended(0, whole)
    log.trial_finished(first, replace(STUDY, trials=TRIALS[:1]), "")
    log.trial_finished(replace(TRIALS[1], equal_to=0), STUDY, "")  # it did not start
    log.trial_started(replace(TRIALS[2], state=TrialState.RUNNING))
    log.ended(KEPT, "interrupted")
    read = accumulator(tmp_path / "trial-00000")
    assert scalars(read, "val_loss") == [(1, 0.9), (2, math.inf), (3, 0.5)]
    assert values(hparams(read, "_hparams_/session_start_info"))["units"] == 32
    assert scalars(accumulator(tmp_path / "trial-00001"), "val_loss") == [(1, 0.5), (2, 0.25)]
    assert hparams(accumulator(tmp_path), "_hparams_/experiment").metric_infos


def test_a_trial_that_runs_again_has_only_its_last_curve(accumulator: Any, tmp_path: Path) -> None:
    for reported in (3, 1):
        log = TensorBoardLog(tmp_path, print)
        log.ready(replace(STUDY, trials=()), 4)
        log.trial_started(replace(TRIALS[0], state=TrialState.RUNNING))
        for count in range(1, reported + 1):
            log.epoch_ended(0, Curve(0, 3, TRIALS[0].curves[0].reports[:count]))
        log.ended(KEPT, "interrupted")
    assert scalars(accumulator(tmp_path / "trial-00000"), "val_loss") == [(1, 0.9)]


def test_a_full_disk_ends_the_log_and_not_the_search(
    accumulator: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes: list[str] = []
    log = TensorBoardLog(tmp_path / "logs", notes.append)
    (tmp_path / "logs" / "trial-00000").write_text("in the way")
    log.trial_started(TRIALS[0])
    log.trial_finished(TRIALS[0], STUDY, "")
    assert notes == [f"{tmp_path}/logs is not written any more (File exists); the search continues"]
