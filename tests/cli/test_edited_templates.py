"""A study whose template was edited goes on with the trials that count under the new code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hypertemplate
from hypertemplate.search.storage.sqlite.reader import read_study
from tests.cli.conftest import Cli, Template

pytestmark = pytest.mark.long

TEMPLATE = """\
def model():
    x = {{quniform(0, 4, 1)}}
    opt = {{choice(['sgd', 'adam'])}}
    units = 128
    if opt == 'sgd':
        x = x + 10
    return x + units
"""

POINTS = ((0, "sgd"), (1, "adam"), (4, "adam"), (2, "sgd"))


def given() -> list[str]:
    """Points to try first."""
    texts = [json.dumps({"x": x, "opt": opt}) for x, opt in POINTS]
    return [word for text in texts for word in ("--point", text)]


def trials(folder: str) -> list[tuple[int, object, int, str]]:
    """Number, loss, generation and reason of each trial."""
    study = read_study(Path(folder)).study
    found = sorted((*study.trials, *study.left_out), key=lambda trial: trial.number)
    return [(trial.number, trial.loss, trial.generation, trial.left_out) for trial in found]


def edited(text: str, *changes: tuple[str, str]) -> str:
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


def test_a_study_goes_on_through_edits(cli: Cli, template: Template, here: Path) -> None:
    template(TEMPLATE)
    assert cli("run", "model.py", "--max-evals", "4", *given()).status == 0
    other = edited(
        TEMPLATE,
        ("units = 128", "units = {{choice([64, 128])}}"),
        ("x = {{quniform(0, 4, 1)}}", "speed = {{quniform(0, 3, 1)}}"),
        ("x = x + 10", "speed = speed + 20"),
        ("return x", "return speed"),
    )
    template(other)
    ran = cli("run", "model.py", "--max-evals", "2", "--algo", "random", "--strict")
    assert (ran.status, ran.err.splitlines()[0]) == (
        2,
        "error: model.study: model.py has changed since this study was started",
    )
    template(edited(TEMPLATE, ("units = 128", "units = {{choice([64, 128])}}"), ("x + 10", "x + 20")))
    ran = cli("run", "model.py", "--max-evals", "4", "--algo", "random")
    assert ran.status == 0
    assert ran.err.splitlines()[1:6] == [
        "note: resuming model.study after 4 trials",
        "model.py changed since trial 3:",
        "  + units  128 stood there before: all 4 trials get 128",
        "  line 6 changed, which only opt='sgd' reaches: 2 trials are left out",
        "  in all, 2 of 4 trials count; the others stay in the study",
    ]
    reason = "line 6 changed, which only opt='sgd' reaches"
    assert trials("model.study")[:4] == [
        (0, 138.0, 0, reason),
        (1, 129.0, 0, ""),
        (2, 132.0, 0, ""),
        (3, 140.0, 0, reason),
    ]
    assert [(one[0], one[2]) for one in trials("model.study")[4:]] == [(4, 1), (5, 1)]
    best = read_study(here / "model.study").study.best
    assert best is not None
    assert best.loss == min(float(str(loss)) for _, loss, _, why in trials("model.study") if not why)


def test_trials_come_back_with_their_code(cli: Cli, template: Template) -> None:
    template(TEMPLATE)
    cli("run", "model.py", "--max-evals", "4", *given())
    template(edited(TEMPLATE, ("x + 10", "x + 20")))
    assert "2 trials are left out" in cli("run", "model.py", "--max-evals", "3").err
    template(TEMPLATE)
    ran = cli("run", "model.py", "--max-evals", "5")
    assert ran.status == 0
    assert "\n  2 trials that were left out count again\n" in ran.err
    assert [why for *_, why in trials("model.study")[:4]] == [""] * 4
    assert [code.number for code in read_study(Path("model.study")).generations] == [0, 1, 2]


def test_all_trials_at_stake_end_the_search_before_anything_is_loaded(
    cli: Cli, template: Template, here: Path
) -> None:
    template(f"open('loaded', 'a').write('x')  # hypertemplate: setup\n{TEMPLATE}")
    cli("run", "model.py", "--max-evals", "4", *given())
    before = (here / "model.study" / "study.db").read_bytes()
    text = edited(TEMPLATE, ("return x + units", "return x - units"))
    template(f"open('loaded', 'a').write('x')  # hypertemplate: setup\n{text}")
    assert cli("run", "model.py", "--max-evals", "9") == (
        2,
        "",
        "error: model.py changed, and none of 4 trials would count any more\n"
        "  line 8 changed: all 4 trials are left out\n"
        "  --keep-trials keeps those whose values are still possible; --fresh moves the study aside and starts a "
        "new one\n",
    )
    assert (here / "loaded").read_text() == "x"
    assert (here / "model.study" / "study.db").read_bytes() == before
    assert cli("run", "model.py", "--max-evals", "5", "--keep-trials").status == 0
    assert [why for *_, why in trials("model.study")] == [""] * 5


LOADED = """\
SIZES = [1, 2, 3]
def model():
    kind = {{choice(['a', 'b'])}}
    if kind == 'b':
        print(kind)
        size = 10
    else:
        size = 0
    return size + {{choice(SIZES)}}
