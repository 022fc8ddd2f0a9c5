import sys

if sys.version_info > (3,):
    def data():
        return 1, 2
else:
    def data():
        return 3, 4


def model(a, b):
    return a


def model(b, a, *, c=0):
    return {{uniform(0, 1)}}

# output
model, data in setup, joined: position 2
model.py:11:5: warning HT007: 'model' is defined again on line 15, which replaces this one
   11 | def model(a, b):
      |     ^~~~~
      = help: remove or rename this one
uniform: uniform(low=0, high=1)
line 1, setup: no marker affects it
    import sys
line 3, setup: no marker affects it
    if sys.version_info > (3,):
        def data():
            return 1, 2
    else:
        def data():
            return 3, 4
line 11, setup: no marker affects it
    def model(a, b):
        return a
line 15, trial: contains a marker
    def model(b, a, *, c=0):
        return (_ht_['uniform'])
