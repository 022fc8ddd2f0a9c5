"""Code that only plots, and code that may read back what was plotted."""

from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.syntax.plot_reads import reads_plots

ALIASES = {"plt": "matplotlib.pyplot", "sns": "seaborn", "np": "numpy"}


def is_read(*lines: str, stars: tuple[str, ...] = ()) -> bool:
    return reads_plots(ast.parse("\n".join(lines)).body, ALIASES, stars)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(("plt.plot(x)", "plt.show()"), id="plots of pyplot"),
        pytest.param(("fig, ax = plt.subplots()", "ax.plot(x)", "plt.close(fig)"), id="a figure with axes"),
        pytest.param(("fig, axes = plt.subplots(2)", "a, b = axes", "c = axes[0]", "c.plot(x)"), id="other names of axes"),
        pytest.param(("ax = plt.gca()", "dots = ax.scatter(x, x)", "plt.colorbar(dots, ax=ax)"), id="what is drawn in axes"),
        pytest.param(("ax = plt.gca()", "plt.text(0, 0, 'a', transform=ax.transAxes)"), id="a part of axes for a plot"),
        pytest.param(("sns.lineplot(x)", "frame.plot()", "y = frame.sum()"), id="plots of pandas and seaborn"),
    ],
)  # fmt: skip
def test_it_only_plots(lines: tuple[str, ...]) -> None:
    assert not is_read(*lines)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(("ax = plt.gca()", "n = len(ax.lines)"), id="lines of axes"),
        pytest.param(("ax = plt.gca()", "loss = ax.get_xlim()[1]"), id="a limit of axes"),
        pytest.param(("net.ax = plt.gca()",), id="axes that an object keeps"),
        pytest.param(("ax, *rest = plt.subplots()",), id="a list of what there is"),
        pytest.param(("with plt.style.context('ggplot'):", "    pass"), id="a setting"),
        pytest.param(("ax = plt.gca()", "plt.title(str(len(ax.lines)))"), id="what is read for a plot"),
        pytest.param(("ax = plt.gca()", "draw(ax)"), id="axes for a function"),
        pytest.param(("ax = frame['a'].plot.line()", "n = len(ax.lines)"), id="axes of pandas"),
        pytest.param(("n = len(sns.lineplot(x).lines)",), id="axes of seaborn"),
        pytest.param(("import_module('matplotlib.pyplot').get_fignums()",), id="pyplot by its name"),
    ],
)  # fmt: skip
def test_it_may_read_what_was_plotted(lines: tuple[str, ...]) -> None:
    assert is_read(*lines)


def test_all_names_of_what_plots_may_read() -> None:
    assert is_read("get_fignums()", stars=("pylab",))
    assert not is_read("sin(1)", stars=("math",))