"""


def test_a_space_that_only_a_worker_knows_is_judged_when_it_is_loaded(cli: Cli, template: Template) -> None:
    template(LOADED)
    cli("run", "model.py", "--max-evals", "6", "--algo", "random", "--rerun-equal")
    before = trials("model.study")
    template(edited(LOADED, ("size = 10", "size = 20")))
    ran = cli("run", "model.py", "--max-evals", "6", "--algo", "random", "--rerun-equal")
    assert ran.status == 0
    lines = ran.err.splitlines()
    assert lines.index("loading model.py ...") < lines.index("model.py changed since trial 5:")
    left_out = [number for number, loss, _, _ in before if float(str(loss)) > 10]
    assert left_out, "some took the branch"
    now = trials("model.study")
    assert [number for number, _, _, why in now if why] == left_out
    assert len(now) == 6 + len(left_out)


def test_values_that_were_set_follow_their_parameters(cli: Cli, template: Template) -> None:
    template(TEMPLATE)
    cli("run", "model.py", "--max-evals", "2", "--set", "opt=#1", "--set", "x=2", "--rerun-equal")
    template(edited(TEMPLATE, ("x = {{quniform(0, 4, 1)}}\n", "x = 2\n"), ("'sgd', 'adam'", "'adam', 'sgd'")))
    ran = cli("run", "model.py", "--max-evals", "3", "--rerun-equal")
    assert ran.status == 0
    assert "--set opt=#0" in ran.err
    kept = read_study(Path("model.study"))
    assert [dict(trial.params) for trial in kept.study.trials] == [{"opt": 0}] * 3
    assert [trial.ran is None for trial in kept.study.trials] == [False, False, True]
    assert [trial.frozen for trial in kept.study.trials] == [("opt",)] * 3


def test_a_new_study_with_the_trials_of_another(cli: Cli, template: Template, here: Path) -> None:
    template(TEMPLATE)
    cli("run", "model.py", "--max-evals", "4", "--seed", "3", *given())
    before = (here / "model.study" / "study.db").read_bytes()
    template(edited(TEMPLATE, ("x + 10", "x + 20")), "other.py")
    ran = cli("run", "other.py", "--from", "model.study", "--max-evals", "3", "--algo", "random")
    assert ran.status == 0
    assert ran.err.splitlines()[1:3] == [
        "note: starting with 2 trials of model.study",
        "other.py changed since trial 3:",
    ]
    assert [one[:3] for one in trials("other.study")] == [
        (0, 138.0, 0),
        (1, 129.0, 0),
        (2, 132.0, 0),
        (3, 140.0, 0),
        (4, trials("other.study")[4][1], 1),
    ]
    assert read_study(here / "other.study").study.seed == 3
    assert (here / "model.study" / "study.db").read_bytes() == before
    again = cli("run", "other.py", "--from", "model.study")
    assert (again.status, again.err) == (
        2,
        "error: other.study exists, and --from begins a new study; leave it out to resume it\n",
    )
    seeds = cli("run", "other.py", "--from", "model.study", "--study", "two", "--seed", "4")
    assert seeds.err.startswith("error: model.study: this study's seed is 3, not 4")
    none = edited(TEMPLATE, ("return x", "return -x"))
    template(none, "none.py")
    assert cli("run", "none.py", "--from", "model.study", "--study", "two").status == 2
    assert not (here / "two").exists()


@pytest.mark.parametrize(
    ("evals", "says"),
    [
        pytest.param("6", "starting with 4 trials of model.study", id="with trials left to run"),
        pytest.param("3", "the study has 4 trials already", id="with nothing left to run"),
    ],
)
def test_a_study_that_begins_with_the_trials_of_another_has_their_best_model(
    cli: Cli, template: Template, here: Path, evals: str, says: str
) -> None:
    text = "SIZE = 3\n{}def model():\n    x = {{{{uniform(0, 1)}}}}\n    return {{'loss': x, 'model': [x]}}\n"
    template(text.format(""))
    points = [json.dumps({"x": x}) for x in (0.5, 0.0, 0.25, 0.75)]
    cli("run", "model.py", "--max-evals", "4", *(word for one in points for word in ("--point", one)))
    template(text.format("print(SIZE)\n"), "other.py")
    ran = cli("run", "other.py", "--from", "model.study", "--max-evals", evals)
    assert (ran.status, f"note: {says}" in ran.err) == (0, True), ran.err
    assert "written to other.study: study.db, program.py, best.pickle\n" in ran.out
    assert hypertemplate.load_study("other.study").best_model(trust=True) == [0.0]
    assert (here / "model.study" / "best.pickle").exists()
    assert cli("run", "other.py", "--max-evals", "7").status == 0
    assert [path.name for path in (here / "other.study" / "models").iterdir()] == ["trial-0001.pickle"]


def test_the_points_of_another_study_as_hints(cli: Cli, template: Template) -> None:
    template(TEMPLATE)
    cli("run", "model.py", "--max-evals", "4", *given())
    template(edited(TEMPLATE, ("return x", "return -x"), ("'sgd', 'adam'", "'adam', 'sgd'")), "other.py")
    words = ("run", "other.py", "--from", "model.study", "--as-hints", "--max-evals", "5")
    ran = cli(*words)
    assert ran.status == 0
    assert "note: 4 points of model.study run first\n" in ran.err
    assert [loss for _, loss, *_ in trials("other.study")][:4] == [127.0, 124.0, 118.0, 116.0]
    assert cli("run", "other.py", "--as-hints").err == "error: --as-hints is for --from: name the study\n"
    idle = cli(*words)
    assert idle.err.rstrip().endswith("or a larger number resumes it, --fresh starts a new study")
    fixed = cli("run", "other.py", "--study", "two", *words[2:], "--set", "x=1")
    assert (fixed.status, "note: 2 points of model.study run first\n" in fixed.err) == (0, True)
    template(edited(TEMPLATE, ("return x", "return -x")), "other.py")
    ran = cli("run", "other.py", "--study", "two", "--from", "model.study", "--as-hints", "--keep-trials")
    assert "--point" not in ran.err


def test_a_change_that_is_taken_back_after_its_trials_were_kept(cli: Cli, template: Template) -> None:
    template(TEMPLATE)
    cli("run", "model.py", "--max-evals", "2", *given())
    template(edited(TEMPLATE, ("return x", "return -x")))
    assert cli("run", "model.py", "--max-evals", "3", "--keep-trials").status == 0
    template(TEMPLATE)
    ran = cli("run", "model.py", "--max-evals", "2")
    assert (ran.status, ran.err) == (
        0,
        "model.py changed since trial 2:\n"
        "  2 trials ran code like this one before, and count; of the other one:\n"
        "  line 7 changed: the one trial is left out\n"
        "  in all, 2 of 3 trials count; the others stay in the study\n"
        "note: the study has 2 trials that count already; --max-evals 3 or a larger number resumes it, --fresh starts a "
        "new study\n\n",
    )
    assert cli("run", "model.py", "--max-evals", "3", *given()).status == 0
    assert [(loss, reason) for _, loss, _, reason in trials("model.study")] == [
        (138.0, ""),
        (129.0, ""),
        (trials("model.study")[2][1], "line 7 changed"),
        (132.0, ""),
    ]


def test_a_renamed_file_resumes_its_study_by_the_rules_of_edits(
    cli: Cli, template: Template, here: Path
) -> None:
    template(TEMPLATE)
    cli("run", "model.py", "--max-evals", "4", *given())
    template(TEMPLATE, "new.py")
    (here / "model.py").unlink()
    gone = cli("run", "model.py")
    assert (gone.status, gone.err) == (
        2,
        "error: model.py: no such file; model.study has a study: hypertemplate show model.study lists its trials, "
        "hypertemplate run FILE --study model.study resumes it with the file's new place\n",
    )
    assert cli("confirm", "model.study", "--top", "1", "--repeats", "1").status == 2
    assert cli("run", "new.py", "--study", "model.study", "--max-evals", "4").status == 0
    assert cli("confirm", "model.study", "--top", "1", "--repeats", "1").status == 0
    template(edited(TEMPLATE, ("x + 10", "x + 20")), "newer.py")
    ran = cli("run", "newer.py", "--study", "model.study", "--max-evals", "2")
    assert (ran.status, ran.err.splitlines()[0]) == (
        2,
        "error: model.study belongs to model.py, not to newer.py",
    )
    (here / "new.py").unlink()
    ran = cli("run", "newer.py", "--study", "model.study", "--max-evals", "2")
    assert (ran.status, ran.err.splitlines()[2]) == (
        0,
        "  in all, 2 of 4 trials count; the others stay in the study",
    )


BRANCHES = """\
def model():
    if {{choice(['svc', 'forest'], name='kind')}} == 'svc':
        return {{uniform(0, 1, name='C')}}
    return 0.5
"""


def test_trials_count_that_never_read_a_value_which_is_no_longer_possible(
    cli: Cli, template: Template, here: Path
) -> None:
    template(BRANCHES)
    points = [f'{{"kind": "{kind}", "C": 0.75}}' for kind in ("svc", "forest")]
    given = [word for text in points for word in ("--point", text)]
    assert cli("run", "model.py", "--max-evals", "2", "--no-default-trial", *given).status == 0
    template(edited(BRANCHES, ("uniform(0, 1", "uniform(0, 0.5")))
    ran = cli("run", "model.py", "--max-evals", "2")
    assert (
        "  ~ C     0..1 is now 0..0.5: none of 1 trial lie inside; 1 trial that never read it counts\n"
        in ran.err
    )
    first, second, _ = trials("model.study")
    assert (first[1], first[3]) == (0.75, "line 3: C=0.75 is outside uniform(0, 0.5)")
    assert (second[1], second[3]) == (0.5, "")
    study = read_study(here / "model.study").study
    assert (study.trials[0].params, study.trials[0].unused) == ({"kind": 1, "C": 0.25}, ("C",))
