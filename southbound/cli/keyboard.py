"""One key at a time from a terminal; a line at a time where no terminal is."""

from __future__ import annotations

import sys


def read_key() -> str:
    """Return the next key without waiting for Enter; "q" at the end of the input."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        return line.strip()[:1] if line else "q"
    return _read_character()


def read_line(question: str) -> str:
    """Ask for a line; "" where none is given."""
    sys.stderr.write(f"{question}: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def _read_character() -> str:
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        # Not flushed: what a fast reader pressed between two questions counts.
        tty.setcbreak(descriptor, termios.TCSADRAIN)
        return sys.stdin.read(1) or "q"
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
