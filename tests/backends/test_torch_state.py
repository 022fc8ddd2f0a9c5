"""What trials change of PyTorch's objects that setup made is put back."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from hypertemplate.compiler.program import Reached
from hypertemplate.runtime.state.record import Changes, Record
from hypertemplate.runtime.state.recorded_state import Root

pytest.importorskip("torch")
torch: Any = importlib.import_module("torch")

X, Y = torch.ones(8, 3), torch.ones(8, 1)


def record(value: Any) -> Record:
    """The record of what one name holds."""
    return Record([Root("base", Reached("base", "line 2"), value)], own=False)


def network() -> Any:
    """A small network with everything that has state."""
    nn = torch.nn
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(), nn.Linear(4, 1))


def train(net: Any) -> None:
    """Take a step."""
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    ((net(X) - Y) ** 2).mean().backward()
    optimizer.step()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(train, id="a step of training"),
        pytest.param(lambda net: net.eval(), id="its mode"),
        pytest.param(lambda net: net[0].weight.requires_grad_(False), id="a layer that is frozen"),
        pytest.param(lambda net: [one.data.add_(1) for one in net.parameters()], id="past the history"),
        pytest.param(lambda net: net[0].weight.data.copy_(net[3].weight.data[0, :3]), id="one parameter"),
    ],
)
def test_a_network_is_put_back(change: Callable[[Any], object]) -> None:
    net = network()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    shared = record(net)
    assert shared.compare(0, None) == Changes()
    for number in range(2):
        change(net)
        shared.compare(number, None)
        shared.put_back()
        assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
        assert net.training
        assert all(one.requires_grad and one.grad is None for one in net.parameters())
        assert shared.compare(number, None) == Changes()


def test_a_network_with_another_layer_has_the_program_loaded_anew() -> None:
    net = network()
    shared = record(net)
    net[3] = torch.nn.Linear(4, 2)
    assert shared.compare(0, None).lasting == "trial 0 changed 'base', which cannot be put back"


def test_a_layer_that_has_no_shape_yet() -> None:
    layer = torch.nn.LazyLinear(2)
    shared = record(layer)
    assert shared.compare(0, None) == Changes()
    layer(X)
    assert shared.compare(0, None).lasting == "trial 0 changed 'base', which cannot be put back"


@pytest.mark.parametrize("kind", ["float32", "bfloat16", "int64"])
def test_a_tensor_is_put_back(kind: str) -> None:
    value = torch.arange(6).to(getattr(torch, kind))
    shared = record(value)
    value.mul_(2)
    assert len(shared.compare(0, None).notes) == 1
    shared.put_back()
    assert value.tolist() == [0, 1, 2, 3, 4, 5]
    assert shared.compare(1, None) == Changes()


def test_a_tensor_is_copied_by_clone() -> None:
    value = torch.arange(6.0)
    shared = record(value)
    value.mul_(2)
    assert shared.compare(0, None).notes[0].endswith("base = base.clone()")


def test_an_optimizer_and_what_steers_it() -> None:
    net = network()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.5)
    held = [optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 1)]
    shared = record(held)
    ((net(X) - Y) ** 2).mean().backward()
    optimizer.step()
    held[1].step()
    assert len(shared.compare(0, None).notes) == 1
    shared.put_back()
    assert (dict(optimizer.state), optimizer.param_groups[0]["lr"]) == ({}, 0.5)
    assert shared.compare(1, None) == Changes()


def test_a_generator_draws_the_same_again() -> None:
    generator = torch.Generator()
    shared = record(generator)
    first = torch.rand(3, generator=generator)
    shared.compare(0, None)
    shared.put_back()
    assert torch.equal(torch.rand(3, generator=generator), first)


def test_what_only_reads_changes_nothing() -> None:
    data = torch.utils.data
    loader = data.DataLoader(data.TensorDataset(X, Y), batch_size=2, shuffle=True)
    shared = record({"loader": loader, "loss": torch.nn.MSELoss()})
    list(loader)
    assert shared.compare(0, None) == Changes()
