"""The user's own imported modules: loaded ones, those that a trial imports first, fresh ones."""
