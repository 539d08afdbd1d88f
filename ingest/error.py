"""Errors of the ingest stage: one tree, each message one line that says what to do."""

from __future__ import annotations


class IngestError(Exception):
    """Base of every error this package raises on purpose."""


class UnreadableInputError(IngestError):
    """A whole input (a file, an address, a setting) cannot be used."""


class RejectedRecordError(IngestError):
    """One record cannot be used; the others of its file still can."""
