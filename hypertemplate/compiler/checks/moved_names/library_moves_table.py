"""Names that NumPy, SciPy, scikit-learn and pandas removed, and their replacements.

A test compares the tables with the installed versions.
"""

from __future__ import annotations

_NUMPY = {
    "Inf": "inf",
    "Infinity": "inf",
    "NAN": "nan",
    "NaN": "nan",
    "cfloat": "complex128",
    "longcomplex": "clongdouble",
    "longfloat": "longdouble",
    "singlecomplex": "complex64",
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

_SCIPY_OF_NUMPY = "array exp interp log mean ones sqrt std sum zeros"
"""Names of NumPy that SciPy had too."""

_WINDOWS = "bartlett blackman boxcar gaussian hamming hann kaiser triang tukey"
"""Windows of signals that SciPy has in a module of their own."""

_SKLEARN_FOLDED = {
    "cluster": "affinity_propagation_ birch dbscan_ hierarchical k_means_ mean_shift_ spectral",
    "datasets": "base samples_generator",
    "decomposition": "factor_analysis fastica_ kernel_pca nmf online_lda pca truncated_svd",
    "ensemble": "bagging forest gradient_boosting iforest voting weight_boosting",
    "feature_selection": "base from_model rfe univariate_selection",
    "linear_model": "base bayes coordinate_descent huber least_angle logistic passive_aggressive perceptron "
    "ridge stochastic_gradient theil_sen",
    "manifold": "isomap locally_linear mds t_sne",
    "metrics": "classification ranking regression scorer",
    "mixture": "gaussian_mixture",
    "neighbors": "classification kde lof regression unsupervised",
    "neural_network": "multilayer_perceptron rbm",
    "preprocessing": "data label",
    "svm": "base classes",
    "tree": "tree",
}
"""Module -> its former submodules, whose names it now contains itself."""

_PANDAS_INDEX = "write pandas.Index(x, dtype=...)"
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
    "scipy.integrate.cumtrapz": "scipy.integrate.cumulative_trapezoid",
    "scipy.integrate.simps": "scipy.integrate.simpson",
    "scipy.integrate.trapz": "scipy.integrate.trapezoid",
    "scipy.misc.comb": "scipy.special.comb",
    "scipy.misc.factorial": "scipy.special.factorial",
    "scipy.misc.logsumexp": "scipy.special.logsumexp",
    "scipy.linalg.pinv2": "scipy.linalg.pinv",
    **{f"scipy.{name}": f"numpy.{name}" for name in _SCIPY_OF_NUMPY.split()},
    **{f"scipy.signal.{name}": f"scipy.signal.windows.{name}" for name in _WINDOWS.split()},
    "scipy.signal.hanning": "scipy.signal.windows.hann",
    "scipy.stats.gilbrat": "scipy.stats.gibrat",
    "scipy.stats.median_absolute_deviation": "scipy.stats.median_abs_deviation",
    "pandas.util.testing": "pandas.testing",
    "sklearn.covariance.GraphLassoCV": "sklearn.covariance.GraphicalLassoCV",
    "sklearn.covariance.graph_lasso": "sklearn.covariance.graphical_lasso",
    "sklearn.utils.fixes.loguniform": "scipy.stats.loguniform",
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
    "numpy.asscalar": "write x.item()",
    "numpy.msort": "write numpy.sort(x, axis=0)",
    "numpy.rank": "write x.ndim",
    "numpy.asfarray": "write numpy.asarray(x, dtype=float)",
    "numpy.trapz": "write numpy.trapezoid, which NumPy has since version 2",
    **{f"pandas.{name}": _PANDAS_INDEX for name in ("Float64Index", "Int64Index", "UInt64Index")},
    **{
        f"pandas.rolling_{name}": f"write series.rolling(window).{name}()"
        for name in ("max", "mean", "median", "min", "std", "sum", "var")
    },
    "pandas.TimeGrouper": "write pandas.Grouper(freq=...)",
    "pandas.value_counts": "write pandas.Series(x).value_counts()",
    "pandas.Panel": "write a DataFrame with a MultiIndex, or a NumPy array",
    "pandas.datetime": "import datetime",
    "pandas.np": "import numpy",
    "scipy.misc.imsave": "write imageio.v3.imwrite(path, image), or PIL.Image.fromarray(image).save(path)",
    "scipy.stats.binom_test": "write scipy.stats.binomtest(k, n, p).pvalue",
    "scipy.stats.itemfreq": "write numpy.unique(x, return_counts=True)",
    "scipy.misc.imread": "write imageio.v3.imread(path), or PIL.Image.open(path)",
    "scipy.misc.imresize": "write PIL.Image.fromarray(image).resize((width, height))",
    "sklearn.datasets.fetch_mldata": "write sklearn.datasets.fetch_openml('mnist_784', as_frame=False)",
    "sklearn.datasets.load_boston": "take other data, such as sklearn.datasets.fetch_california_housing()",
    "sklearn.decomposition.RandomizedPCA": "write sklearn.decomposition.PCA(svd_solver='randomized')",
    "sklearn.externals.six": "import six, or write Python 3",
    "sklearn.metrics.jaccard_similarity_score": "write sklearn.metrics.accuracy_score, or jaccard_score",
    "sklearn.ensemble.partial_dependence": "write sklearn.inspection.partial_dependence(model, x, features)",
    "sklearn.inspection.plot_partial_dependence": "write PartialDependenceDisplay.from_estimator(model, x, "
    "features)",
    "sklearn.linear_model.RandomizedLasso": "take sklearn.feature_selection.SelectFromModel(Lasso())",
    "sklearn.metrics.SCORERS": "write sklearn.metrics.get_scorer(name), or get_scorer_names()",
    "sklearn.metrics.plot_det_curve": "write DetCurveDisplay.from_estimator(model, x, y)",
    "sklearn.metrics.plot_precision_recall_curve": "write PrecisionRecallDisplay.from_estimator(model, x, y)",
    "sklearn.metrics.plot_confusion_matrix": "write ConfusionMatrixDisplay.from_estimator(model, x, y)",
    "sklearn.metrics.plot_roc_curve": "write RocCurveDisplay.from_estimator(model, x, y)",
    "sklearn.mixture.GMM": "from sklearn.mixture import GaussianMixture",
    "sklearn.preprocessing.CategoricalEncoder": "write OneHotEncoder(), or OrdinalEncoder()",
    "sklearn.utils.linear_assignment_": "write scipy.optimize.linear_sum_assignment(costs)",
    "sklearn.utils.testing": "write numpy.testing, which has its functions",
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
