"""Equal trials: which points are tried already, which are left, and which trial answers which."""
