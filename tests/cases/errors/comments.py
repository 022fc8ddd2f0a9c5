from keras.layers import Dense, Dropout

SIZES = [16, 32]


def model():
    a = Dense(64, name="a", trainable=1)  # tune: uniform(0, 0.5)
    b = (1, 2)  # tune: randint(5)
    c = Dense(SIZES[0])  # tune: uniformint(8, 64)
    d = Dense(48)  # tune: choice([32, 64])
    e = Dense(48, "relu")  # tune: choice([32, 64])
    # tune: uniform(0, 1)
    f = Dropout({{uniform(0, 0.5)}})  # tune: uniform(0, 1)
    g = Dropout(0.2)  # tune: uniform(0, 0.5, default=0.3)
    h = Dropout(0.2)  # tune: uniform(0, 0.5); uniform(0, 1)
    i = Dropout(0.2)  # tune: uniform(0.5, 0)
    j = Dropout(0.2)  # tune: uniform(0, 0.5, 0.1)
    k = Dropout(0.2)  # tune: unifrom(0, 0.5)
    l = Dropout(0.2)  # tune: uniform(0, 0.5) or less
    m = Dropout(0.2)  # tune: uniform(0, 0.5
    o = Dropout(0.2)  # tune: {{uniform(0, 0.5)}}
    p = Dropout(0.2)  # tune: <<uniform(0, 0.5)
    q = Dropout(0.2)  # tune uniform(0, 0.5)
    r = Dropout(rate=0.2)  # tune: rate=uniform(0, 0.5)
    s = Dropout(rate=0.2)  # tune Rate: uniform(0, 0.5)
    t = Dropout(0.2)  # tune: uniform 0, 0.5
    u = Dense(16)  # tune: choice[16, 32]
    v = Dropout(0.2)  # tune: uniform[0, 1]
    w = Dropout(0.7)  # tune: uniform(0, 0.5)
    x = Dense(16)  # tune: choice(SIZES); choice([{{randint(3)}}, 16])
    y = Dense(16)  # tune: choice(undefined)
    z = Dropout(0.2)  # tune: uniform(0, 0.5, log=True, name=1)
    return 0.2  # {{uniform(0, 1)}}

# output
model.py:7:51: error HT118: this comment may be for 64 or 1
    7 |     a = Dense(64, name="a", trainable=1)  # tune: uniform(0, 0.5)
      |                                                   ^~~~~~~~~~~~~~~
      = help: write # tune Dense: for 64 or # tune trainable: for 1
model.py:8:25: error HT118: this comment may be for 1 or 2
    8 |     b = (1, 2)  # tune: randint(5)
      |                         ^~~~~~~~~~
      = help: put the value that it is for on a line of its own
model.py:9:34: error HT118: no number in c = Dense(SIZES[0])
    9 |     c = Dense(SIZES[0])  # tune: uniformint(8, 64)
      |                                  ^~~~~~~~~~~~~~~~~
      = help: put the comment at the end of the line with the number
model.py:10:28: error HT118: no option of this choice in d = Dense(48)
   10 |     d = Dense(48)  # tune: choice([32, 64])
      |                            ^~~~~~~~~~~~~~~~
      = help: add it to the options: choice([32, 64, 48])
model.py:11:36: error HT118: no option of this choice in e = Dense(48, "relu")
   11 |     e = Dense(48, "relu")  # tune: choice([32, 64])
      |                                    ^~~~~~~~~~~~~~~~
      = help: the value that stands there must be one of the options
model.py:12:13: error HT118: no code stands on the line of this comment
   12 |     # tune: uniform(0, 1)
      |             ^~~~~~~~~~~~~
      = help: put it at the end of the line with the value that it is for
model.py:13:47: error HT118: f = Dropout({{uniform(0, 0.5)}}) has a marker in braces, and a value has one marker
   13 |     f = Dropout({{uniform(0, 0.5)}})  # tune: uniform(0, 1)
      |                                               ^~~~~~~~~~~~~
      = help: remove the braces or the comment
model.py:14:47: error HT118: 0.2 stands there, and is the default
   14 |     g = Dropout(0.2)  # tune: uniform(0, 0.5, default=0.3)
      |                                               ^~~~~~~~~~~
      = help: delete default=0.3, or write 0.3 there
model.py:15:48: error HT118: two comments are for 0.2, and a value has one marker
   15 |     h = Dropout(0.2)  # tune: uniform(0, 0.5); uniform(0, 1)
      |                                                ^~~~~~~~~~~~~
      = help: remove one of them
