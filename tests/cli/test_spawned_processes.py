"""Processes that a template starts by ``spawn`` or ``forkserver``, which cannot import it. Real processes."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli, Template

pytestmark = pytest.mark.long

POOL = """\
import multiprocessing


def square(x):
    return x * x


if __name__ == '__main__':
    rate = {{uniform(0, 1)}}
    multiprocessing.set_start_method('spawn')
    with multiprocessing.Pool(1) as pool:
        loss = rate + sum(pool.map(square, [1, 2, 3]))
"""

WAYS = """\
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial


class Box:
    def __len__(self):
        return 3


def square(x):
    return x * x


def of_pool(function, value):
    with multiprocessing.get_context('spawn').Pool(1) as pool:
        return pool.apply(function, (value,))


def of_process(method):
    process = multiprocessing.get_context(method).Process(target=square, args=(2,))
    process.start()
    process.join()


def of_executor():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('forkserver')) as pool:
        return pool.submit(square, 3).result()


def beside(way):
    context = multiprocessing.get_context('fork')
    with context.Pool(1) as pool, ProcessPoolExecutor(1, mp_context=context) as executor:
        assert pool.map(square, [2]) == [4] and executor.submit(square, 3).result() == 9
        try:
            return way()
        finally:
            assert pool.map(square, [2]) == [4] and executor.submit(square, 3).result() == 9


def loss():
    for way in (
        lambda: of_pool(partial(square, 2), ()),
        lambda: of_pool(len, Box()),
        lambda: of_process('spawn'),
        lambda: of_process('forkserver'),
        of_executor,
        lambda: beside(lambda: of_pool(partial(square, 2), ())),
        lambda: beside(of_executor),
    ):
        try:
            way()
        except Exception as error:
            print('refused:', str(error).partition(':')[0])
    return {{uniform(0, 1)}}
"""

OWN = """\
def square(x):
    return x * x
"""

WORKING = """\
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from joblib import Parallel, delayed

import own


def square(x):
    return x * x


def loss():
    rate, total = {{uniform(0, 1)}}, 0
    with multiprocessing.get_context('spawn').Pool(1) as pool:
        total += sum(pool.map(own.square, [1, 2, 3]))
        total += sum(Parallel(2)(delayed(square)(x) for x in [1, 2, 3]))
        with multiprocessing.get_context('fork').Pool(1) as forked:
            total += sum(forked.map(square, [1, 2, 3]))
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('forkserver')) as pool:
        total += sum(pool.map(own.square, [1, 2, 3]))
    with ThreadPoolExecutor(1) as pool:
        total += sum(pool.map(square, [1, 2, 3]))
    return rate + total
"""


def test_a_pool_that_cannot_import_the_template_ends_the_search_after_its_first_trial(
    cli: Cli, template: Template
) -> None:
    template(POOL, "train.py")
    status, _, err = cli("run", "train.py", "--max-evals", "3", "--objective", "loss:min")
    assert status == 3
    assert (
        "square() cannot be sent to a process started by spawn, which cannot import a template: move it into a module "
        "without markers and import it, or use multiprocessing.get_context('fork'), joblib or threads (train.py:12)\n"
    ) in err
    assert "stopped: the other trials would fail for the same reason\n" in err


def test_each_way_to_send_a_definition_of_the_template_is_refused(cli: Cli, template: Template) -> None:
    template(WAYS)
    _, out, err = cli("try", "model.py", "--model", "loss", "--set", "uniform=0.5")
    assert [line for line in out.splitlines() if line.startswith("refused")] == [
        "refused: square() cannot be sent to a process started by spawn, which cannot import a template",
        "refused: class Box cannot be sent to a process started by spawn, which cannot import a template",
        "refused: square() cannot be sent to a process started by spawn, which cannot import a template",
        "refused: square() cannot be sent to a process started by forkserver, which cannot import a template",
        "refused: square() cannot be sent to a process started by forkserver, which cannot import a template",
        "refused: square() cannot be sent to a process started by spawn, which cannot import a template",
        "refused: square() cannot be sent to a process started by forkserver, which cannot import a template",
    ], err


def test_what_the_refusal_advises_works(cli: Cli, template: Template) -> None:
    template(OWN, "own.py")
    template(WORKING)
    status, out, err = cli("run", "model.py", "--model", "loss", "--max-evals", "1", "--set", "rate=0.5")
    assert (status, out.splitlines()[:1]) == (0, ["best of 1 trial: trial 0, loss 70.5, minimised"]), err
