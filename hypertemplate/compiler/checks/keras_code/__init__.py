"""Checks of code that uses Keras: code of older versions, misspelled names, what methods return."""
