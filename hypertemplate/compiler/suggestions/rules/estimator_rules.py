"""Rules for the estimators of scikit-learn."""

from __future__ import annotations

from hypertemplate.compiler.suggestions.rules.ranges import (
    around,
    batches,
    between,
    first_of,
    fractions,
    hidden_layers,
    options,
    rounds,
    scaled,
    smaller,
    where,
    whole,
)
from hypertemplate.compiler.suggestions.rules.rule import Rule, rules

_FOREST = "ExtraTreesClassifier ExtraTreesRegressor RandomForestClassifier RandomForestRegressor"
_GRADIENT = "GradientBoostingClassifier GradientBoostingRegressor"
_HISTOGRAM = "HistGradientBoostingClassifier HistGradientBoostingRegressor"
_SINGLE = "DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor"
_TREES = f"{_FOREST} {_GRADIENT} {_SINGLE}"
_BY_GINI = "DecisionTreeClassifier ExtraTreeClassifier ExtraTreesClassifier RandomForestClassifier"
_BAGGING = "BaggingClassifier BaggingRegressor"
_ADABOOST = "AdaBoostClassifier AdaBoostRegressor"
_MLP = "MLPClassifier MLPRegressor"
_LINEAR = "ElasticNet KernelRidge Lasso MultiTaskElasticNet MultiTaskLasso Ridge RidgeClassifier"
_STOCHASTIC = "SGDClassifier SGDRegressor"
_NEIGHBORS = "KNeighborsClassifier KNeighborsRegressor"
_BAYES = "BernoulliNB CategoricalNB ComplementNB MultinomialNB"
_WORDS = "CountVectorizer TfidfVectorizer"
_PROJECTIONS = "FastICA KernelPCA NMF PCA TruncatedSVD"
_KERNELS = "KernelPCA KernelRidge Nystroem RBFSampler"

_DEPTH = whole(2, 10, times=1.5)
_LEAVES = whole(8, 128, times=4, log=True, least=2)
_SMALL_RATE = around(10, 5, least=0.001, most=0.5)

_DEEPER = "deeper trees learn more, and overfit sooner"
_LARGER = "larger leaves overfit less"
_MORE_LEAVES = "more leaves learn more, and overfit sooner"
_MORE_TREES = "more trees learn more, and take more time"
_DIFFER = "with less of the data, trees differ more"
_PUNISHES = "the weight of the penalty on large coefficients"
_REACH = "the reach of a single sample"
_SMALLER = "smaller steps need more trees, and generalize better"

