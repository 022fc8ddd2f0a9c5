"""Templates as people wrote them for Hyperas, unchanged, each run for two real trials: plain Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Template
from tests.studies import study_data

HEAD = """\
from __future__ import print_function

from hyperopt import Trials, STATUS_OK, tpe
from hyperas import optim
from hyperas.distributions import choice, uniform, conditional

"""

SIMPLE = """
def data():
    '''
    Data providing function:

    This function is separated from model() so that hyperopt won't reload data for each evaluation run.
    '''
    x_train, y_train = [1.0, 2.0], [1, 0]
    x_test, y_test = [3.0], [1]
    return x_train, y_train, x_test, y_test


def model(x_train, y_train, x_test, y_test):
    layers = ['input']
    layers.append({{choice(['relu', 'sigmoid'])}})
    if conditional({{choice(['two', 'three'])}}) == 'three':
        layers.append({{choice(['dropout', 'linear'])}})
    acc = {{uniform(0, 1)}} / len(layers)
    print('Test accuracy:', acc)
    return {'loss': -acc, 'status': STATUS_OK, 'model': layers}


if __name__ == '__main__':
    best_run, best_model = optim.minimize(model=model,
                                          data=data,
                                          algo=tpe.suggest,
                                          max_evals=2,
                                          trials=Trials())
    X_train, Y_train, X_test, Y_test = data()
    print("Evalutation of best performing model:")
    print(best_model.evaluate(X_test, Y_test))
"""

LEAKY = """
def data():
    nb_classes = 10
    X_train, X_test = [1, 2], [3]
    return X_train, X_test


def model(X_test):
    print(space, sorted(space.keys()))
    units = {{choice([256, 512])}}
    score = len(X_test) * nb_classes + space['units'] - units
    return {'loss': score + {{uniform(0, 1)}}, 'status': STATUS_OK}


best_run, best_model = optim.minimize(model=model, data=data, algo=tpe.suggest, max_evals=2, trials=Trials())
print(best_run)
"""

IN_MAIN = """
import random


def visualize(values, title='untitled'):
    print(title, values)


def prepare():
    a, b, c = 1, 2, 3
    return a, b, c


def create_model(c, a):
    visualize([a, c])
    rate = {{uniform(0, 1)}}
    return c * 10 + a + rate


def main():
    best_run, best_model = optim.minimize(create_model, prepare, tpe.suggest, 2, Trials(),
                                          functions=[visualize], rseed=1337, verbose=False)
    visualize(best_run, title='best')


main()
"""

NO_PARAMETERS = """
def data():
    maxlen = 100
    return maxlen


def model():
    return {{uniform(0, 1)}} * maxlen


optim.minimize(model=model, data=data, algo=tpe.suggest, max_evals=2, trials=Trials(), notebook_name='simple')
"""

ENSEMBLE = """
def data():
    x = 4
    return x


def model(x):
    return {'loss': {{uniform(0, 1)}} + x, 'status': STATUS_OK}


ensemble_model = optim.best_ensemble(nb_ensemble_models=5,
                                     model=model, data=data,
                                     algo=tpe.suggest, max_evals=2,
                                     trials=Trials(),
                                     voting='hard')
print(ensemble_model.predict(1))
"""

WARNINGS = {
    "leaky": "model() uses nb_classes, local to data()",
}
TEMPLATES = {
    "simple": (SIMPLE, (-0.5, 0)),
    "leaky": (LEAKY, (10, 11)),
    "in_main": (IN_MAIN, (31, 32)),
    "no_parameters": (NO_PARAMETERS, (0, 100)),
    "ensemble": (ENSEMBLE, (4, 5)),
}


@pytest.mark.long
@pytest.mark.parametrize("name", TEMPLATES)
def test_an_old_template_runs_as_it_is(cli: Cli, template: Template, here: Path, name: str) -> None:
    text, (low, high) = TEMPLATES[name]
    template(HEAD + text)
    ran = cli("run", "model.py")
    assert ran.status == 0, ran.err
    kept = study_data(here / "model.study")
    assert (kept["study"]["max_evals"], kept["study"]["seed"]) == (2, 1337)
    assert all(low <= trial["loss"] <= high for trial in kept["trials"])
    assert len({trial["loss"] for trial in kept["trials"]}) == 2
    said = [line.partition(": warning ")[2] for line in ran.err.splitlines() if ": warning " in line]
    assert said == ([f"HT010: {WARNINGS[name]}"] if name in WARNINGS else [])


@pytest.mark.long
def test_the_space_that_leaked_shows_the_trials_values(cli: Cli, template: Template) -> None:
    template(HEAD + LEAKY)
    ran = cli("try", "model.py")
    assert ran.out.splitlines()[0] == "{'units': 256, 'loss': 0.5} ['loss', 'units']"


SEVERAL = """\
from hyperas import optim

