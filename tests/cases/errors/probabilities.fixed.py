def data():
    x = [1, 2]
    return x


def model(x):
    return {{pchoice([(0.454545, "a"), (0.545455, "b")])}}, {{pchoice([(0.8, 'relu'), (0.2, 'elu')])}}
