LOW = 1e-5


def model():
    return [
        {{uniform(0.0001, 0.1, log=True)}},
        {{uniform(1e-05, 0.1, log=True)}},
        {{uniformint(1, 512, log=True)}},
        {{quniform(8, 400, 8, log=True)}},
        {{uniform(LOW, 0.1, log=True)}},
        {{uniform(0.001, 0.1, log=True)}},
        {{uniform(1e-5, 1e-1, log=True)}},
        {{choice([1, 2])}},
        {{uniformint(1, 9, log=True)}},
        {{lognormal(0, 1)}},
        {{lognormal(0, 1)}},
        {{loguniform(-11.5, -2.3)}},
        {{uniform(1e-5, 1e-1, log=True)}},
    ]
