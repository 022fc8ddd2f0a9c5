def data():
    x = [1, 2]
    return x


def model(x):
    return {{loguniform(1e-5, 1e-1)}}, {{qloguniform(16, 256, 16)}}

# output
model.py:7:14: warning HT107: the bounds of loguniform() are natural logarithms: this draws between 1.00001 and 1.10517
    7 |     return {{loguniform(1e-5, 1e-1)}}, {{qloguniform(16, 256, 16)}}
      |              ^~~~~~~~~~~~~~~~~~~~~~
      = help: for values between 1e-05 and 0.1 write uniform(1e-05, 0.1, log=True)
model.py:7:42: warning HT107: the bounds of qloguniform() are natural logarithms: this draws between 8.88611e+06 and 1.51143e+111
    7 |     return {{loguniform(1e-5, 1e-1)}}, {{qloguniform(16, 256, 16)}}
      |                                          ^~~~~~~~~~~~~~~~~~~~~~~~
      = help: for values between 16 and 256 write quniform(16, 256, 16, log=True)
