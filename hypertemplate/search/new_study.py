"""Definition of a new study, from the user's request, else from the template, else from the defaults."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from hypertemplate.compiler.entry.marked_options import given
from hypertemplate.compiler.markers.grammar import did_you_mean
from hypertemplate.compiler.program import Program
from hypertemplate.errors import UsageError
from hypertemplate.origin import DEFAULT
from hypertemplate.runtime.metrics.directions import by_name, directions_text, is_directed, objective_text
from hypertemplate.runtime.objective import SIMILAR
from hypertemplate.search.samplers.base import BAYES_STARTUP, TPE_STARTUP
from hypertemplate.search.study import ALGORITHMS, Algorithm, Study
from hypertemplate.units import listed

DEFAULT_MAX_EVALS = 50
DEFAULT_SEED = 1337

_LOWEST = frozenset(["min", "minimise", "minimize", "no_maximise", "no_maximize"])

_MOST_EXAMPLES = 3
"""Most variables that a message proposes as the objective."""

T = TypeVar("T")


def new_study(
    program: Program,
    *,
    max_evals: int | None = None,
    algorithm: Algorithm | None = None,
    seed: int | None = None,
    maximize: bool = False,
    objective: str | None = None,
    count_pruned: bool = False,
) -> Study:
    """Define the study to run, without a space and trials.

    Args:
        program: program whose ``minimize(...)`` call replaces each None here.
        max_evals: number of trials, by default 50.
        algorithm: algorithm, by default ``tpe``.
        seed: seed, by default 1337.
        maximize: whether the user's number is the negated loss.
        objective: objective as ``NAME``, ``NAME:min`` or ``NAME:max``.
        count_pruned: whether a pruned trial can be the best one.

    Raises:
        UsageError: the file asks for 0 trials; the objective is the same in every trial, or not valid.
    """
    hints = program.hints
    name = program.source.name
    wanted, more = parse_objective(objective, maximize=maximize)
    if wanted is not None:
        _check_constant(program, wanted)
    elif (call := program.script.last_call) is not None and call.number:
        wanted, more = parse_objective(call.number, maximize=maximize)
    elif program.model is None and maximize:
        likely = [name for name in _likely(program) if by_name(name) is not False]
        ways = [f"--objective {name}:max" for name in likely[:_MOST_EXAMPLES]] or ["--objective NAME:max"]
        text = f"{DEFAULT} is minimised; to maximise another number, name it: {_either(ways)}"
        raise UsageError(text, "maximize", ("objective",))
    elif program.model is None:
        wanted = DEFAULT
    study = Study(
        name=Path(program.source.path).stem or name,
        digest=program.digest,
        seed=_first(seed, hints.seed, DEFAULT_SEED),
        space=(),
        maximize=more,
        objective=wanted,
        template=name,
        algorithm=_first(algorithm, _known(hints.algorithm), "tpe"),
        count_pruned=count_pruned,
        max_evals=_first(max_evals, hints.max_evals, DEFAULT_MAX_EVALS),
    )
    if study.max_evals < 1:
        raise UsageError(f"{name} asks for max_evals={study.max_evals}; give {{max_evals}} N", "max_evals")
    return study


def _check_constant(program: Program, name: str) -> None:
    """Reject a name whose value no marker reaches, as far as the template's text shows."""
    if by_name(name) is not None:
        return  # a fit may report it, which is known after the first trial
    for constant in program.script.constants:
        if constant.name == name and not constant.used:
            reason = f"no marker affects it ({constant.place}), so it is the same in every trial"
            advice = constant.read or "name a number that depends on a marker"
            raise UsageError(f"objective {name}: {reason}; {advice}", "objective")


