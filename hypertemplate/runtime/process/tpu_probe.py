"""Whether TensorFlow drives a TPU in this machine: a program that tries it, and prints one line of JSON.

``{"cores": 8}`` or ``{"error": "..."}``. Only initialising the TPU tells: the resolver finds one on any
machine. Trying takes the TPU, which the end of the process gives back; so it is a process of its own, run by
its path, and imports nothing of hypertemplate.
"""

from __future__ import annotations

import importlib
import json
import sys


def probe() -> dict[str, object]:
    """Initialise the TPU; how many cores it has, or what TensorFlow says instead."""
    try:
        tensorflow = importlib.import_module("tensorflow")  # hypertemplate itself never loads it
        resolver = tensorflow.distribute.cluster_resolver.TPUClusterResolver(tpu="local")
        tensorflow.config.experimental_connect_to_cluster(resolver)
        tensorflow.tpu.experimental.initialize_tpu_system(resolver)
        return {"cores": len(tensorflow.config.list_logical_devices("TPU"))}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    sys.path.pop(0)  # this folder, whose modules are not to be taken for others of their names
    print(json.dumps(probe()))  # noqa: T201 - the one line that it is for
