"""Pairs of connected sockets: one for the driver, one for a process that it starts."""

from __future__ import annotations

import contextlib
import fcntl
import socket


def socket_pair(
    kept: contextlib.ExitStack, lent: contextlib.ExitStack, kind: int = socket.SOCK_STREAM
) -> tuple[socket.socket, socket.socket]:
    """Two connected sockets.

    Args:
        kept: closes the driver's.
        lent: closes the other, when the process has been started.
        kind: of both.
    """
    ours, theirs = map(_above_standard, socket.socketpair(socket.AF_UNIX, kind))
    kept.callback(ours.close)
    lent.callback(theirs.close)
    return ours, theirs


def _above_standard(one: socket.socket) -> socket.socket:
    """A socket whose descriptor is not that of stdin, stdout or stderr, should the driver have closed one."""
    if one.fileno() > 2:
        return one
    with one:
        return socket.socket(fileno=fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 3))
