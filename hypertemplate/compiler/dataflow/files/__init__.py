"""Files that statements read and write, by paths as far as these are known before anything runs."""
