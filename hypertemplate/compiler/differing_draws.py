"""Random numbers that a trial draws, and that may be others than in a run of the whole file."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.random_generators import Draws, seeds_any
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.entry.exclusions import BY_COMMENT, SHOWN, UNNEEDED, calls_data
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.syntax.statements import is_main_guard

_OPERATIONS = ("tensorflow.random.", "tensorflow.image.random_", "tensorflow.compat.v1.random")
_IN_EACH = (Placement.TRIAL, Placement.BOTH, Placement.KEPT)


def left_out_draws(module: Module, partition: Partition) -> Iterator[Diagnostic]:
    """Yield a warning about the first statement that is left out and may draw numbers that others then lack.

    What surely draws is kept. A library's call that trains a baseline draws only if nothing gives it a seed.
    It is left out all the same, since it may take hours.
    """
    if partition.alive or not seeds_any(module):
        return
    draws = Draws(module)
    kept = {statement.number for statement in partition.kept}
    seeding: dict[str, TopLevel] = {}
    for statement in module.statements:
        if statement.number in kept:
            seeding.update(dict.fromkeys(draws.seeded(statement), statement))
        elif seeding and _is_beside(module, partition, statement):
            for package in sorted(draws.likely(statement) & seeding.keys()):
                later = [s for s in partition.kept if s.number > statement.number]
                reader = _reader(draws, package, [*later, *module.entry])
                if reader is not None:
                    yield _warning(module, partition, statement, seeding[package], reader)
                    return


def _is_beside(module: Module, partition: Partition, statement: TopLevel) -> bool:
    """Tell whether a statement that is left out is beside the search, and does not drive it."""
    reason = partition.left_out[statement.number]
    if is_main_guard(statement.node) or reason == BY_COMMENT:
        return False
    if reason == _data_call(partition):
        return True
    return module.read_when_run(statement).isdisjoint(partition.selection.names)


def _reader(draws: Draws, package: str, later: list[TopLevel]) -> TopLevel | None:
    """Return the first statement that draws from a package's generator before any seeds it again."""
    for statement in later:
        if package in draws.seeded(statement):
            return None
        if package in draws.likely(statement):
            return statement
    return None


def _data_call(partition: Partition) -> str:
    """Return the reason for which the file's own calls of its data function are left out."""
    data = partition.selection.data
    return calls_data(data.name) if data is not None else ""


def _warning(
    module: Module, partition: Partition, statement: TopLevel, seeding: TopLevel, reader: TopLevel
) -> Diagnostic:
    place, whole = statement.place, "all cells" if module.is_notebook else "the whole file"
    text = (
        f"{place} is left out and may draw from the random generator that {seeding.place} seeds, from which "
        f"{reader.place} draws later: its numbers may differ from those of a run of {whole}"
    )
    reason = partition.left_out[statement.number]
    run = f"'# hypertemplate: setup' at the end of {place} to have it run"
    help = f"write random_state=SEED in {place}, with a whole number in place of SEED"
    if reason in (SHOWN, UNNEEDED):
        help += f", or {run}"
    elif reason == _data_call(partition):
        help = f"write {run}, or '# hypertemplate: skip' to leave it out without this warning"
    return warning(Code.LEFT_OUT_DRAW, text, statement.span, help)


def repeated_draws(module: Module, partition: Partition) -> Iterator[Diagnostic]:
    """Yield a warning about each trial statement that draws from an operation after setup has.

    TensorFlow keeps the position of such an operation where nothing can read it, so that a trial begins with
    its first number, and a run of the whole file with a later one.
    """
    if partition.alive:
        return
    draws = Draws(module)
    trial = [s for s in partition.kept if partition.placed(s).placement in _IN_EACH]
    setup = [s for s in partition.kept if s not in trial]
    for call in module.entry:
        (trial if not call.names.binds or partition.data_per_trial else setup).append(call)
    drawn: dict[tuple[str, str], TopLevel] = {}
    for statement in reversed(setup):
        drawn.update(dict.fromkeys(_operations(module, draws.calls(statement)), statement))
    told: set[tuple[str, str]] = set()
    for statement in trial if drawn else ():
        for operation in _operations(module, draws.calls(statement)):
            before = drawn.get(operation)
            if before is not None and before.number < statement.number and operation not in told:
                told.add(operation)
                yield _warning_of_operation(operation, before, statement)


def _operations(module: Module, calls: Iterable[ast.Call]) -> Iterator[tuple[str, str]]:
    """Yield the operations that calls draw from, each with the seed of its own."""
    for call in calls:
        path = module.dotted(call.func) or ""
        last = path.rpartition(".")[2]
        if path.startswith(_OPERATIONS) and not last.startswith("stateless") and not last[:1].isupper():
            seeds = [keyword.value for keyword in call.keywords if keyword.arg == "seed"]
            yield from ((last, ast.unparse(seed)) for seed in seeds if ast.unparse(seed) != "None")


def _warning_of_operation(operation: tuple[str, str], before: TopLevel, statement: TopLevel) -> Diagnostic:
    name, seed = operation
    text = (
        f"{statement.place} draws from {name}(seed={seed}), from which {before.place} draws before the "
        "first trial; it starts again in each trial, so its numbers may differ from those of a run of the "
        "whole file"
    )
    help = "give one of them another seed, or draw from a tf.random.Generator"
    return warning(Code.REPEATED_DRAW, text, statement.span, help)
