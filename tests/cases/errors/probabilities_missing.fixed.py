def data():
    x = [1, 2]
    return x


def model(x):
    return {{pchoice([(0.8, 'relu'), (0.2, 'elu')])}}, {{pchoice([(0.5, "relu"), (0.5, "elu")])}}
