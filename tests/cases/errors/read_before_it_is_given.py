def model():
    score = total + {{uniform(0, 1)}}
    total = 2
    return score + total


def max_of(values):
    return max(values)

# output
model.py:2:13: warning HT301: 'total' is read here before model() gives it a value
    2 |     score = total + {{uniform(0, 1)}}
      |             ^~~~~
      = help: give 'total' a value above this line
