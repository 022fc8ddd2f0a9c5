MAX = 3


def model():
    return [
        {{uniform(0, 0.5, default=0.7)}},
        {{uniform(1e-5, 0.1, log=True, default=0.5)}},
        {{uniform(1e-5, 0.1, log=True, default=0)}},
        {{loguniform(-8, -2, default=0.5)}},
        {{quniform(8, 64, 8, default=-8)}},
        {{uniformint(1, 9, default=2.5)}},
        {{randint(10, default=10)}},
        {{lognormal(0, 1, default=0)}},
        {{normal(0, 1, default=1e999)}},
        {{choice([32, 64], default=128)}},
        {{choice([open('a', 'w'), max], default=min)}},
        {{pchoice([(0.5, 'a'), (0.5, 'b')], default='c')}},
        {{uniform(0, 1, default="0.5")}},
        {{uniform(0, 1, default=None)}},
        {{uniform(0, 1, defualt=0.5)}},
        {{uniform(0, MAX, default=uniform(0, 1))}},
        {{choice([1, 2], default=...)}},
    ]

# output
model.py:6:35: warning HT117: uniform() draws from 0 to 0.5, and its default is 0.7: it is left out
    6 |         {{uniform(0, 0.5, default=0.7)}},
      |                                   ^~~
      = help: write uniform(0, 0.7, default=0.7), or a default within the range
model.py:7:48: warning HT117: uniform() draws from 1e-05 to 0.1, and its default is 0.5: it is left out
    7 |         {{uniform(1e-5, 0.1, log=True, default=0.5)}},
      |                                                ^~~
      = help: write uniform(1e-05, 0.5, log=True, default=0.5), or a default within the range
model.py:8:48: warning HT117: uniform() draws from 1e-05 to 0.1, and its default is 0: it is left out
    8 |         {{uniform(1e-5, 0.1, log=True, default=0)}},
      |                                                ^
      = help: write a default above 0
model.py:9:38: warning HT117: loguniform() draws from 0.000335463 to 0.135335, and its default is 0.5: it is left out
    9 |         {{loguniform(-8, -2, default=0.5)}},
      |                                      ^~~
      = help: write uniform(0.000335463, 0.5, log=True, default=0.5), or a default within the range
model.py:10:38: warning HT117: quniform() draws from 8 to 64, and its default is -8: it is left out
   10 |         {{quniform(8, 64, 8, default=-8)}},
      |                                      ^~
      = help: write quniform(-8, 64, 8, default=-8), or a default within the range
model.py:11:36: warning HT117: uniformint() draws whole numbers, and its default is 2.5: it is left out
   11 |         {{uniformint(1, 9, default=2.5)}},
      |                                    ^~~
      = help: write default=2 or default=3
model.py:12:31: warning HT117: randint() draws from 0 to 9, and its default is 10: it is left out
   12 |         {{randint(10, default=10)}},
      |                               ^~
      = help: write randint(0, 11, default=10)
model.py:13:35: warning HT117: lognormal() draws above 0, and its default is 0: it is left out
   13 |         {{lognormal(0, 1, default=0)}},
      |                                   ^
      = help: write a default above 0
model.py:14:32: warning HT117: a default must be finite, got inf: it is left out
   14 |         {{normal(0, 1, default=1e999)}},
      |                                ^~~~~
      = help: write a finite number, such as 1000
model.py:15:36: error HT117: choice() has no option 128, its default
   15 |         {{choice([32, 64], default=128)}},
      |                                    ^~~
      = help: write one of its options: 32, 64
model.py:16:49: error HT117: choice() has no option min, its default
   16 |         {{choice([open('a', 'w'), max], default=min)}},
      |                                                 ^~~
      = help: write one of its options: open('a', 'w'), max
model.py:17:53: error HT117: pchoice() has no option 'c', its default
   17 |         {{pchoice([(0.5, 'a'), (0.5, 'b')], default='c')}},
      |                                                     ^~~
      = help: write one of its options: 'a', 'b'
model.py:18:33: error HT103: uniform() needs a number for default, got "0.5"
   18 |         {{uniform(0, 1, default="0.5")}},
      |                                 ^~~~~
      = help: write default=0.5
model.py:19:33: error HT103: uniform() needs a number for default, got None
   19 |         {{uniform(0, 1, default=None)}},
      |                                 ^~~~
      = help: leave it out, or write a number
model.py:20:25: error HT103: uniform() has no argument 'defualt'
   20 |         {{uniform(0, 1, defualt=0.5)}},
      |                         ^~~~~~~~~~~
      = help: did you mean default?
model.py:21:35: error HT111: uniform() is in an expression that is evaluated before a trial draws anything
   21 |         {{uniform(0, MAX, default=uniform(0, 1))}},
      |                                   ^~~~~~~~~~~~~
      = help: give uniform() its own marker
model.py:22:34: error HT117: choice() has no option ..., its default
   22 |         {{choice([1, 2], default=...)}},
      |                                  ^~~
      = help: write one of its options: 1, 2
