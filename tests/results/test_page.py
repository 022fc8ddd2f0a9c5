"""The page of a study: what a reader sees of it, also of odd studies, and that nothing of the user's runs."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import UsageError
from hypertemplate.results.importance import Importance
from hypertemplate.results.pages.page import MOST_AXES, report_html
from hypertemplate.results.pages.page_file import write_page
from hypertemplate.results.summary import Summary, summary_of
from hypertemplate.search.study import Confirmation, Study, Trial, TrialRun, TrialState
from tests.results.html_reader import PageReader
from tests.results.studies import PLAN, SPACE, digits, kept
from tests.search.fakes import curve
from tests.search.spaces import chosen, numeric

SHARES = Importance("PED-ANOVA: values of the best 10% of 30 trials", {"Dropout": 0.75, "Dense": 0.25})
FEW = Importance(reason="too few to tell: 1 complete trial, and 20 are needed")


def read(summary: Summary, **options: float | str) -> PageReader:
    return PageReader(report_html(summary, **options))  # type: ignore[arg-type]


def page(study: Study, importance: Importance | None = None) -> PageReader:
    return read(summary_of(kept(study), importance=importance))


def test_a_page_shows_what_a_search_has_found() -> None:
    lines = page(digits(30), SHARES).lines
    text = "\n".join(lines)
    assert "digits.py 30 of 30 trials: 22 complete, 6 pruned, 2 failed" in lines
    assert "val_loss 0.268198" in lines
    assert "in trial 11, at epoch 18 of 20 (lowest), minimised" in lines
    assert "not confirmed: with other seeds the number may differ, and part of it may be luck" in lines
    for head in (
        "Best values",
        "Costs",
        "History",
        "Learning curves",
        "Values of the trials",
        "Importance",
        "Slices",
        "Pairs",
        "Trials",
        "Failures",
        "Source",
        "Search and machine",
    ):
        assert head in lines
    assert re.search(r"^Dropout\|0\.28539\d{10,}$", text, re.MULTILINE)
    assert "epochs saved by pruning|96, about 24s" in text
    assert "PED-ANOVA: values of the best 10% of 30 trials. Where trials did not read a parameter" in text
    assert "2x ValueError: shapes (2, 64) and (32,) do not match (digits.py:10)" in lines
    assert "not read" in text
    assert "frameworks|Keras 3.15.1 on jax" in text
    assert any(
        line.endswith('activation={{choice(["relu", "elu", "gelu"])}}))Dense 224activation \'relu\'')
        for line in lines
    )


def test_a_value_that_did_not_count_is_not_shown_as_if_it_had() -> None:
    unread = Trial(
        0,
        TrialState.COMPLETE,
        {"Dropout": 0.123, "optimizer": 0, "optimizer.learning_rate": 0.01},
        0.5,
        unused=("Dropout",),
    )
    failed = replace(unread, number=1, state=TrialState.FAILED, loss=None, error="no")
    lines = page(replace(PLAN, trials=(unread, failed))).lines
    assert "Dropout| not read" in lines or "Dropout|not read" in [line.replace("| ", "|") for line in lines]
    (row,) = (line for line in lines if line.startswith("0|"))
    assert (
        row == "0|0.5|complete|-|not read|not read|not read|Adam(loguniform(-9, -2))|0.01|not read|not read|"
    )
    (row,) = (line for line in lines if line.startswith("1|"))
    assert (
        row == "1|-|failed|-|not read|not read|not reached|Adam(loguniform(-9, -2))|0.01|not read|not read|"
    )
    assert not any("Dropout 0.123" in line for line in lines)


def test_the_table_says_which_epoch_has_the_number_and_how_many_ran() -> None:
    lines = page(digits(30)).lines
    (heads,) = (line for line in lines if line.startswith("trial|"))
    assert heads.startswith("trial|val_loss|state|time|epoch|epochs|Dense|")
    (best,) = (line for line in lines if line.startswith("11|"))
    assert best.startswith("11|0.268198|complete|10.0 s|18|20|224|")
    (pruned,) = (line for line in lines if line.startswith("5|"))
    assert pruned.startswith("5|-|pruned|1.0 s|-|2|160|")


def test_of_several_metrics_each_has_curves_to_choose() -> None:
    html = report_html(summary_of(kept(digits(30))))
    radios = re.findall(r'<input type="radio"[^>]*>', html)
    assert [("checked" in radio) for radio in radios] == [True, False]
    assert re.findall(r'<label for="metric-\d"><bdi>(.*?)</bdi>', html) == ["val_loss", "loss"]
    assert re.findall(r'aria-label="Learning curves of (.*?)"', html) == ["val_loss", "loss"]
    alone = report_html(summary_of(kept(replace(ONE, trials=(trial(0, 0.5, curves=(curve(1.0),)),)))))
    assert 'aria-label="Learning curves of val_loss"' in alone
    assert '<input type="radio"' not in alone


def test_paper_has_the_columns_that_there_is_room_for_and_says_what_is_missing() -> None:
    trials = tuple(trial(n, 1 / (n + 1), params={f"p{m}": n / 9 for m in range(60)}) for n in range(9))
    html = report_html(summary_of(kept(replace(ONE, space=MANY, trials=trials))))
    assert "52 more columns have no room on paper; the page has them." in html
    (hidden,) = re.findall(r"@media print { (tr > .*?) { display: none } }", html)
    assert hidden.split(", ")[0] == "tr > :nth-child(13)"  # behind trial, number, state, time, 8 parameters
    assert hidden.count("nth-child") == 52
    assert "no room on paper" not in report_html(summary_of(kept(digits(30))))


def trial(number: int, loss: float | None, **more: object) -> Trial:
    done = Trial(number, TrialState.COMPLETE, {"x": number / 10}, loss, duration_s=1.0)
    return replace(done, **more)  # type: ignore[arg-type]


ONE = replace(PLAN, space=(numeric("x", "uniform", low=0, high=1),), max_evals=5)
FAILED = trial(0, None, state=TrialState.FAILED, error="ValueError: no\nbecause", traceback="Traceback: here")
MANY = tuple(numeric(f"p{number}", "uniform", low=0, high=1) for number in range(60))


@pytest.mark.parametrize(
    ("study", "shown", "hidden"),
    [
        pytest.param(
            PLAN,
            ["No trial has ended yet"],
            ["History", "Trials", "Failures", "Costs", "Best values"],
            id="no trial yet",
        ),
        pytest.param(
            replace(ONE, trials=(FAILED, replace(FAILED, number=1))),
            ["No trial has succeeded yet", "2x ValueError: no", "trials 0 and 1", "Trials"],
            ["History", "Values of the trials", "Slices", "Best values"],
            id="only failures",
        ),
        pytest.param(
            replace(ONE, trials=(trial(0, 0.5),)),
            ["val_loss 0.5", "in trial 0, minimised", "History"],
            ["Slices", "Values of the trials", "Pairs"],
            id="one trial",
        ),
        pytest.param(
            replace(ONE, trials=(trial(0, 0.5), trial(1, 0.25))),
            ["val_loss 0.25", "Slices", "Values of the trials"],
            ["Pairs"],
            id="one parameter",
        ),
        pytest.param(
            replace(ONE, space=(), trials=(trial(0, 0.5, params={}), trial(1, 0.25, params={}))),
            ["val_loss 0.25"],
            ["Slices", "Pairs", "Best values"],
            id="no parameter",
        ),
        pytest.param(
            replace(
                ONE,
                space=MANY,
                trials=tuple(
                    trial(n, 1.0 / (n + 1), params={f"p{m}": (n * m % 7) / 7 for m in range(60)})
                    for n in range(9)
                ),
            ),
            [f"{MOST_AXES} of 51 parameters are drawn; the table has all."],
            [],
            id="sixty parameters, some of which never vary",
        ),
        pytest.param(
            replace(
                ONE,
                trials=(
                    trial(0, math.inf),
                    trial(1, 0.5, metrics={"a": math.nan, "b": -math.inf}),
                    trial(2, 0.6),
                ),
            ),
            ["val_loss 0.5", "1|0.5|complete|1.0 s|0.1|nan|-inf|", "0|inf|complete|1.0 s|0|-|-|"],
            [],
            id="numbers that are not finite",
        ),
        pytest.param(
            replace(ONE, trials=(trial(0, math.inf),)),
            ["val_loss inf"],
            ["History", "Slices"],
            id="an infinite loss alone",
        ),
        pytest.param(
            replace(ONE, maximize=None, objective=None, trials=(trial(0, 0.5), trial(1, 0.25))),
            ["No best trial yet", "Nothing says whether more or less of loss is better.", "History"],
            ["Best values"],
            id="a number of which nobody knows the direction",
        ),
        pytest.param(
            replace(ONE, trials=(trial(0, None, state=TrialState.PRUNED, error="worse than the median"),)),
            ["No trial has a result yet"],
            ["History", "Failures"],
            id="only pruned trials",
        ),
        pytest.param(
            replace(
                ONE,
                trials=(
                    trial(0, 0.5, curves=(curve(math.nan, math.inf),)),
                    trial(1, 0.4, curves=(curve(1.0),)),
                ),
            ),
            ["Learning curves"],
            [],
            id="curves of one point, and of none that can be drawn",
        ),
        pytest.param(
            replace(
                ONE,
                trials=(trial(0, 0.5), trial(1, 0.5, equal_to=0, duration_s=None)),
                left_out=(trial(2, 0.1, left_out="'y' is gone", params={"y": 1}),),
            ),
            ["2|-|left out|1.0 s|not read|", "1|0.5|= trial 0|-|0.1|", "equal trials that did not run|1"],
            [],
            id="trials that are equal to others, and such that do not count",
        ),
        pytest.param(
            replace(ONE, maximize=True, trials=tuple(trial(n, -0.25 * n) for n in range(4))),
            ["val_loss 0.75", "objective|val_loss, maximised"],
            [],
            id="a number that is maximised is shown as the code returns it",
        ),
    ],
)
def test_odd_studies_have_a_page(study: Study, shown: list[str], hidden: list[str]) -> None:
    lines = page(study, FEW).lines
    assert [line for line in shown if not any(line in one for one in lines)] == []
    assert [line for line in hidden if line in lines] == []


def test_what_is_known_of_importance_is_said() -> None:
    assert "too few to tell: 1 complete trial, and 20 are needed" in page(digits(3), FEW).lines
    assert "Importance" not in page(digits(3)).lines


@pytest.mark.parametrize(
    ("confirmations", "line"),
    [
        pytest.param((0.75, 0.25), "confirmed: again 0.50 ± 0.35 in 2 runs", id="a mean and its spread"),
        pytest.param((0.5,), "confirmed: again 0.5 in 1 run", id="one run has no spread"),
        pytest.param(
            (0.5, 0.5),
            "could not be confirmed: each of 2 runs again gave 0.5; the code seeds itself, or draws no random numbers",
            id="identical runs confirm nothing",
        ),
        pytest.param(
            (None,),
            "not confirmed: with other seeds the number may differ, and part of it may be luck",
            id="all failed",
        ),
    ],
)
def test_the_runs_again_of_the_best_trial_are_told(
    confirmations: tuple[float | None, ...], line: str
) -> None:
    runs = tuple(
        Confirmation(0, 0, TrialRun(n, loss, error=None if loss else "no"))
        for n, loss in enumerate(confirmations)
    )
    study = replace(ONE, trials=(trial(0, 0.5),), confirmations=runs)
    assert line in page(study).lines


@pytest.mark.parametrize(
    ("loss", "line"),
    [
        pytest.param(0.25, "the values in the file: 0.5; the best one is 50.0% lower", id="a better trial"),
        pytest.param(
            2.5e-5,
            "the values in the file: 0.5; the best one is more than 99.9% lower",
            id="nearly nothing is left",
        ),
        pytest.param(
            0.49999,
            "the values in the file: 0.5; the best one is less than 0.1% lower",
            id="hardly a better trial",
        ),
        pytest.param(0.75, "no trial was better than the values in the file", id="none is better"),
        pytest.param(None, "no trial was better than the values in the file", id="the only one"),
    ],
)
def test_the_best_is_compared_with_the_values_in_the_file(loss: float | None, line: str) -> None:
    space = (replace(ONE.space[0], default=0.0),)
    trials = (trial(0, 0.5), *([] if loss is None else [trial(1, loss)]))
    assert line in page(replace(ONE, space=space, trials=trials)).lines


def test_a_default_of_zero_or_without_a_number_is_told_without_a_share() -> None:
    space = (replace(ONE.space[0], default=0.0),)
    zero = replace(ONE, space=space, trials=(trial(0, 0.0), trial(1, -0.5)))
    assert "the values in the file: 0" in page(zero).lines
    lost = replace(ONE, space=space, trials=(FAILED, trial(1, 0.5)))
    assert "the values in the file: failed" in page(lost).lines


HOSTILE = [
    "</script><script>alert(1)</script>",
    "\"><img src=https://example.invalid/ onerror='alert(1)'>",
    "a\nb\r\nc",
    "\u202eltr\u2066\u05d0\u05d1",
    "{{ 7 * 7 }} {% raw %} &lt;",
    "<!-- ]]> -->",
    "\x1b[31mred\x00\ud800",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_study_of_a_stranger_is_harmless(text: str) -> None:
    space = (
        numeric(text, "uniform", low=0, high=1),
        chosen("c", text, f"{text}({text})", literal=False),
        numeric("z", "loguniform", low=-5, high=0),
    )
    trials = tuple(
        Trial(
            n,
            TrialState.COMPLETE,
            {text: n / 9, "c": n % 2, "z": 0.01 * (n + 1)},
            1.0 - n / 10,
            {text: 0.5},
            (curve(1.0, 0.5, name=text),),
            text,
            1.0,
        )
        for n in range(9)
    )
    failed = replace(
        trials[0], number=9, state=TrialState.FAILED, loss=None, error=text, failure=text, traceback=text
    )
    left = replace(trials[0], number=10, left_out=text)
    study = replace(
        PLAN,
        name=text,
        template=text,
        space=space,
        trials=(*trials, failed),
        left_out=(left,),
        versions={text: text, "keras": text},
        objective=text,
    )
    source = Source((Part("file", text, f"# {text}\nx = {{{{uniform(0, 1, name='z')}}}}  # {text}\n"),))
    record = kept(study, source=source, arguments=[text], accelerator=text)
    html = report_html(summary_of(record, importance=Importance(text, {text: 1.0})), updated=text)
    harmless = PageReader(report_html(summary_of(kept(digits(9)), importance=SHARES)))
    found = PageReader(html)
    assert found.scripts == harmless.scripts
    assert found.tags <= harmless.tags | {"i"}
    assert found.attributes <= harmless.attributes | {"open"}
    assert not any(name.startswith("on") for name in found.attributes)
    assert "7 * 7" not in text or "49" not in found.text
    html.encode("utf-8", "backslashreplace")


def test_a_page_loads_nothing_and_runs_its_own_script_alone() -> None:
    html = report_html(summary_of(kept(digits(30)), importance=SHARES))
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy == (
        "default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; "
        f"script-src &#39;sha256-{digest}&#39;; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;"
    ).replace("&#39;", "'")
    assert re.findall(r"(?:https?:)?//[a-z]", re.sub(r"\n *//.*", "", html.replace(script, ""))) == []
    assert not re.search(r"\b(?:fetch|XMLHttpRequest|import\(|eval|innerHTML|localStorage)\b", script)
    assert "@import" not in html
    assert "url(" not in html


def test_a_thousand_trials_make_less_than_nine_megabytes() -> None:
    html = report_html(summary_of(kept(digits(1000, epochs=150)), importance=SHARES))
    assert len(html.encode()) < 9e6


def test_a_page_of_a_running_search_loads_itself_again_and_says_when_it_was_written() -> None:
    running = trial(1, None, state=TrialState.RUNNING)
    summary = summary_of(kept(replace(ONE, trials=(trial(0, 0.5),)), running))
    html = report_html(summary, refresh_s=5.0, updated="updated 12:00")
    assert '<body data-refresh="5.0">' in html
    lines = PageReader(html).lines
    assert "digits.py 1 of 5 trials: 1 complete, 1 running updated 12:00" in lines
    assert "1|-|running|1.0 s|0.1|" in lines
    assert "data-refresh" not in report_html(summary).replace("dataset.refresh", "").split("<script>")[0]


def test_trials_that_read_other_data_are_marked() -> None:
    now, before = (["", "/a.csv", "a.csv", "1", digest] for digest in ("9:new", "9:old"))
    trials = (trial(0, 0.5), trial(1, 0.25, generation=1))
    record = kept(
        replace(ONE, trials=trials), data_files={"a.csv": now}, data_before=[["0", "a.csv", *before]]
    )
    html = report_html(summary_of(record))
    lines = PageReader(html).lines
    assert "trial 0 read earlier contents of a.csv" in lines
    assert [line.split("|")[2] for line in lines if line.startswith(("0|", "1|"))] == [
        "complete",
        "complete, other data",
    ]
    assert 'title="it read earlier contents of a.csv"' in html


def test_parts_without_markers_are_folded() -> None:
    source = Source((Part("file", "a.py", "import b\n"), Part("file", "b.py", "x = {{uniform(0, 1)}}\n")))
    html = report_html(summary_of(kept(replace(ONE, trials=(trial(0, 0.5),)), source=source, model="gone")))
    assert "<details>\n<summary><bdi>a.py" in html
    assert "<details open>\n<summary><bdi>b.py" in html


def test_a_marker_of_several_lines_has_its_values_at_its_end() -> None:
    source = Source((Part("file", "a.py", "x = {{uniform(\n    0,\n    1)}} + 1\n\nprint(x)"),))
    study = replace(ONE, trials=(trial(0, 0.5),))
    lines = read(summary_of(kept(study, source=source))).lines
    first = lines.index("a.py") + 1
    assert lines[first : first + 5] == ["1x = {{uniform(", "2 0,", "3 1)}} + 1x 0", "4", "5print(x)"]
    html = report_html(summary_of(kept(study, source=source)))
    assert html.count("<mark>") == 3


def test_a_page_is_written_in_place_of_a_page_alone(tmp_path: Path) -> None:
    path, html = tmp_path / "report.html", report_html(summary_of(kept(PLAN)))
    write_page(path, html)
    write_page(path, html + "<!-- again -->")
    assert path.read_text("utf-8").endswith("again -->")
    other = tmp_path / "model.py"
    other.write_text("x = 1")
    with pytest.raises(
        UsageError, match="exists and is not a page of hypertemplate; name another file"
    ) as raised:
        write_page(other, html)
    assert raised.value.parameter == "output"
    assert other.read_text() == "x = 1"
    with pytest.raises(UsageError, match="is a folder; name a file in it"):
        write_page(tmp_path, html)
    with pytest.raises(UsageError, match="cannot be written: No such file or directory"):
        write_page(tmp_path / "gone" / "report.html", html)
    with pytest.raises(UsageError, match="cannot be written: Not a directory"):
        write_page(other / "report.html", html)


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
@pytest.mark.parametrize("count", [0, 1, 30])
def test_a_browser_runs_the_page_without_an_error_and_asks_for_nothing(tmp_path: Path, count: int) -> None:
    path, log = tmp_path / "report.html", tmp_path / "net.json"
    study = replace(
        digits(count),
        space=(
            numeric(HOSTILE[0], "uniform", low=0, high=1),
            numeric(HOSTILE[1], "uniform", low=0, high=1),
            *SPACE,
        ),
    )
    write_page(path, report_html(summary_of(kept(study), importance=SHARES if count else FEW)))
    command = [
        CHROMIUM or "",
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
    ]
    command += ["--enable-logging=stderr", f"--log-net-log={log}", "--dump-dom", path.as_uri()]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "CONSOLE" not in ran.stderr
    assert f"{count} of {count} trials" in ran.stdout
    assert ran.stdout.count('title="show in the charts"') == count
    asked = [one.get("params", {}).get("url", "") for one in json.loads(log.read_text("utf-8"))["events"]]
    assert [url for url in asked if "example.invalid" in url] == []  # the browser asks for its own updates
    assert asked
