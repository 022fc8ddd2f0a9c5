def old_model(x):
    a = {{uniform(0, 1)}}
    b = {{uniform(0, 1)}}
    return a, b, {{choice([1, 2])}}


def model():
    return {{uniform(0, 1)}}

# output
model.py:2:9: warning HT109: neither data nor model uses 'old_model', so these 3 markers are not searched
    2 |     a = {{uniform(0, 1)}}
      |         ^~~~~~~~~~~~~~~~~
      = help: remove them, or use their values