def check_objective(
    program: Program, study: Study, *, elsewhere: Collection[str] = (), directed: bool = True
) -> None:
    """Reject an objective of a script without any fit that none of its variables is, or of unknown direction.

    Args:
        program: program.
        study: study to run.
        elsewhere: names of the notebook that the program does not assign.
        directed: whether the direction has to be known.

    Raises:
        UsageError: the message names what the script can be searched by, each with its direction.
    """
    name, script = study.objective, program.script
    if name is None or program.may_report or script.results is None or script.last_call is not None:
        return
    if name not in script.results and all(constant.name != name for constant in script.constants):
        said = _nothing_is(program, name)
        if name in elsewhere:
            said = f"{name} is a variable that {program.source.name} does not assign: no marker affects it"
        raise UsageError(f"{said}; {_ways(program, name)}", "objective")
    if directed and study.maximize is None and name in script.numbers and not is_directed(name):
        raise UsageError(directions_text(name), "objective")


def named_objective(program: Program) -> str:
    """Return the objective that a search of a script has to name: its likeliest number, with a direction.

    Return an empty text if it has to name none, or if there is no number.

    Args:
        program: program.
    """
    script = program.script
    has_default = program.model is not None or program.may_report or script.last_call is not None
    if has_default or script.results is None or DEFAULT in script.results:
        return ""
    return next((objective_text(name).partition(" ")[0] for name in _likely(program)), "")


def check_arguments_given(program: Program, arguments: Sequence[str]) -> None:
    """Reject arguments of the template that take the place of marked defaults.

    Args:
        program: program.
        arguments: arguments of the template itself.

    Raises:
        UsageError: one does; each trial would use it, under drawn values.
    """
    for option in program.marked_options:
        if written := given(option, arguments):
            text = f"{written} is given after --, so the marked default of {option.names[0]} has no effect"
            advice = f"leave it out, or give {option.label} one value with {{fixed}} {option.label}=VALUE"
            raise UsageError(f"{text}: {advice}", "", ("fixed",))


def _nothing_is(program: Program, name: str) -> str:
    default = f"unless an objective is named, the search uses {DEFAULT}; " if name == DEFAULT else ""
    return (
        f"{default}{program.source.name} has no variable named {name}, and nothing that could report it: "
        "no Keras fit, no boosting, no hypertemplate.report(...)"
    )


def _ways(program: Program, objective: str) -> str:
    """Say by which of its variables a script can be searched, the likeliest first."""
    script = program.script
    if meant := did_you_mean(objective, script.numbers, cutoff=SIMILAR):
        return f"did you mean --objective {objective_text(meant)}?"
    names = _likely(program)
    if not names and script.last_value:
        call = f"score = {script.last_value}"
        either = "--objective score:max or --objective score:min"
        return f"assign its number to a variable, {call}, and name it: {either}"
    if not names:
        return (
            "assign the result of a trial to a variable at the top level, and name it: "
            "--objective NAME:min or --objective NAME:max"
        )
    ways = ["--objective " + objective_text(name) for name in names[:_MOST_EXAMPLES]]
    others = [name for name in script.numbers if name not in names[:_MOST_EXAMPLES]]
    more = f" (others that may be numbers: {', '.join(others)})" if others else ""
    return f"search by one of its own numbers: {_either(ways)}{more}"


def _likely(program: Program) -> list[str]:
    """Return the variables of a script that may be what it is searched by, the likeliest first."""
    script = program.script
    likely = [name for name in script.numbers if is_directed(name) or name in script.certain]
    return sorted(
        likely or script.numbers, key=lambda name: (not is_directed(name), not name.startswith("val"))
    )


def _either(ways: list[str]) -> str:
    return listed(ways).replace(" and ", " or ")


