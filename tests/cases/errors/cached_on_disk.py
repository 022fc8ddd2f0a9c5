import joblib

memory = joblib.Memory('cache')


@memory.cache
def features(rows):
    return [row * {{uniform(0, 1)}} for row in rows]


def model():
    return sum(features([1, 2, 3]))

# output
model.py:6:2: error HT310: the results of features() are cached on disk, so trials would get each other's
    6 | @memory.cache
      |  ^~~~~~~~~~~~
      = help: pass it the values of the trial as arguments, and put no marker inside it
