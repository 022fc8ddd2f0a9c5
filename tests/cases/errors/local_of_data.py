def data():
    n = 2
    x = [1, 2]
    return x


def model(x):
    return n * {{uniform(0, 1)}}

# output
model.py:8:12: warning HT010: model() uses n, local to data()
    8 |     return n * {{uniform(0, 1)}}
      |            ^
      = help: return n from data(), and take it as a parameter of model()