def parse_objective(text: str | None, *, maximize: bool) -> tuple[str | None, bool | None]:
    """Split ``NAME[:min|:max]``: the name, and whether it is maximised; by default the name decides.

    Where it does not, the direction is None, and the first trial has to tell.

    Raises:
        UsageError: an unknown direction, no name, or ``--maximize`` beside ``:min``.
    """
    if text is None:
        return None, maximize
    name, colon, direction = text.partition(":")
    if not name or (colon and direction not in ("min", "max")):
        raise UsageError(f"objective {text}: write NAME, NAME:min or NAME:max", "objective")
    if maximize and direction == "min":
        raise UsageError(f"objective {text}: contradicts maximize", "objective")
    if maximize or direction:
        return name, maximize or direction == "max"
    return name, by_name(name)


def lowest_advice(word: str) -> str:
    """Return advice for an option or a value by which a user asks for the lowest result; else empty.

    >>> lowest_advice("--minimize")[:31], lowest_advice("--maximize")
    ('the search minimises by default', '')
    """
    if word.lstrip("-").replace("-", "_") not in _LOWEST:
        return ""
    return "the search minimises by default; a number that has a name is minimised with --objective NAME:min"


def default_notes(
    program: Program,
    study: Study,
    *,
    max_evals: int | None,
    algorithm: Algorithm | None,
    seed: int | None,
    startup: int | None = None,
) -> list[str]:
    """List the notes on defaults: where the numbers are from, and that TPE starts at random."""
    hints = program.hints
    asked = [
        f"{name}={value}"
        for name, given, value in (
            ("max_evals", max_evals, hints.max_evals),
            ("algo", algorithm, hints.algorithm),
            ("rseed", seed, hints.seed),
        )
        if given is None and value is not None
    ]
    notes = []
    if asked:
        notes.append(f"{', '.join(asked)}, as in the file's own minimize() call")
    if max_evals is None and hints.max_evals is None:
        notes.append(f"running {DEFAULT_MAX_EVALS} trials, the default; change it with --max-evals N")
    random = startup or TPE_STARTUP
    if study.algorithm == "tpe" and study.max_evals <= random:
        text = f"tpe learns after {random} trials, and draws values at random before"
        more = f"; --algo bayes learns after 6 to {BAYES_STARTUP}"
        notes.append(text if min(random, study.max_evals) <= BAYES_STARTUP else f"{text}{more}")
    if study.objective is None and study.maximize is not None:
        notes += score_notes(program, maximize=study.maximize)
    elif study.objective is not None:
        notes += direction_notes(study.objective, study.maximize)
    if program.data_shares:
        shared, advice = program.data_shares, "make one inside it to load once"
        notes.append(
            f"{program.data}() runs anew for each trial, since the trial uses {shared} too: {advice}"
        )
    return notes


def score_notes(program: Program, *, maximize: bool) -> Iterator[str]:
    """Yield a note on a model function that returns a number for which the search goes the wrong way."""
    for number in program.returned:
        directions = [more for name in number.names if (more := by_name(name)) is not None]
        if not directions or (directions[0] != number.negated) == maximize:
            continue
        said = f"{program.model}() returns {number.text}, which should be {'low' if maximize else 'high'}"
        if maximize:
            yield f"{said}, but --maximize looks for the highest: leave --maximize out"
        else:
            way = "use --maximize" if number.negated else f"return -{number.text}, or use --maximize"
            yield f"{said}, but the search looks for the lowest: {way}"


def direction_notes(objective: str, maximize: bool | None) -> Iterator[str]:
    """Yield a note on a metric that is searched against its usual direction, as the user has asked."""
    usual = by_name(objective)
    if usual is not None and maximize is not None and usual != maximize:
        sides = ("high", "lowest", "highest", "max") if usual else ("low", "highest", "lowest", "min")
        should, asked, other, direction = sides
        yield (
            f"{objective} should be {should}, but the search looks for the {asked}, as you asked; "
            f"for the {other} give --objective {objective}:{direction}"
        )


def _first(*values: T | None) -> T:
    """Return the first value that is not None."""
    return next(value for value in values if value is not None)


def _known(name: str | None) -> Algorithm | None:
    return next((algorithm for algorithm in ALGORITHMS if algorithm == name), None)
