"""Bayesian optimisation: a Gaussian process over the unit cube of the priors."""
