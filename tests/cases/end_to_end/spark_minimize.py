import json
import sys

from hyperopt import SparkTrials, tpe
from pyspark.sql import SparkSession

from hypertemplate import bayes, optim
from hypertemplate.distributions import choice, uniform
from hypertemplate.utils import eval_hyperopt_space

SCALE = {"a": 1.0, "b": 2.0}
ALGORITHMS = {"tpe": tpe.suggest, "bayes": bayes.suggest}


def data():
    return [1, 2, 3], 0.5


def model(numbers, target):
    x = {{uniform(0, 1)}}
    kind = {{choice(["a", "b"])}}
    return {"loss": (x - target) ** 2 * SCALE[kind], "status": "ok"}


spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
trials = SparkTrials(parallelism=2, spark_session=spark)
best_run, best_model, space = optim.minimize(
    model,
    data,
    algo=ALGORITHMS[sys.argv[1]],
    max_evals=int(sys.argv[2]),
    trials=trials,
    return_space=True,
    verbose=False,
)
spark.stop()
found = eval_hyperopt_space(space, best_run)
print(json.dumps({"losses": trials.losses(), "found": found, "model": best_model}))
