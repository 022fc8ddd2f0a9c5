def data():
    print(1)


def model(x):
    return {{uniform(0, 1)}}

# output
model.py:1:5: error HT006: data() returns nothing, but model() needs x
    1 | def data():
      |     ^~~~
      = help: define x in data(), and end it with: return x
