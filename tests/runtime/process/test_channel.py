from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from hypertemplate.errors import WorkerError
from hypertemplate.runtime.process.channel import Channel
from hypertemplate.runtime.protocol import (
    Drop,
    Exit,
    FitEnded,
    Go,
    Run,
    Saved,
    Stop,
    ToWorker,
    from_worker,
    to_line,
)

Ends = tuple[Channel, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    """A channel and the driver's socket."""
    theirs, ours = socket.socketpair()
    with theirs, contextlib.closing(Channel(ours)) as channel:
        yield channel, theirs


def test_messages_go_both_ways(ends: Ends) -> None:
    channel, driver = ends
    channel.send(Saved("best.keras"))
    assert from_worker(driver.recv(1000)) == Saved("best.keras")
    driver.sendall(to_line(Run(3, {"rate": 0.5}, 7)) + to_line(Drop()))
    assert channel.receive() == Run(3, {"rate": 0.5}, 7)
    assert channel.receive() == Drop()


def test_the_end_of_the_stream_is_none(ends: Ends) -> None:
    channel, driver = ends
    driver.close()
    assert channel.receive() is None


@pytest.mark.parametrize("answer", [Go(), Stop()])
def test_a_question_is_answered(ends: Ends, answer: Go | Stop) -> None:
    channel, driver = ends
    driver.sendall(to_line(answer))
    assert channel.ask(FitEnded(0, 3)) == answer
    assert from_worker(driver.recv(1000)) == FitEnded(0, 3)


def test_a_message_that_does_not_wait_is_sent_alone(ends: Ends) -> None:
    channel, driver = ends
    message = FitEnded(0, 3, waits=False)
    assert channel.ask(message) == Go(), "nobody has answered"
    assert from_worker(driver.recv(1000)) == message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        pytest.param(Exit(), "the driver answered FitEnded with Exit()", id="another message"),
        pytest.param(None, "the driver answered FitEnded with None", id="the end of the stream"),
    ],
)
def test_another_answer_is_an_error(ends: Ends, answer: ToWorker | None, message: str) -> None:
    channel, driver = ends
    if answer is not None:
        driver.sendall(to_line(answer))
    driver.shutdown(socket.SHUT_WR)
    with pytest.raises(WorkerError) as caught:
        channel.ask(FitEnded(0, 3))
    assert str(caught.value) == message
