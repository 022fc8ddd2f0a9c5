def data():
    return 2


data = data()


def model(x):
    return x * {{uniform(0, 1)}} + data

# output
model.py:9:36: error HT005: 'data' is the data function here, not what it returned
    9 |     return x * {{uniform(0, 1)}} + data
      |                                    ^~~~
      = help: use another name for the result: loaded = data()
