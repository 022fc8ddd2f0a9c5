"""Pairs of connected sockets: one for the driver, one for a process that it starts."""

from __future__ import annotations

import contextlib
import fcntl
import socket


def socket_pair(
    kept: contextlib.ExitStack, lent: contextlib.ExitStack, kind: int = socket.SOCK_STREAM
) -> tuple[socket.socket, socket.socket]:
    """Create two connected sockets.

    Args:
        kept: stack that closes the driver's socket.
        lent: stack that closes the other, once the process has started.
        kind: type of both sockets.
    """
    ours, theirs = map(_above_standard, socket.socketpair(socket.AF_UNIX, kind))
    kept.callback(ours.close)
    lent.callback(theirs.close)
    return ours, theirs


def _above_standard(one: socket.socket) -> socket.socket:
    """Return a socket with a descriptor above those of stdin, stdout and stderr, which may be closed."""
    if one.fileno() > 2:
        return one
    with one:
        return socket.socket(fileno=fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 3))
