"""The lowest point of a curved valley: plain Python, no framework, a hundred trials in seconds.

    hypertemplate run examples/rosenbrock.py --max-evals 100

The lowest value is 0, at x = 1 and y = 1.
"""

from hypertemplate.distributions import uniform


def model():
    """Rosenbrock's function of two numbers."""
    x = {{uniform(-2, 2)}}
    y = {{uniform(-1, 3)}}
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2
