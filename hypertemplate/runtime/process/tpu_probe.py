"""Script that tries to initialise a TPU with TensorFlow, and prints one line of JSON.

The line is ``{"cores": 8}`` or ``{"error": "..."}``. Only initialising the TPU is a proof: the resolver finds
one on any machine. The attempt takes the TPU until the process ends; so it is a separate process, run by its
path, and imports nothing of hypertemplate.
"""

from __future__ import annotations

import importlib
import json
import sys


def probe() -> dict[str, object]:
    """Initialise the TPU; return its number of cores, or TensorFlow's error."""
    try:
        tensorflow = importlib.import_module("tensorflow")  # hypertemplate itself never loads it
        resolver = tensorflow.distribute.cluster_resolver.TPUClusterResolver(tpu="local")
        tensorflow.config.experimental_connect_to_cluster(resolver)
        tensorflow.tpu.experimental.initialize_tpu_system(resolver)
        return {"cores": len(tensorflow.config.list_logical_devices("TPU"))}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    sys.path.pop(0)  # this folder, whose modules could shadow others of the same names
    print(json.dumps(probe()))  # noqa: T201 - the one line that it is for
