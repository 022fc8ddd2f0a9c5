from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hypertemplate.errors import WorkerError
from hypertemplate.origin import Unit
from hypertemplate.runtime.process import channel as channel_module
from hypertemplate.runtime.process.channel import Channel
from hypertemplate.runtime.protocol import (
    Drop,
    Epoch,
    Exit,
    FitEnded,
    FitStarted,
    FromWorker,
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


def started(unit: Unit) -> FitStarted:
    return FitStarted(0, 300, unit, waits=False)


def report(number: int, ago_s: float = 0.0) -> Epoch:
    return Epoch(0, number, {"logloss": 0.5}, number, ago_s=ago_s, waits=False)


def heard(driver: socket.socket) -> list[FromWorker]:
    """Messages that have arrived, with their times to a hundredth of a second."""
    driver.setblocking(False)
    try:
        lines = driver.recv(10_000).splitlines()
    except BlockingIOError:
        return []
    messages = [from_worker(line) for line in lines]
    return [replace(one, ago_s=round(one.ago_s, 2)) if isinstance(one, Epoch) else one for one in messages]


def test_rounds_of_boosting_arrive_together_and_with_their_ages(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, driver = ends
    now_s = iter((0.0, 0.01, 0.01, 0.03, 0.03, 0.11, 0.11, 0.15, 0.15, 0.17))
    monkeypatch.setattr(channel_module, "monotonic", lambda: next(now_s))
    arrived = []
    end = FitEnded(0, 4, waits=False)
    for message in (started("round"), report(0), report(1), report(2), report(3), end):
        assert channel.ask(message) == Go()
        arrived.append(heard(driver))
    assert arrived == [
        [started("round")],
        [],
        [],
        [report(0, 0.1), report(1, 0.08), report(2)],
        [],
        [report(3, 0.02), end],
    ]


@pytest.mark.parametrize("unit", ["epoch", "step"])
def test_epochs_and_steps_are_sent_at_once(ends: Ends, unit: Unit) -> None:
    channel, driver = ends
    for message in (started("round"), started(unit), report(0), report(1)):
        channel.ask(message)
    assert heard(driver)[1:] == [started(unit), report(0), report(1)]


def test_a_round_that_waits_is_answered_at_once(ends: Ends) -> None:
    channel, driver = ends
    channel.ask(started("round"))
    driver.sendall(to_line(Stop()))
    assert channel.ask(replace(report(0), waits=True)) == Stop()


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
