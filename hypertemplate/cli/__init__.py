"""The command line; the only place that prints."""

from hypertemplate.cli.app import main as main
