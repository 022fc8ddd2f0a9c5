SIZES = [1, 2]


def model():
    return {{randint(10)}}, {{randint(low=10, name="n")}}, {{normal(mu=3, sigma=1)}}, {{choice(sorted({n for n in SIZES}))}}, {{pchoice([(0.8, 'relu'), (0.2, 'elu')])}}
