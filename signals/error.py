"""The errors of this package.

SignalError
├── CalendarSpanError    a date or an instant the calendar does not know
└── InputError           a table or an option that cannot be used as it is
"""

from __future__ import annotations


class SignalError(ValueError):
    """Base of all errors raised here; its message is one line that says what to do."""


class CalendarSpanError(SignalError):
    """A date or an instant lies outside the calendar's span."""


class InputError(SignalError):
    """A table lacks a column, holds values that cannot be used, or an option is out of range."""
