"""Bayesian optimisation for hyperopt's ``fmin``, and for ``minimize`` and ``tune``: ``algo=bayes.suggest``.

>>> from hypertemplate import bayes
>>> bayes.suggest.__name__
'suggest'
"""

from hypertemplate.search.samplers.hyperopt.bayes_documents import suggest

__all__ = ["suggest"]