def data():
    x = 1
    return x

def first(x):
    return x + {{uniform(0, 1)}}

def second(x):
    return x + {{uniform(8, 9)}}

optim.minimize(model=first, data=data, max_evals=2)
optim.minimize(model=second, data=data, max_evals=3)
"""


def test_several_calls_are_told_apart_by_the_model(cli: Cli, template: Template, here: Path) -> None:
    template(SEVERAL)
    ran = cli("run", "model.py")
    assert ran.status == 1
    assert (
        "model.py:13:1: error HT003: several minimize() calls name different models: first, second\n"
        in ran.err
    )
    assert "      = help: choose one: --model first\n" in ran.err
    assert cli("run", "model.py", "--model", "second").status == 0
    kept = study_data(here / "model.study")["trials"]
    assert len(kept) == 3
    assert all(9 <= trial["loss"] <= 10 for trial in kept)


NETWORK = """\
import os

WIDTH = 3

def load():
    x, y = 1, 2
    return x, y

def build(x, y):
    rate = {{uniform(0, 1)}}
    if rate > 0.9:
        return WIDTH / (x - 1)
    return WIDTH * rate

if __name__ == '__main__':
    print(build(*load()))
"""

MAIN = """\
from hyperas import optim
from network import build, load

if __name__ == '__main__':
    best = optim.minimize(model=build, data=load, max_evals=2)
"""


def test_functions_of_a_file_beside_are_searched_in_their_place(
    cli: Cli, template: Template, here: Path
) -> None:
    template(NETWORK, "network.py")
    template(MAIN, "main.py")
    assert cli("space", "main.py").out == (
        "label  distribution   where\nrate   uniform(0, 1)  network.py:10\n"
    )
    assert cli("run", "main.py").status == 0
    assert len(study_data(here / "main.study")["trials"]) == 2
    ran = cli("try", "main.py", "--set", "rate=0.95")
    assert ran.status == 3
    assert ran.err.endswith(
        "the trial failed:\n"
        "Traceback (most recent call last):\n"
        '  File "network.py", line 12, in build\n'
        "    return WIDTH / (x - 1)\n"
        "ZeroDivisionError: division by zero\n"
    )


def test_a_file_in_a_package_below_is_named_by_its_path(cli: Cli, template: Template, here: Path) -> None:
    (here / "src" / "nets").mkdir(parents=True)
    template("", "src/nets/__init__.py")
    template(NETWORK.replace("uniform(0, 1)", "uniform(1, 0)"), "src/nets/network.py")
    template(MAIN.replace("from network", "from nets.network"), "src/main.py")
    ran = cli("check", "src/main.py")
    assert ran.status == 1
    assert ran.err.startswith(
        "src/nets/network.py:10:14: error HT104: uniform() needs low < high, got low=1, high=0\n"
    )


def test_functions_of_a_file_beside_under_other_names(cli: Cli, template: Template, here: Path) -> None:
    template(NETWORK, "network.py")
    template(
        """\
        from hyperas import optim
        from network import build as create_model, load as data

        best = optim.minimize(model=create_model, data=data, max_evals=2)
        """,
        "main.py",
    )
    assert cli("run", "main.py", "--set", "rate=0.5", "--rerun-equal").status == 0
    assert [trial["loss"] for trial in study_data(here / "main.study")["trials"]] == [1.5, 1.5]
