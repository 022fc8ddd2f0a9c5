"""Trials of a study under changed code: which count, which run again, and which come back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hypertemplate.compiler.edits.changes import Branch, Changed, Edits, MarkerPair
from hypertemplate.compiler.markers.resolve import resolve_literal
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import UsageError
from hypertemplate.search.generations.generation import Generation
from hypertemplate.search.generations.succession import NOT_ENDED, Succession
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Drawn, Study, Trial, TrialState
from tests.compiler.support import compiled
from tests.search.fakes import fitted

BEFORE = "def model():\n    x = {{uniform(0, 4)}}\n    k = {{choice(['a', 'b'])}}\n    return x\n"
SAME = Edits((MarkerPair("x", "x", "line 2"), MarkerPair("k", "k", "line 3", ((0, 0), (1, 1)))))
ONLY_B = Branch("k", False, "_ == 'b'", True, "k='b'")


def generation(program: Program, number: int = 0) -> Generation:
    space = tuple(filter(None, map(resolve_literal, program.space.parameters)))
    return Generation(number, program.digest, space, program.source)


def kept(*trials: Trial, running: tuple[Trial, ...] = (), left_out: tuple[Trial, ...] = ()) -> Kept:
    program = compiled(BEFORE)
    code = generation(program)
    study = Study(
        "model", program.digest, 1, code.space, trials=trials, left_out=left_out, files={"a.py": "d"}
    )
    return Kept(study, running, generations=(code,))


def done(number: int, x: float = 1.0, k: int = 0, loss: float | None = 0.5, unused: str = "") -> Trial:
    state = TrialState.FAILED if loss is None else TrialState.COMPLETE
    return Trial(number, state, {"x": x, "k": k}, loss, unused=tuple(unused))


def runs(number: int, x: float = 1.0, k: int = 0) -> Trial:
    return Trial(number, TrialState.RUNNING, {"x": x, "k": k}, curves=fitted({"loss": 1.0}))


def after(
    monkeypatch: pytest.MonkeyPatch,
    edits: Edits,
    before: Kept,
    text: str = "",
    *,
    keep_trials: bool = False,
    retry: tuple[int, ...] = (),
    new: bool = False,
) -> tuple[Kept, tuple[str, ...]]:
    monkeypatch.setattr("hypertemplate.search.generations.succession.edits_between", lambda *_, **__: edits)
    program = compiled(text or BEFORE.replace("return x", "return 2 * x"))
    change = Succession(
        before, program, program.source, "model.py", keep_trials=keep_trials, retry=retry, new=new
    )
    assert change.is_change
    space = change.literal_space
    assert space is not None
    return change.under(space)


def reasons(of: Kept) -> dict[int, str]:
    return {trial.number: trial.left_out for trial in (*of.study.trials, *of.study.left_out)}


def test_trials_that_reach_a_change_are_left_out_and_the_study_has_another_generation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edits = replace(SAME, changed=(Changed("line 4 changed", (ONLY_B,)),))
    now, lines = after(monkeypatch, edits, kept(done(0), done(1, k=1), done(2)))
    assert reasons(now) == {0: "", 1: "line 4 changed, which only k='b' reaches", 2: ""}
    assert lines == (
        "model.py changed since trial 2:",
        "  line 4 changed, which only k='b' reaches: 1 trial is left out",
        "  in all, 2 of 3 trials count; the others stay in the study",
    )
    assert (now.study.generation, now.study.files) == (1, {"a.py": "d"})
    assert [trial.generation for trial in (*now.study.trials, *now.study.left_out)] == [0, 0, 0]
    assert now.study.digest != now.generations[0].digest


def test_a_marker_with_another_label_takes_what_is_known_of_it_along(monkeypatch: pytest.MonkeyPatch) -> None:
    edits = Edits((MarkerPair("x", "rate", "line 2"), MarkerPair("k", "k", "line 3", ((0, 1), (1, 0)))))
    text = BEFORE.replace("x =", "rate =").replace("return x", "return rate").replace("'a', 'b'", "'b', 'a'")
    now, _ = after(monkeypatch, edits, kept(replace(done(0, unused="xk"), frozen=("x",))), text)
    (trial,) = now.study.trials
    assert trial.drawn == Drawn({"rate": 1.0, "k": 1}, ("rate", "k"), ("rate",))
    assert trial.ran == Drawn({"x": 1.0, "k": 0}, ("x", "k"), ("x",))


def test_values_as_they_ran_come_back_with_the_old_space(monkeypatch: pytest.MonkeyPatch) -> None:
    trial = done(0).under(Drawn({"rate": 1.0, "k": 1}))
    assert trial.under(Drawn({"x": 1.0, "k": 0})) == done(0)
    edits = replace(SAME, changed=(Changed("line 4 changed", (ONLY_B,)),))
    moved = replace(done(1, k=1), params={"x": 1.0, "k": 1}, ran=Drawn({"y": 1.0}))
    now, _ = after(monkeypatch, edits, kept(done(0), moved))
    assert now.study.left_out[0].drawn == Drawn({"y": 1.0})


@pytest.mark.parametrize("keep_trials", [False, True])
def test_a_study_of_which_nothing_would_be_left_ends_instead(
    monkeypatch: pytest.MonkeyPatch, keep_trials: bool
) -> None:
    edits = replace(SAME, changed=(Changed("line 4 changed"),))
    if keep_trials:
        now, _ = after(monkeypatch, edits, kept(done(0), done(1, k=1)), keep_trials=True)
        assert reasons(now) == {0: "", 1: ""}
        edits, text = Edits((SAME.markers[0],)), BEFORE.replace("k = ", "kind = ")
    with pytest.raises(UsageError) as caught:
        after(
            monkeypatch,
            edits,
            kept(done(0), done(1, k=1)),
            text if keep_trials else "",
            keep_trials=keep_trials,
        )
    first, *lines = str(caught.value).splitlines()
    assert first == "model.py changed, and none of 2 trials would count any more"
    ways = "--fresh moves the study aside and starts a new one"
    keep = "" if keep_trials else "--keep-trials keeps those whose values are still possible; "
    assert lines[-1] == f"  {keep}{ways}"
    if not keep_trials:
        assert lines[:-1] == ["  line 4 changed: all 2 trials are left out"]


def test_failed_trials_alone_are_no_reason_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    edits = replace(SAME, changed=(Changed("line 4 changed"),))
    now, _ = after(monkeypatch, edits, kept(done(0, loss=None)))
    assert reasons(now) == {0: "line 4 changed"}


def test_a_trial_that_had_not_ended_runs_the_new_code_if_its_values_are_possible(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edits = replace(SAME, changed=(Changed("line 4 changed", (ONLY_B,)),))
    text = BEFORE.replace("uniform(0, 4)", "uniform(0, 2)")
    running = (runs(1), runs(2, k=1), runs(3, x=3.0))
    now, lines = after(monkeypatch, edits, kept(done(0), running=running), text)
    assert [(t.number, t.generation, bool(t.curves), t.left_out) for t in now.running] == [
        (1, 1, True, ""),
        (2, 1, False, ""),
    ]
    assert [(t.number, t.state, t.left_out) for t in now.study.left_out] == [
        (3, TrialState.FAILED, NOT_ENDED)
    ]
    assert lines[-1] == f"  trial 3 is left out: {NOT_ENDED}"


def test_a_failed_trial_to_retry_counts_whatever_code_it_reaches(monkeypatch: pytest.MonkeyPatch) -> None:
    edits = replace(SAME, changed=(Changed("line 4 changed", (ONLY_B,)),))
    before = kept(done(0), done(1, k=1, loss=None), done(2, k=1))
    now, _ = after(monkeypatch, edits, before, retry=(1,))
    assert reasons(now) == {0: "", 1: "", 2: "line 4 changed, which only k='b' reaches"}


def test_a_failed_trial_whose_values_are_gone_is_not_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    text = BEFORE.replace("uniform(0, 4)", "uniform(0, 2)")
    with pytest.raises(UsageError, match=r"^trial 1 cannot run again: line 2: x=3.0 is outside uniform"):
        after(monkeypatch, SAME, kept(done(0), done(1, x=3.0, loss=None)), text, retry=(1,))


def test_trials_of_code_that_is_back_count_again(monkeypatch: pytest.MonkeyPatch) -> None:
    edits = replace(SAME, changed=(Changed("line 4 changed", (ONLY_B,)),))
    once, _ = after(monkeypatch, edits, kept(done(0), done(1, k=1)))
    program = compiled(BEFORE.replace("return x", "return 2 * x"))
    once = replace(once, generations=(*once.generations, generation(program, 1)))
    now, lines = after(monkeypatch, SAME, once, BEFORE)
    assert reasons(now) == {0: "", 1: ""}
    assert now.study.generation == 2
    assert lines == ("model.py changed since trial 1:", "  1 trial that was left out counts again")


def test_trials_that_the_user_kept_through_a_change_count_once_it_is_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = BEFORE.replace("return x", "return 2 * x")
    edits = replace(SAME, changed=(Changed("line 4 changed"),))
    once, _ = after(monkeypatch, edits, kept(done(0), done(1, k=1)), keep_trials=True)
    second = compiled(other)
    study = replace(once.study, trials=(*once.study.trials, replace(done(2), generation=1)))
    once = replace(once, study=study, generations=(*once.generations, generation(second, 1)))

    def compared(before: Source, *_: Any, **__: Any) -> Edits:
        return edits if before == second.source else SAME

    monkeypatch.setattr("hypertemplate.search.generations.succession.edits_between", compared)
    program = compiled(BEFORE)
    now, lines = Succession(once, program, program.source, "model.py").under(once.study.space)
    assert reasons(now) == {0: "", 1: "", 2: "line 4 changed"}
    assert lines == (
        "model.py changed since trial 2:",
        "  2 trials ran code like this one before, and count; of the other one:",
        "  line 4 changed: the one trial is left out",
        "  in all, 2 of 3 trials count; the others stay in the study",
    )


@pytest.mark.parametrize(
    ("text", "way"),
    [
        pytest.param(
            BEFORE,
            "--keep-trials keeps those whose values are still possible; --as-hints takes only their points, and "
            "runs them first",
            id="code has changed",
        ),
        pytest.param(
            BEFORE.replace("uniform(0, 4)", "uniform(5, 6)"),
            "no trial has values that are possible here: leave --from out",
            id="no value is left",
        ),
    ],
)
def test_a_new_study_is_advised_what_helps_it(monkeypatch: pytest.MonkeyPatch, text: str, way: str) -> None:
    edits = replace(SAME, changed=(Changed("line 4 changed"),))
    with pytest.raises(UsageError) as caught:
        after(monkeypatch, edits, kept(done(0)), text.replace("return x", "return 2 * x"), new=True)
    first, *_, last = str(caught.value).splitlines()
    assert first == "model.py is not the code that the trials ran, and the one trial would not count here"
    assert last == f"  {way}"


def test_modules_beside_the_template_are_compared_too(monkeypatch: pytest.MonkeyPatch) -> None:
    program = compiled(BEFORE)
    other = replace(program.source, beside=(Part("file", "helper.py", "x = 1\n"),))
    before = kept(done(0))
    for edits, is_change in ((SAME, False), (replace(SAME, changed=(Changed("helper.py changed"),)), True)):
        monkeypatch.setattr(
            "hypertemplate.search.generations.succession.edits_between",
            lambda *_, edits=edits, **__: edits,
        )
        assert Succession(before, program, other, "model.py").is_change is is_change
    assert not Succession(before, program, program.source, "model.py").is_change


@pytest.mark.parametrize("comparable", [False, True])
def test_code_that_cannot_be_compared(comparable: bool) -> None:
    before = kept(done(0))
    code = replace(before.generations[0], source=Source(()) if not comparable else None)
    now, program = replace(before, generations=(code,)), compiled(BEFORE)
    change = Succession(now, program, program.source, "model.py", comparable=comparable)
    assert change.edits is None
    assert change.renamed == {"x": "x", "k": "k"}
    now, _ = change.under(before.study.space)
    assert now.study == before.study


def test_a_space_that_only_a_worker_knows() -> None:
    program = compiled(BEFORE.replace("uniform(0, 4)", "uniform(0, len('ab'))"))
    assert Succession(kept(), program, program.source, "model.py").literal_space is None


def test_a_comment_that_says_when_code_runs_is_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    program, before = compiled(BEFORE), kept()
    edits = replace(SAME, changed=(Changed("line 1 runs in each trial now"),))
    monkeypatch.setattr("hypertemplate.search.generations.succession.edits_between", lambda *_, **__: edits)
    (part,) = program.source.parts
    source = replace(program.source, parts=(replace(part, text=f"{part.text}# hypertemplate: trial"),))
    assert Succession(before, program, source, "model.py", from_file=True).is_change
    assert not Succession(before, program, source, "model.py").is_change, "text of code in memory differs"


def test_files_that_are_compared_need_no_digest_any_more() -> None:
    program, before = compiled(BEFORE), kept()
    before = replace(before, study=replace(before.study, files={"lib/a.py": "1", "a.py": "2", "b.py": "3"}))
    part = Part("file", "a.py", "x = 1\n", path="/w/lib/a.py")
    change = Succession(before, program, replace(program.source, beside=(part,)), "model.py")
    assert change.other_files == {"b.py": "3"}


def test_a_trial_that_another_answered_counts_only_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    equal = replace(done(1, x=2.0), equal_to=0), replace(done(2, x=0.5), equal_to=0), done(3, x=0.5)
    now, lines = after(
        monkeypatch, replace(SAME, changed=()), kept(done(0, x=3.0), *equal), BEFORE.replace("4", "1")
    )
    assert [trial.number for trial in now.study.trials] == [3]
    assert now.study.left_out[2].left_out == "trial 0, which it is equal to, is left out"
    assert lines[2:] == (
        "  1 trial is left out with the one that it is equal to",
        "  in all, 1 of 4 trials counts; the others stay in the study",
    )
    more = kept(
        done(0, x=3.0), replace(done(1, x=0.5), equal_to=0), replace(done(2, x=0.5), equal_to=0), done(3, 1.0)
    )
    assert (
        "  2 trials are left out with those that they are equal to"
        in after(monkeypatch, SAME, more, BEFORE.replace("4", "1"))[1]
    )
    with pytest.raises(UsageError, match="none of 2 trials would count"):
        after(monkeypatch, SAME, kept(done(0, x=3.0), equal[1]), BEFORE.replace("4", "1"))
