"""A model function that returns a score, which the search would make as low as it can."""

from __future__ import annotations

import pytest

from hypertemplate.search.new_study import default_notes, new_study
from tests.compiler.support import compiled

LOW = "a number that should be low"
COMPILED = "net.compile('adam', 'mse', metrics=['accuracy', 'mae'])\nfound = net.evaluate(x)\n"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        pytest.param("accuracy = (x == y).mean()\nreturn accuracy", "accuracy", id="by its name"),
        pytest.param("_, acc = net.evaluate(x, y)\nreturn acc", "acc", id="one of several values"),
        pytest.param("return clf.score(x, y)", "clf.score(x, y)", id="an estimator's score"),
        pytest.param("s = clf.score(x, y)\nreturn float(s)", "float(s)", id="under a name that says nothing"),
        pytest.param("loss = f1_score(x, y)\nreturn loss", "loss", id="under a name that says otherwise"),
        pytest.param(
            "return np.mean(cross_val_score(clf, x, y))", "np.mean(cross_val_score(clf, x, y))", id="a mean"
        ),
        pytest.param(
            "return cross_val_score(clf, x, y).mean()", "cross_val_score(clf, x, y).mean()", id="its method"
        ),
        pytest.param(f"{COMPILED}return found[1]", "found[1]", id="a metric of evaluate"),
        pytest.param(
            "return max(net.fit(x).history['val_auc'])", "max(net.fit(x).history['val_auc'])", id="a history"
        ),
        pytest.param(
            "h = net.fit(x).history\nreturn h['val_acc'][-1]", "h['val_acc'][-1]", id="its last epoch"
        ),
        pytest.param("return {'loss': r2_score(x, y), 'status': 'ok'}", "r2_score(x, y)", id="in a dict"),
        pytest.param("return -accuracy_score(x, y)", LOW, id="negated"),
        pytest.param("acc = -clf.score(x, y)\nreturn acc", LOW, id="negated before"),
        pytest.param("acc = clf.score(x, y)\nacc *= -1\nreturn acc", "", id="negated in place"),
        pytest.param("acc = 1 - clf.score(x, y)\nreturn acc", LOW, id="subtracted from one"),
        pytest.param("acc = clf.score(x, y)\nreturn 1 - acc", LOW, id="subtracted where it is returned"),
        pytest.param("accuracy = mean_squared_error(x, y)\nreturn accuracy", LOW, id="an error, whatever its name"),
        pytest.param("return mean_absolute_error(x, y)", LOW, id="an error"),
        pytest.param("return {'loss': -acc, 'acc': acc}", "", id="a metric too, negated"),
        pytest.param("return {'loss': acc, 'acc': acc}", "", id="a metric too, of which the first trial tells"),
        pytest.param(f"{COMPILED}return found[2]", LOW, id="an error of evaluate"),
        pytest.param(f"{COMPILED}return found[0]", "", id="the loss of evaluate"),
        pytest.param("score = net.evaluate(x, y)\nreturn score[1]", "", id="unknown metrics"),
        pytest.param(
            "net.compile('adam', loss='mse')\nfound = net.evaluate(x)\nreturn found[1]", "", id="no metrics"
        ),
        pytest.param("return score(x)", "", id="a function of one's own"),
        pytest.param("return net.fit(x, y)", "", id="a history whole"),
    ],
)  # fmt: skip
def test_a_note_before_the_first_trial(body: str, shown: str) -> None:
    returned = body.rpartition("return ")[2]
    high = (
        f"model() returns {shown}, which should be high, but the search looks for the lowest: "
        f"return -{shown}, or use --maximize"
    )
    low = (
        f"model() returns {returned}, which should be low, but --maximize looks for the highest: "
        "leave --maximize out"
    )
    lowest, highest = notes(body)
    assert lowest == ([high] if shown and shown != LOW else [])
    assert highest == ([low] if shown == LOW else [])


def test_a_negated_error_is_to_be_maximised() -> None:
    note = (
        "model() returns -mean_squared_error(x, y), which should be high, but the search looks for the lowest"
    )
    assert notes("return -mean_squared_error(x, y)") == ([f"{note}: use --maximize"], [])


def notes(body: str) -> tuple[list[str], list[str]]:
    """The notes on what a model of these lines returns: of a search for the lowest, and for the highest."""
    lines = ["rate = {{uniform(0, 1)}}", *body.splitlines()]
    inside = "".join(f"    {line}\n" for line in lines)
    program = compiled(f"from mine import *\ndef model(x=0, y=0, acc=0):\n{inside}", model="model")
    studies = (new_study(program, maximize=more) for more in (False, True))
    lowest, highest = (
        [
            note
            for note in default_notes(program, study, max_evals=50, algorithm="random", seed=1)
            if "returns" in note
        ]
        for study in studies
    )
    return lowest, highest
