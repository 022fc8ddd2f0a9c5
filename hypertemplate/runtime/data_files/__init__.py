"""Data of a program: files that it reads and values that setup makes, by which a study knows other ones."""
