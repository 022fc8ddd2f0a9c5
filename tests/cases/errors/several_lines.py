def model():
    return [
        {{uniform(
            1,
            0
        )}},
        {{choice([
            1,
            {{uniform(
                0, 1)}},
        ])}},
        {{unifrom(0, 1)}},
    ]

# output
model.py:3:11: error HT104: uniform() needs low < high, got low=1, high=0
    3 |         {{uniform(
      |           ^~~~~~~~
      = help: swap the bounds: uniform(0, 1)
model.py:9:13: error HT108: a marker inside a marker
    9 |             {{uniform(
      |             ^~~~~~~~~~
      = help: drop the inner braces: uniform(0, 1)
model.py:12:11: error HT102: unknown distribution 'unifrom'
   12 |         {{unifrom(0, 1)}},
      |           ^~~~~~~
      = help: did you mean uniform?