ESTIMATOR_RULES = (
    *rules(
        ("sklearn",),
        "Probst, Wright, Boulesteix 2019, Hyperparameters and tuning strategies for random forest",
        Rule(f"{_FOREST} {_BAGGING}", "n_estimators", rounds(2, 4), _MORE_TREES),
        Rule(_TREES, "max_depth", first_of(_DEPTH, options(None, 5, 10, 20)), _DEEPER),
        Rule(_TREES, "min_samples_leaf", whole(1, 20, times=2, log=True), _LARGER),
        Rule(_TREES, "min_samples_split", whole(2, 20, times=2, log=True, least=2), _LARGER),
        Rule(_TREES, "max_leaf_nodes", _LEAVES, _MORE_LEAVES),
        Rule(_TREES, "max_features", first_of(options("sqrt", "log2", None), fractions), _DIFFER),
        Rule(f"{_FOREST} {_BAGGING}", "max_samples", fractions, _DIFFER),
        Rule(_TREES, "ccp_alpha", around(10, 10), "how much of a tree is cut off again"),
        Rule(_BY_GINI, "criterion", options("gini", "entropy"), "by which measure nodes are split"),
    ),
    *rules(
        ("sklearn",),
        "Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, chapter 10",
        Rule(f"{_GRADIENT} {_HISTOGRAM}", "learning_rate", _SMALL_RATE, _SMALLER),
        Rule(f"{_GRADIENT} {_ADABOOST}", "n_estimators", rounds(2, 4), _MORE_TREES),
        Rule(_GRADIENT, "subsample", between(0.5, 1, most=1), _DIFFER),
        Rule(_HISTOGRAM, "max_iter", rounds(2, 4), _MORE_TREES),
        Rule(_HISTOGRAM, "max_depth", first_of(_DEPTH, options(None, 3, 6, 10)), _DEEPER),
        Rule(_HISTOGRAM, "max_leaf_nodes", whole(8, 64, times=3, log=True, least=2), _MORE_LEAVES),
        Rule(_HISTOGRAM, "min_samples_leaf", whole(5, 50, times=3, log=True), _LARGER),
        Rule(_HISTOGRAM, "l2_regularization", first_of(around(100, 10), between(0, 5)), _PUNISHES),
        Rule(_ADABOOST, "learning_rate", around(100, 3, most=3), "the weight of each tree"),
    ),
    *rules(
        ("sklearn",),
        "Hsu, Chang, Lin 2003, A practical guide to support vector classification",
        Rule(
            "LinearSVC LinearSVR SVC SVR",
            "C",
            around(100, 100),
            "a large C fits each sample, a small one is smooth",
        ),
        Rule("NuSVR SVC SVR", "gamma", around(100, 100), _REACH),
        Rule("LinearSVR SVR", "epsilon", around(10, 10), "the error that costs nothing"),
        Rule("SVC SVR", "degree", where("kernel", ("poly",), whole(2, 5)), "the degree of the polynomial"),
    ),
    *rules(
        ("sklearn",),
        "scikit-learn, User Guide",
        Rule(
            "LogisticRegression PassiveAggressiveClassifier", "C", around(100, 100), "a large C punishes less"
        ),
        Rule(
            "LogisticRegression",
            "l1_ratio",
            where("penalty", ("elasticnet",), between(0, 1, most=1)),
            "the share of the L1 penalty",
        ),
        Rule(
            "ElasticNet MultiTaskElasticNet",
            "l1_ratio",
            between(0.1, 1, most=1, zero=False),
            "the share of the L1 penalty",
        ),
        Rule(_LINEAR, "alpha", around(1000, 100), _PUNISHES),
        Rule("HuberRegressor QuantileRegressor", "alpha", around(1000, 100), _PUNISHES),
        Rule("HuberRegressor", "epsilon", between(1.05, 3), "the error from which a sample counts less"),
        Rule(_STOCHASTIC, "alpha", around(100, 100, most=0.1), _PUNISHES),
        Rule(
            _STOCHASTIC,
            "eta0",
            around(10, 10, most=1),
            "the first learning rate: it is searched by magnitude",
        ),
        Rule(
            _STOCHASTIC, "penalty", options("l2", "l1", "elasticnet"), "which large coefficients are punished"
        ),
        Rule(_NEIGHBORS, "n_neighbors", whole(1, 20, times=3), "more neighbors give a smoother border"),
        Rule(_NEIGHBORS, "weights", options("uniform", "distance"), "how much near neighbors count"),
        Rule(_NEIGHBORS, "p", options(1, 2), "the distance: 1 is Manhattan's, 2 Euclid's"),
        Rule(_MLP, "hidden_layer_sizes", hidden_layers, "more units learn more, and overfit sooner"),
        Rule(_MLP, "activation", options("relu", "tanh", "logistic"), "the function of each unit"),
        Rule(_MLP, "alpha", around(100, 1000, most=1), "the weight of the penalty on large weights"),
        Rule(
            _MLP,
            "learning_rate_init",
            where("solver", (None, "adam", "sgd"), around(10, 20, most=0.1)),
            "the learning rate: it is searched by magnitude",
        ),
        Rule(_MLP, "batch_size", batches, "smaller batches take more steps, each less certain"),
        Rule(_BAYES, "alpha", around(1000, 10, most=10), "how much rare words are smoothed"),
        Rule("GaussianNB", "var_smoothing", around(1000, 1000), "how much variances are smoothed"),
        Rule(
            "QuadraticDiscriminantAnalysis",
            "reg_param",
            between(0, 1, most=1),
            "how much covariances are shrunk",
        ),
        Rule(_WORDS, "ngram_range", options((1, 1), (1, 2), (1, 3)), "the number of words that count as one"),
        Rule(_WORDS, "min_df", whole(1, 10, times=2), "words in fewer documents are left out"),
        Rule(_WORDS, "max_df", between(0.5, 1, most=0.999), "words in more documents are left out"),
        Rule(_WORDS, "max_features", scaled(4, 4, most=100_000), "the number of words that count"),
        Rule(
            "TfidfVectorizer", "sublinear_tf", options(True, False), "whether a word counts by its logarithm"
        ),
        Rule(
            _PROJECTIONS,
            "n_components",
            first_of(smaller(4), fractions),
            "the number of components that are kept",
        ),
        Rule("SelectKBest", "k", smaller(4), "the number of features that are kept"),
        Rule(
            "Nystroem RBFSampler", "n_components", scaled(4, 4, most=2000), "more components are more exact"
        ),
        Rule(_KERNELS, "gamma", around(100, 100), _REACH),
    ),
)
