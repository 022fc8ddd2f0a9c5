def data():
    x = [1, 2]
    return x


def model(x):
    return {{pchoice([(0.8, 'relu'), (0.2, 'elu')])}}, {{choice(["a"])}}, {{quniform(0, 1, 2)}}
