from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from hypertemplate.runtime.hooks.patch import replace, replace_everywhere


class Base:
    def inherited(self) -> str:
        return "base"


class Holder(Base):
    def own(self) -> str:
        return "own"


@pytest.mark.parametrize(
    "name", [pytest.param("own", id="its own"), pytest.param("inherited", id="what it inherits")]
)
def test_what_is_replaced_is_given_back(name: str) -> None:
    before = dict(vars(Holder))
    give_back = replace(Holder, name, lambda self: "mine")
    assert getattr(Holder(), name)() == "mine"
    give_back()
    assert dict(vars(Holder)) == before


def test_what_somebody_else_has_put_there_since_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Holder, "own", Holder.own)
    give_back = replace(Holder, "own", lambda self: "mine")
    Holder.own = lambda self: "theirs"  # type: ignore[method-assign]
    give_back()
    assert Holder().own() == "theirs"


def test_every_module_of_the_package_that_has_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def clear() -> str:
        return "own"

    modules: dict[str, Any] = {}
    for name in ("keras_like", "keras_like.backend", "keras_like.backend.state", "keras_like_not"):
        modules[name] = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, modules[name])
        modules[name].clear = clear
    modules["keras_like.backend"].clear = other = lambda: "other"
    undo = replace_everywhere("keras_like", "clear", clear, lambda: "mine")
    assert [module.clear() for module in modules.values()] == ["mine", "other", "mine", "own"]
    for give_back in undo:
        give_back()
    assert [module.clear for module in modules.values()] == [clear, other, clear, clear]
