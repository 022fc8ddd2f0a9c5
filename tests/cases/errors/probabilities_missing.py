def data():
    x = [1, 2]
    return x


def model(x):
    return {{pchoice(["relu", "elu"])}}, {{pchoice([("relu", 0.5), ("elu", 0.5)])}}

# output
model.py:7:23: error HT106: pchoice() takes pairs of a probability and an option, got "relu"
    7 |     return {{pchoice(["relu", "elu"])}}, {{pchoice([("relu", 0.5), ("elu", 0.5)])}}
      |                       ^~~~~~
      = help: write pairs such as pchoice([(0.8, 'relu'), (0.2, 'elu')])
model.py:7:54: error HT106: a probability is a number, got "relu"
    7 |     return {{pchoice(["relu", "elu"])}}, {{pchoice([("relu", 0.5), ("elu", 0.5)])}}
      |                                                      ^~~~~~
      = help: the probability comes first: (0.5, "relu")
