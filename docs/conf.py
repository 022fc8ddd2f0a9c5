"""How Sphinx builds these pages: ``make docs``."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "extensions"), str(HERE.parent)]

import hypertemplate

project = "hypertemplate"
author = "The hypertemplate developers"
version = release = hypertemplate.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "relative_links",
    "command_reference",
]
exclude_patterns = ["build"]
default_role = "literal"  # docstrings write `name`, as the rest of the code does
smartquotes = False  # `--option` would lose a dash
nitpicky = False  # types of signatures are not all documented here

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

highlight_language = "text"  # what follows a plain `::` is a shell session or output
copybutton_prompt_text = "$ "
copybutton_only_copy_prompt_lines = True

html_theme = "furo"
html_title = "hypertemplate"
html_static_path = ["static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sourcelink = False
