def data():
    x = [1, 2]
    return x


def model(x):
    return {{pchoice([(0.5, "a"), (0.6, "b")])}}, {{pchoice([(1.5, "a")])}}

# output
model.py:7:22: error HT106: the probabilities of pchoice() must sum to 1, got 1.1
    7 |     return {{pchoice([(0.5, "a"), (0.6, "b")])}}, {{pchoice([(1.5, "a")])}}
      |                      ^~~~~~~~~~~~~~~~~~~~~~~~
      = help: write pchoice([(0.454545, "a"), (0.545455, "b")])
model.py:7:61: error HT106: a probability is between 0 and 1, got 1.5
    7 |     return {{pchoice([(0.5, "a"), (0.6, "b")])}}, {{pchoice([(1.5, "a")])}}
      |                                                             ^~~~~~~~~~~~
      = help: write pairs such as pchoice([(0.8, 'relu'), (0.2, 'elu')])
