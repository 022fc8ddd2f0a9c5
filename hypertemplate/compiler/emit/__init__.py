"""Output of the compiler: rewritten markers, the parts of a program, ``program.py``."""
