import click
import numpy as np


@click.command()
@click.option("--steps", default=5, help="Gradient steps.")
@click.option("--seed", default=7)
def main(steps, seed):
    """Fit a line."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, 50)
    y = 3 * x + rng.normal(scale=0.1, size=50)
    slope = 0.0
    for _ in range(steps):
        slope -= {{uniform(0.05, 1)}} * np.mean((slope * x - y) * x)
    mse = np.mean((slope * x - y) ** 2)
    click.echo(mse)
    return mse


if __name__ == "__main__":
    main()
