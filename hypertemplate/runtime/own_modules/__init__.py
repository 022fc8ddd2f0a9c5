"""The program's module, and the user's own imported ones: loaded, imported first by a trial, fresh."""
