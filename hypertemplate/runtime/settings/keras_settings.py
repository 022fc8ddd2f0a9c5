"""Settings of Keras and TensorFlow."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from hypertemplate.runtime.settings.setting_kinds import Setting, attributes, loaded, pair, switch
from hypertemplate.runtime.state.random_streams import KERAS

_IN_STATE = (
    *("distribution", "dtype_policy", "flash_attention", "nnx_enabled", "safe_mode_saving", "torch_device"),
)
"""Settings of Keras 3 that its functions keep in its global state, which clearing a session empties."""


def _keras_state(module: ModuleType) -> Any:
    # The functions that read some of these also set a default, which then counts.
    return {name: module.get_global_attribute(name) for name in _IN_STATE}


def _set_keras_state(module: ModuleType, value: Any) -> None:
    for name in _IN_STATE:
        module.set_global_attribute(name, value[name])


_CONTEXT = ("_jit_compile_rewrite", "_log_device_placement", "_optimizer_jit", "_soft_device_placement")


def _context(module: ModuleType) -> Any:
    # What the public functions read is computed anew each time, which takes a millisecond.
    context = module.context()
    there = {name: getattr(context, name) for name in _CONTEXT if hasattr(context, name)}
    return there | {"_optimizer_experimental_options": dict(context._optimizer_experimental_options)}


def _set_context(module: ModuleType, value: Any) -> None:
    context = module.context()
    if context._soft_device_placement != value["_soft_device_placement"]:
        context.soft_device_placement = value["_soft_device_placement"] is not False
    if context._log_device_placement != value["_log_device_placement"]:
        context.log_device_placement = bool(value["_log_device_placement"])
    for name, wanted in value.items():
        setattr(context, name, dict(wanted) if isinstance(wanted, dict) else wanted)
    context._thread_local_data.function_call_options = None


def _deterministic(module: ModuleType) -> Any:
    return module.is_op_determinism_enabled()


def _set_deterministic(module: ModuleType, value: Any) -> None:
    (module.enable_op_determinism if value else module.disable_op_determinism)()


def _legacy_policy(module: ModuleType) -> Any:
    return module.mixed_precision.global_policy()


def _set_legacy_policy(module: ModuleType, value: Any) -> None:
    module.mixed_precision.set_global_policy(value)


def _of_each_keras(name: str) -> tuple[Setting, ...]:
    return (
        pair(name, "backend.floatx", "backend.set_floatx"),
        pair(name, "backend.epsilon", "backend.set_epsilon"),
        pair(name, "backend.image_data_format", "backend.set_image_data_format"),
    )


KERAS_SETTINGS = (
    *(setting for name in KERAS for setting in _of_each_keras(name)),
    Setting("keras.src.backend.common.global_state", _keras_state, _set_keras_state),
    attributes("keras.src.backend.config", "_MAX_EPOCHS", "_MAX_STEPS_PER_EPOCH"),
    switch(
        "keras",
        "config.is_traceback_filtering_enabled",
        "config.enable_traceback_filtering",
        "config.disable_traceback_filtering",
    ),
    switch(
        "keras",
        "config.is_interactive_logging_enabled",
        "config.enable_interactive_logging",
        "config.disable_interactive_logging",
    ),
    Setting("tf_keras", _legacy_policy, _set_legacy_policy),
    pair("tensorflow", "config.functions_run_eagerly", "config.run_functions_eagerly"),
    attributes("tensorflow.python.data.ops.debug_mode", "DEBUG_MODE"),
    Setting("tensorflow.python.eager.context", _context, _set_context),
    Setting("tensorflow.python.framework.config", _deterministic, _set_deterministic),
    pair(
        "tensorflow",
        "config.experimental.tensor_float_32_execution_enabled",
        "config.experimental.enable_tensor_float_32_execution",
    ),
)

_ONE_WAY = (
    ("tensorflow.python.framework.ops", "_numpy_style_slicing", "the NumPy behaviour of TensorFlow"),
    ("tensorflow.python.eager.context", "default_execution_mode", "the eager execution of TensorFlow"),
)


def one_way() -> dict[str, Any]:
    """Return the settings that cannot be put back, each with its name for people."""
    modules = ((loaded(path), attribute, name) for path, attribute, name in _ONE_WAY)
    return {
        name: getattr(module, attribute, None) for module, attribute, name in modules if module is not None
    }
