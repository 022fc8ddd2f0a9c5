MAX = 3


def model():
    return [
        {{uniform(0, 0.7, default=0.7)}},
        {{uniform(1e-05, 0.5, log=True, default=0.5)}},
        {{uniform(1e-5, 0.1, log=True, default=0.01)}},
        {{uniform(0.000335463, 0.5, log=True, default=0.5)}},
        {{quniform(-8, 64, 8, default=-8)}},
        {{uniformint(1, 9, default=2)}},
        {{randint(0, 11, default=10)}},
        {{lognormal(0, 1, default=0.1)}},
        {{normal(0, 1, default=1000)}},
        {{choice([32, 64], default=64)}},
        {{choice([open('a', 'w'), max], default=max)}},
        {{pchoice([(0.5, 'a'), (0.5, 'b')], default='b')}},
        {{uniform(0, 1, default=0.5)}},
        {{uniform(0, 1)}},
        {{uniform(0, 1, default=0.5)}},
        {{uniform(0, MAX, default=1)}},
        {{choice([1, 2], default=1)}},
    ]