model.py:16:31: error HT104: uniform() needs low < high, got low=0.5, high=0
   16 |     i = Dropout(0.2)  # tune: uniform(0.5, 0)
      |                               ^~~~~~~~~~~~~~~
      = help: swap the bounds: uniform(0, 0.5)
model.py:17:47: error HT103: uniform() takes low and high, got 3 arguments
   17 |     j = Dropout(0.2)  # tune: uniform(0, 0.5, 0.1)
      |                                               ^~~
      = help: write uniform(0, 0.5), or with steps quniform(0, 0.5, 0.1)
model.py:18:31: error HT102: unknown distribution 'unifrom'
   18 |     k = Dropout(0.2)  # tune: unifrom(0, 0.5)
      |                               ^~~~~~~
      = help: did you mean uniform?
model.py:19:47: error HT118: behind a call, only ; and another call may follow, or # and other text
   19 |     l = Dropout(0.2)  # tune: uniform(0, 0.5) or less
      |                                               ^~~~~~~
      = help: put # before the rest
model.py:20:31: error HT118: the call in this comment is never closed: a comment is a single line
   20 |     m = Dropout(0.2)  # tune: uniform(0, 0.5
      |                               ^~~~~~~~~~~~~~
      = help: close it with ) on the same line
model.py:21:31: error HT118: in a comment a marker has no braces
   21 |     o = Dropout(0.2)  # tune: {{uniform(0, 0.5)}}
      |                               ^~~~~~~~~~~~~~~~~~~
      = help: leave them out
model.py:22:31: error HT118: in a comment a marker has no braces
   22 |     p = Dropout(0.2)  # tune: <<uniform(0, 0.5)
      |                               ^~~~~~~~~~~~~~~~~
      = help: leave them out
model.py:23:29: error HT118: tune needs a colon
   23 |     q = Dropout(0.2)  # tune uniform(0, 0.5)
      |                             ^~~~~~~~
      = help: write # tune: and the call
model.py:24:36: error HT118: the name of an argument stands before the colon
   24 |     r = Dropout(rate=0.2)  # tune: rate=uniform(0, 0.5)
      |                                    ^~~~~
      = help: write # tune rate: and the call
model.py:25:41: error HT118: no number in s = Dropout(rate=0.2) is named 'Rate'
   25 |     s = Dropout(rate=0.2)  # tune Rate: uniform(0, 0.5)
      |                                         ^~~~~~~~~~~~~~~
      = help: write # tune rate:
model.py:26:31: error HT118: uniform needs its arguments in parentheses
   26 |     t = Dropout(0.2)  # tune: uniform 0, 0.5
      |                               ^~~~~~~
      = help: write, for example, # tune: uniform(0, 1)
model.py:27:28: error HT118: choice needs its arguments in parentheses, got choice[...]
   27 |     u = Dense(16)  # tune: choice[16, 32]
      |                            ^~~~~~~~~~~~~~
      = help: write choice([16, 32])
model.py:28:31: error HT118: uniform needs its arguments in parentheses, got uniform[...]
   28 |     v = Dropout(0.2)  # tune: uniform[0, 1]
      |                               ^~~~~~~~~~~~~
      = help: write uniform(0, 1)
model.py:29:17: warning HT117: uniform() draws from 0 to 0.5, and the value in the code is 0.7: it is not the default
   29 |     w = Dropout(0.7)  # tune: uniform(0, 0.5)
      |                 ^~~
      = help: write uniform(0, 0.7), or a value within the range
model.py:30:43: error HT118: two comments are for 16, and a value has one marker
   30 |     x = Dense(16)  # tune: choice(SIZES); choice([{{randint(3)}}, 16])
      |                                           ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: remove one of them
model.py:31:35: error HT301: 'undefined' is not defined
   31 |     y = Dense(16)  # tune: choice(undefined)
      |                                   ^~~~~~~~~
      = help: import it, or define 'undefined' at the top level
model.py:32:39: error HT104: uniform(log=True) needs bounds above 0, got low=0
   32 |     z = Dropout(0.2)  # tune: uniform(0, 0.5, log=True, name=1)
      |                                       ^
      = help: write the smallest value of interest, such as low=0.0005
model.py:32:62: error HT202: a label must be a string literal without '=', got 1
   32 |     z = Dropout(0.2)  # tune: uniform(0, 0.5, log=True, name=1)
      |                                                              ^
      = help: write name='units'
model.py:33:17: warning HT119: a marker in braces in a comment is not searched
   33 |     return 0.2  # {{uniform(0, 1)}}
      |                 ^~~~~~~~~~~~~~~~~~~
      = help: to search the value write # tune: uniform(0, 1)
