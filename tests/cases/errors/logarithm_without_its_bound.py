def model():
    return {{loguniform(1e-4)}} * {{qloguniform(low=1e-4)}}

# output
model.py:2:14: error HT103: loguniform() needs high
    2 |     return {{loguniform(1e-4)}} * {{qloguniform(low=1e-4)}}
      |              ^~~~~~~~~~~~~~~~
      = help: the bounds are natural logarithms: for values between 0.0001 and 1 write uniform(0.0001, 1, log=True)
model.py:2:37: error HT103: qloguniform() needs high and q
    2 |     return {{loguniform(1e-4)}} * {{qloguniform(low=1e-4)}}
      |                                     ^~~~~~~~~~~~~~~~~~~~~
      = help: the bounds are natural logarithms: for values between 0.0001 and 1 write quniform(0.0001, 1, Q, log=True), with a number in place of Q
