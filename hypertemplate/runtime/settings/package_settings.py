"""Settings of NumPy, pandas, scikit-learn, matplotlib, PyTorch, JAX and XGBoost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from hypertemplate.runtime.settings.setting_kinds import Setting, changed_keys, keywords, pair


def _flat(options: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in options.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _pandas(module: ModuleType) -> Any:
    return dict(_flat(module._global_config))


def _set_pandas(module: ModuleType, value: Any) -> None:
    now = _pandas(module)
    for name in value:
        if value[name] != now.get(name):
            module.set_option(name, value[name])


_BACKEND = ("backend", "backend_fallback")
"""Entries of rcParams that do nothing by themselves."""


def _styles(module: ModuleType) -> Any:
    return {name: value for name, value in dict.items(module.rcParams) if name not in _BACKEND}


def _set_styles(module: ModuleType, value: Any) -> None:
    for name in value:
        if dict.__getitem__(module.rcParams, name) != value[name]:
            dict.__setitem__(module.rcParams, name, value[name])


def _figures(module: ModuleType) -> Any:
    return tuple(module.Gcf.figs)


def _close_figures(module: ModuleType, value: Any) -> None:
    for number in [number for number in module.Gcf.figs if number not in value]:
        module.Gcf.destroy(number)


def _jax(module: ModuleType) -> Any:
    return dict(module.config.values)


def _set_jax(module: ModuleType, value: Any) -> None:
    for name, now in _jax(module).items():
        if name in value and value[name] != now:
            module.config.update(name, value[name])


def _deterministic(module: ModuleType) -> Any:
    return (
        module.are_deterministic_algorithms_enabled(),
        module.is_deterministic_algorithms_warn_only_enabled(),
    )


def _set_deterministic(module: ModuleType, value: Any) -> None:
    module.use_deterministic_algorithms(value[0], warn_only=value[1])


def _torch_prints(module: ModuleType) -> Any:
    return dict(vars(module.PRINT_OPTS))


def _set_torch_prints(module: ModuleType, value: Any) -> None:
    for name, option in value.items():
        setattr(module.PRINT_OPTS, name, option)


def _default_device(module: ModuleType) -> Any:
    return str(module.get_default_device())


def _set_default_device(module: ModuleType, value: Any) -> None:
    module.set_default_device(value if value != "cpu" else None)


_CUDNN = ("allow_tf32", "benchmark", "deterministic", "enabled")


def _cudnn(module: ModuleType) -> Any:
    there = getattr(module.backends, "cudnn", None)
    return {name: getattr(there, name) for name in _CUDNN if hasattr(there, name)}


def _set_cudnn(module: ModuleType, value: Any) -> None:
    for name, wanted in value.items():
        setattr(module.backends.cudnn, name, wanted)


def _numpy_prints(module: ModuleType) -> Any:
    return dict(module.get_printoptions())


def _set_numpy_prints(module: ModuleType, value: Any) -> None:
    module.set_printoptions(**value)


PACKAGE_SETTINGS = (
    keywords("numpy", "geterr", "seterr"),
    pair("numpy", "geterrcall", "seterrcall"),
    Setting("numpy", _numpy_prints, _set_numpy_prints),
    Setting("pandas._config.config", _pandas, _set_pandas, changed_keys),
    keywords("sklearn", "get_config", "set_config"),
    Setting("matplotlib", _styles, _set_styles, changed_keys),
    Setting("jax", _jax, _set_jax, changed_keys),
    keywords("xgboost", "get_config", "set_config"),
    pair("torch", "get_default_dtype", "set_default_dtype"),
    pair("torch", "get_num_threads", "set_num_threads"),
    pair("torch", "is_grad_enabled", "set_grad_enabled"),
    pair("torch", "get_float32_matmul_precision", "set_float32_matmul_precision"),
    pair("torch", "is_anomaly_enabled", "autograd.set_detect_anomaly"),
    Setting("torch", _deterministic, _set_deterministic),
    Setting("torch", _default_device, _set_default_device),
    Setting("torch", _cudnn, _set_cudnn),
    Setting("torch._tensor_str", _torch_prints, _set_torch_prints),
)

OPEN_FIGURES = Setting("matplotlib._pylab_helpers", _figures, _close_figures)
"""Figures that pyplot draws on; those of a trial in a notebook are shown when its cell ends."""
