import numpy as np
from absl import app, flags

FLAGS = flags.FLAGS
flags.DEFINE_integer("steps", 4, "Gradient steps.")
flags.DEFINE_float("noise", 0.1, "Noise of the targets.")
flags.DEFINE_multi_float("rates", [1.0], "Factors of the rate.")


def main(argv):
    del argv
    rng = np.random.default_rng(8)
    x = rng.uniform(-1, 1, 40)
    y = 2 * x + rng.normal(scale=FLAGS.noise, size=40)
    slope = 0.0
    for _ in range(FLAGS.steps):
        slope -= {{uniform(0.05, 1)}} * np.mean((slope * x - y) * x) * sum(FLAGS.rates)
    rmse = np.sqrt(np.mean((slope * x - y) ** 2))
    print(rmse)


if __name__ == "__main__":
    app.run(main)
