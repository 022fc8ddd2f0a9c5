"""How long it takes to decide which of 1,000 trials count after an edit of their template.

    python benchmarks/edit_judgement.py

For the templates of `compile_speed.py`, of 150 to 3,000 lines with a marker in every tenth line: a marker
gets a wider range, a literal becomes a marker, and a statement behind a condition changes. One time is that
of comparing the two versions, both analysed for it; the other that of judging the trials. It is processor
time, the shortest of some runs.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable

from compile_speed import chain, functions, one_function

from hypertemplate.compiler.edits.source_edits import edits_between
from hypertemplate.compiler.markers.resolve import default_draw, resolve_literal
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.search.generations.judgement import judged
from hypertemplate.search.study import Trial, TrialState

SIZES = (150, 300, 1_000, 3_000)
TRIALS = 1_000


def source(text: str) -> Source:
    """A template of this text."""
    return Source((Part("file", "model.py", text),), path="model.py")


def space(template: Source) -> tuple[Dimension, ...]:
    """The space of a template whose bounds are all written as numbers."""
    found = (resolve_literal(parameter) for parameter in compile_source(template).space.parameters)
    return tuple(dimension for dimension in found if dimension is not None)


def edited(text: str) -> tuple[str, str]:
    """The template with a choice that a branch tests, before and after the edits."""
    head = "def model(x, y):\n"
    branch = "    kind = {{choice(['a', 'b'])}}\n    scale = 2\n    if kind == 'a':\n        scale = SCALE\n"
    before = text.replace(head, head + branch.replace("SCALE", "3"))
    after = text.replace(
        head, head + branch.replace("SCALE", "4").replace("scale = 2", "scale = {{choice([2, 5])}}")
    )
    return before, after.replace("{{uniform(0, 0.5)}}", "{{uniform(0, 0.8)}}", 1)


def trials(space: tuple[Dimension, ...]) -> list[Trial]:
    """Trials of a space: the middle of each range, a random option of each choice."""
    draws = random.Random(1)
    found = []
    for number in range(TRIALS):
        params: dict[str, float] = {}
        for one in space:
            if one.parent is None or params.get(one.parent[0]) == one.parent[1]:
                params[one.label] = draws.randrange(len(one.options)) if one.options else default_draw(one)
        found.append(Trial(number, TrialState.COMPLETE, params, 0.5))
    return found


def seconds(action: Callable[[], object], runs: int) -> float:
    """The shortest processor time of some runs."""
    durations = []
    for _ in range(runs):
        start = time.process_time()
        action()
        durations.append(time.process_time() - start)
    return min(durations)


def main() -> None:
    """Time everything and print one line for each template."""
    parser = argparse.ArgumentParser(description="Time the judgement of trials after an edit.")
    parser.add_argument("--runs", type=int, default=3, help="how often each is timed; the shortest counts")
    runs = parser.parse_args().runs
    print(f"{'template':<14}{'lines':>7}{'markers':>9}{'compare s':>11}{'judge s':>9}{'kept':>6}")
    for shape in (functions, chain, one_function):
        for size in SIZES:
            before, after = (source(text) for text in edited(shape(size)))
            spaces = space(before), space(after)
            ran = trials(spaces[0])

            def compare(before: Source = before, after: Source = after) -> object:
                return edits_between(before, after, model=None, data=None)

            edits = edits_between(before, after, model=None, data=None)
            found = judged(ran, edits, *spaces)
            times = seconds(compare, runs), seconds(lambda: judged(ran, edits, *spaces), runs)  # noqa: B023
            print(
                f"{shape.__name__:<14}{size:>7,}{len(spaces[0]):>9,}{times[0]:>11.3f}{times[1]:>9.3f}{len(found.kept):>6}"
            )


if __name__ == "__main__":
    main()
