"""The accuracy on the test data of given values, trained again, for each seed; as JSON.

python trained_again.py WORKLOAD VALUES SEED...
"""

from __future__ import annotations

import importlib
import json
import sys

if __name__ == "__main__":
    workload, found, *seeds = sys.argv[1:]
    sys.path.insert(0, workload)
    task = importlib.import_module("task")
    print(json.dumps([task.test_accuracy(json.loads(found), int(seed)) for seed in seeds]))
