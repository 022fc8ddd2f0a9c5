"""Optional libraries: each comes with an extra of the package."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from hypertemplate.errors import UsageError


@contextlib.contextmanager
def extra(name: str, library: str) -> Iterator[None]:
    """Explain how a library is installed if an import in the context finds it missing, or too old.

    Args:
        name: name of the extra.
        library: the library, as people know it.

    Raises:
        UsageError: an import has failed; the message has the line that installs the extra.
    """
    try:
        yield
    except ImportError as error:
        raise UsageError(
            f"this needs {library}, which cannot be imported ({error}); install it with: "
            f'pip install "hypertemplate[{name}]"'
        ) from error
