"""Rules of `suggest` as data: which values of which calls are worth searching, and where around them."""
