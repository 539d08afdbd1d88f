"""Errors of the ingest stage: one tree, each message one line that says what to do."""

from __future__ import annotations


class IngestError(Exception):
    """Base of every error this package raises on purpose."""


class UnreadableInputError(IngestError):
    """A whole input (a file, an address, a setting) cannot be used."""


class RejectedRecordError(IngestError):
    """One record cannot be used; the others of its file still can."""


class DownloadError(IngestError):
    """An address gave no answer that can be used.

    Attributes:
        status: HTTP status of the last answer; None where there was none.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class UncertainDeliveryError(DownloadError):
    """A message went out and nobody answered: it may have arrived or not."""
