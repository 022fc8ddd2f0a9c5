"""Names that NumPy, SciPy, scikit-learn and pandas removed, and their replacements.

A test compares the tables with the installed versions.
"""

from __future__ import annotations

_NUMPY = {
    "Inf": "inf",
    "Infinity": "inf",
    "NAN": "nan",
    "NaN": "nan",
    "PINF": "inf",
    "alltrue": "all",
    "bool8": "bool_",
    "complex_": "complex128",
    "cumproduct": "cumprod",
    "float_": "float64",
    "in1d": "isin",
    "infty": "inf",
    "int0": "intp",
    "mat": "asmatrix",
    "product": "prod",
    "round_": "round",
    "sometrue": "any",
    "string_": "bytes_",
    "unicode_": "str_",
}
_BUILTINS = "complex float int object str"
"""Names of builtins that NumPy had too."""

_SKLEARN_FOLDED = {
    "cluster": "dbscan_ k_means_",
    "datasets": "base samples_generator",
    "decomposition": "pca",
    "ensemble": "bagging forest gradient_boosting weight_boosting",
    "linear_model": "base coordinate_descent logistic ridge stochastic_gradient",
    "manifold": "t_sne",
    "metrics": "classification ranking regression scorer",
    "neighbors": "classification regression",
    "neural_network": "multilayer_perceptron rbm",
    "preprocessing": "data label",
    "svm": "base classes",
    "tree": "tree",
}
"""Module -> its former submodules, whose names it now contains itself."""

_FOLDS = "from sklearn.model_selection import {name}, give it n_splits, and loop over its split(x, y)"

MODULES: dict[str, str] = {
    **{
        f"sklearn.{parent}.{child}": f"sklearn.{parent}"
        for parent, children in _SKLEARN_FOLDED.items()
        for child in children.split()
    },
    "pandas.tools.plotting": "pandas.plotting",
    "sklearn.cross_validation": "sklearn.model_selection",
    "sklearn.externals.joblib": "joblib",
    "sklearn.grid_search": "sklearn.model_selection",
    "sklearn.learning_curve": "sklearn.model_selection",
}
"""Module -> module that has its names today."""

NAMES: dict[str, str] = {
    **{f"numpy.{old}": f"numpy.{new}" for old, new in _NUMPY.items()},
    **{f"numpy.{name}": f"builtins.{name}" for name in _BUILTINS.split()},
    "numpy.unicode": "builtins.str",
    "pandas.io.json.json_normalize": "pandas.json_normalize",
    "pandas.scatter_matrix": "pandas.plotting.scatter_matrix",
    "scipy.integrate.simps": "scipy.integrate.simpson",
    "scipy.integrate.trapz": "scipy.integrate.trapezoid",
    "scipy.misc.comb": "scipy.special.comb",
    "scipy.misc.factorial": "scipy.special.factorial",
    "scipy.misc.logsumexp": "scipy.special.logsumexp",
    "scipy.signal.gaussian": "scipy.signal.windows.gaussian",
    "scipy.signal.hann": "scipy.signal.windows.hann",
    "sklearn.covariance.GraphLasso": "sklearn.covariance.GraphicalLasso",
    "sklearn.lda.LDA": "sklearn.discriminant_analysis.LinearDiscriminantAnalysis",
    "sklearn.metrics.calinski_harabaz_score": "sklearn.metrics.calinski_harabasz_score",
    "sklearn.qda.QDA": "sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis",
}
"""Name -> its replacement, if that is not the same name in the module from `MODULES`."""

GONE: dict[str, str] = {
    **{
        f"sklearn.cross_validation.{name}": _FOLDS.format(name=name)
        for name in ("KFold", "ShuffleSplit", "StratifiedKFold", "StratifiedShuffleSplit")
    },
    "numpy.NINF": "write -numpy.inf",
    "numpy.asfarray": "write numpy.asarray(x, dtype=float)",
    "numpy.trapz": "write numpy.trapezoid, which NumPy has since version 2",
    "pandas.Panel": "write a DataFrame with a MultiIndex, or a NumPy array",
    "pandas.datetime": "import datetime",
    "pandas.np": "import numpy",
    "pandas.rolling_mean": "write series.rolling(window).mean()",
    "scipy.misc.imread": "write imageio.v3.imread(path), or PIL.Image.open(path)",
    "scipy.misc.imresize": "write PIL.Image.fromarray(image).resize((width, height))",
    "sklearn.datasets.fetch_mldata": "write sklearn.datasets.fetch_openml('mnist_784', as_frame=False)",
    "sklearn.datasets.load_boston": "take other data, such as sklearn.datasets.fetch_california_housing()",
    "sklearn.decomposition.RandomizedPCA": "write sklearn.decomposition.PCA(svd_solver='randomized')",
    "sklearn.externals.six": "import six, or write Python 3",
    "sklearn.metrics.jaccard_similarity_score": "write sklearn.metrics.accuracy_score, or jaccard_score",
    "sklearn.metrics.plot_confusion_matrix": "write ConfusionMatrixDisplay.from_estimator(model, x, y)",
    "sklearn.metrics.plot_roc_curve": "write RocCurveDisplay.from_estimator(model, x, y)",
    "sklearn.mixture.GMM": "from sklearn.mixture import GaussianMixture",
    "sklearn.preprocessing.Imputer": "from sklearn.impute import SimpleImputer, which has no axis",
}
"""Name or module without an exact replacement -> advice."""

OWNERS: dict[str, str] = {
    "numpy": "today's NumPy",
    "pandas": "today's pandas",
    "scipy": "today's SciPy",
    "sklearn": "today's scikit-learn",
    "tensorflow": "today's TensorFlow",
}
"""Package -> its name in messages."""
