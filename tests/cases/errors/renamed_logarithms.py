from hypertemplate.distributions import loguniform as lu


def model():
    return {{lu(1e-5, 1e-1)}}

# output
model.py:5:14: warning HT107: the bounds of loguniform() are natural logarithms: this draws between 1.00001 and 1.10517
    5 |     return {{lu(1e-5, 1e-1)}}
      |              ^~~~~~~~~~~~~~
      = help: for values between 1e-05 and 0.1 write uniform(1e-05, 0.1, log=True)
