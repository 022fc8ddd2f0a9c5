"""What a fresh run compiles, and the other ways to change a text for a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.compiler.diagnostics.edit import Edit, edited
from hypertemplate.compiler.replaced_markers import replaced_markers
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.suggestions.marked_source import marked_source
from hypertemplate.compiler.suggestions.proposals import proposals
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.tuned_source.changed_epochs import changed_epochs
from hypertemplate.compiler.tuned_source.suggested_values import edits_of_file
from hypertemplate.compiler.tuned_source.tuned_edits import plain_edits, values_in_place
from tests.compiler.support import analysis, compiled, module, project, source, tree
from tests.compiler.tuned_source.support import values_of

SCRIPT = "import random\nxs = [1, 2]\nrate = {{uniform(0, 1)}}\nloss = rate * random.random()\n"
GIVEN = (
    "from hyperas import optim\ndef data(n, k=2): return [n, k]\n"
    "def model(xs): return {{uniform(0, 1, name='rate')}}\n"
    "optim.minimize(model=model, data=data, data_args=ARGS, max_evals=2, trials=None)\n"
)


def test_statements_run_in_the_trial_as_with_their_markers() -> None:
    found = plain_edits(source(SCRIPT), analysis(SCRIPT), values_of(SCRIPT, {"rate": 0.5}), None)
    text = edited(SCRIPT, found.edits)
    program = compile_source(source(text), replaced=replaced_markers(found.edits, found.marked))
    assert [s.placement for s in program.parts[0].statements] == [
        s.placement for s in compiled(SCRIPT).parts[0].statements
    ]
    assert program.space.parameters == ()


@pytest.mark.parametrize(
    "nets",
    [
        pytest.param(
            "RATE = {{uniform(0, 1, name='rate')}}\ndef layer(x): return x * RATE\n", id="when it is imported"
        ),
        pytest.param("def layer(x): return x * {{uniform(-1, 1, name='rate')}} ** 2\n", id="in a body"),
        pytest.param(
            "def layer(x):\n    rate = 0.25  # tune: uniform(0, 1)\n    return x * rate\n", id="in a comment"
        ),
        pytest.param(
            "def layer(x, rate={{uniform(0, 1)}}): return x * rate\n", id="in an argument's default"
        ),
        pytest.param("layer = lambda x: x * {{uniform(0, 1, name='rate')}}\n", id="in a lambda"),
        pytest.param(
            "class Net:\n    rate = {{choice([0.5, max(1, 2)], name='rate')}}\ndef layer(x): return x * Net.rate\n",
            id="in a class",
        ),
    ],
)
def test_modules_of_the_users_own_run_as_with_their_markers(nets: str) -> None:
    main = "from nets import layer\ndef model():\n    return layer({{uniform(0, 1, name='x')}})\n"
    whole = project(main, {"nets.py": nets})
    rate = "max(1, 2)" if "choice" in nets else -0.5 if "(-1" in nets else 0.5
    found = plain_edits(whole, analysis(whole), values_of(whole, {"x": 0.5, "rate": rate}), None)
    texts = [
        edited(part.text, [e for e in found.edits if e.span.part == n]) for n, part in enumerate(whole.parts)
    ]
    parts = tuple(replace(part, text=text) for part, text in zip(whole.parts, texts, strict=True))
    after = compile_source(replace(whole, parts=parts), replaced=replaced_markers(found.edits, found.marked))
    before = compile_source(whole)
    placed = [[[one.placement for one in part.statements] for part in of.parts] for of in (before, after)]
    assert placed[0] == placed[1]
    assert after.anew == before.anew
    assert not any("{{" in text or "tune" in text for text in texts)


@pytest.mark.parametrize(
    ("arguments", "count"), [("(1, 2)", 2), ("[3]", 1), ("PAIR", None)], ids=["tuple", "list", "name"]
)
def test_the_data_function_gets_the_arguments_of_the_search(arguments: str, count: int | None) -> None:
    text = f"PAIR = (1, 2)\n{GIVEN.replace('ARGS', arguments)}"
    known = analysis(text)
    found = plain_edits(source(text), known, values_of(text, {"rate": 0.5}), None)
    plain = edited(text, found.edits)
    replaced = replaced_markers(found.edits, found.marked, arguments)
    program = compile_source(source(plain), model="model", data="data", replaced=replaced)
    assert program.data_args is not None
    assert program.data_args.text == arguments
    assert replaced_markers((), ()).completed(known.module, known.selection) is known.selection
    assert replaced.completed(module(plain), known.selection).data_args_count == count


EPOCHS = [
    pytest.param("net.fit(x, epochs=5)\nf(nb_epoch=2)\n", "net.fit(x, epochs=9)\nf(nb_epoch=9)\n", id="arguments"),
    pytest.param("EPOCHS = 5\nnet.fit(x, epochs=EPOCHS)\n", "EPOCHS = 9\nnet.fit(x, epochs=EPOCHS)\n", id="the name that an argument is"),
    pytest.param("n_epochs: int = 5\nfor epoch in range(n_epochs): pass\n", "n_epochs: int = 9\nfor epoch in range(n_epochs): pass\n", id="a name that says so, without an argument"),
    pytest.param("net.fit(x, epochs={{choice([1, 2])}})\n", "net.fit(x, epochs=9)\n", id="a marker"),
    pytest.param("epochs = 5\nx = 1\nx: int\n", "epochs = 9\nx = 1\nx: int\n", id="and no other name"),
    pytest.param("net.fit(x, **options)\n", "net.fit(x, **options)\n", id="nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EPOCHS)
def test_fits_run_for_another_number_of_epochs(text: str, expected: str) -> None:
    assert edited(text, changed_epochs([tree(text)], 9)) == expected


def test_values_of_proposed_markers_take_the_places_of_todays() -> None:
    file = source(
        "from sklearn.svm import SVC\nmachine = SVC(C=1.0, gamma=0.1)\nmachine.fit([[0], [1]], [0, 1])\n"
        "loss = 1 - machine.score([[0]], [0]) + {{uniform(0, 1, name='x')}}\n"
    )
    found = proposals(file)
    marked = marked_source(file, found)
    known = analysis(marked)
    values = values_of(marked, {"C": 1.0, "gamma": 0.25, "x": 0.5})
    edits, placed = edits_of_file(
        [Edit(Span(0, 0, 0), "# here\n")], values_in_place(known, values).edits, found
    )
    assert [edit.text for edit in placed] == ["1.0", "0.25"]
    assert edited(file.parts[0].text, edits).startswith(
        "# here\nfrom sklearn.svm import SVC\nmachine = SVC(C=1.0, gamma=0.25)\n"
    )


def test_values_in_place_take_comments_along() -> None:
    text = "def model(y=1):\n    x = max(0.5, y)  # tune: uniform(0, 1)\n    return x\n"
    found = values_in_place(analysis(text), values_of(text, {"x": 0.25}))
    assert edited(text, found.edits) == "def model(y=1):\n    x = max(0.25, y)\n    return x\n"
