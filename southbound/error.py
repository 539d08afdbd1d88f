"""What can go wrong in the shell, and with which exit code it ends.

SouthboundError                1
├── UsageError                 2   wrong option, unknown theme, unreadable settings
├── UncertainMailError         1   a mail may have been sent or not
├── StoreError                 1   the database can't be written or read
│   ├── DamagedDatabaseError   1   parts of the file can't be read
│   └── ForeignDatabaseError   2   the file is not ours, or newer than this program
└── RejectedRecordsError       3   some records were rejected, the rest done
"""

from __future__ import annotations


class SouthboundError(Exception):
    """Base of all errors that end a command with one clear line."""

    exit_code = 1


class UsageError(SouthboundError):
    """What was asked for can't be done as it was asked."""

    exit_code = 2


class UncertainMailError(SouthboundError):
    """A mail server fell silent after it had been given a mail: it may send it or not."""


class StoreError(SouthboundError):
    """The database could not be read or written."""


class DamagedDatabaseError(StoreError):
    """Parts of the file are no longer what SQLite wrote."""


class ForeignDatabaseError(StoreError):
    """The file is no Southbound database, or one of a newer version."""

    exit_code = 2


class RejectedRecordsError(SouthboundError):
    """Some records were rejected; the others are done."""

    exit_code = 3
