from hypertemplate.distributions import loguniform as lu


def model():
    return {{uniform(1e-05, 0.1, log=True)}}
