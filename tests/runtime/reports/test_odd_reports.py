"""Reports in real workers: processes that the trial starts, threads, and a worker that dies while it waits."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from hypertemplate.executors.base import Died
from hypertemplate.runtime.protocol import Epoch, Finished, FitStarted, Go, Pruned, Run, Stop
from tests.runtime.programs import program, uniform
from tests.runtime.talk import received, started

SETUP = """
    import os, threading
    from hypertemplate import report
"""


def test_a_worker_that_dies_while_it_waits_for_an_answer_is_a_death(tmp_path: Path) -> None:
    model = "def model():\n    report(step=0, pid=os.getpid())\n    return 0.5\n"
    with started(program(setup=SETUP, trial=model, folder=tmp_path)) as executor:
        executor.send(0, Run(0, {}, 1))
        assert isinstance(received(executor), FitStarted)
        executor.send(0, Go())
        asked = received(executor)
        assert isinstance(asked, Epoch)
        os.kill(int(asked.metrics["pid"]), signal.SIGKILL)
        died = received(executor)
        assert isinstance(died, Died), died
        executor.send(0, Go())  # an answer that was on its way


def test_processes_report_nothing_and_threads_do(tmp_path: Path) -> None:
    model = """
        def model():
            child = os.fork()
            if child == 0:
                report(step=7, loss=7)
                os._exit(0)
            os.waitpid(child, 0)
            thread = threading.Thread(target=report, kwargs={'step': 1, 'loss': 1})
            thread.start()
            thread.join()
            report(step=2, loss=2)
            return (_ht_['rate'])
    """
    made = program(setup=SETUP, trial=model, folder=tmp_path, parameters=(uniform("rate"),))
    with started(made) as executor:
        executor.send(0, Run(0, {"rate": 0.25}, 1))
        heard = [received(executor)]
        while not isinstance(heard[-1], Finished):
            executor.send(0, Stop("enough") if isinstance(heard[-1], Epoch) else Go())
            heard.append(received(executor))
    epochs = [message for message in heard if isinstance(message, Epoch)]
    assert [one.metrics for one in epochs] == [{"loss": 1.0}]
    ended = heard[-1]
    assert isinstance(ended, Finished)
    assert ended.outcome == Pruned(None, "enough")
