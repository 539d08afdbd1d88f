"""What is listed in Hong Kong, list by list, and who applied to be: each fact with the time it was known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlite_utils import Database

from ingest.listing import ListingApplication
from ingest.security import Security
from southbound.error import UsageError
from southbound.instant import text_from_instant
from southbound.store.article import Added
from southbound.store.tag import END_OF_TIME
from southbound.store.version import PublicationTime, VersionedTable

_SECURITY_VALUES = ("is_listed", "name", "category", "sub_category", "board_lot", "isin", "currency")
_APPLICATION_VALUES = ("state", "posted_on", "stock_code", "n_documents")
#: A list with less than this share of what was listed before is taken for a cut one.
_MIN_SHARE = 0.8


class SecurityTable:
    """Add and read HKEX's lists of securities. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._rows = VersionedTable(
            db, "security", key=("asset_id",), values=_SECURITY_VALUES, day="valid_from"
        )

    def add_list(
        self,
        securities: Sequence[Security],
        *,
        as_at: date,
        source: str,
        seen_at: datetime,
        public: PublicationTime,
    ) -> Added:
        """Add a whole list; what it no longer holds was delisted. Lists go in from the oldest to the newest.

        Raises:
            UsageError: a newer list is stored, or this one lacks a fifth of what was listed.
        """
        listed = self._listed_facts()
        self._require_successor(len(securities), as_at, n_before=len(listed))
        facts = {security.asset_id: _facts(security) for security in securities}
        for asset_id in listed.keys() - facts.keys():
            facts[asset_id] = {**listed[asset_id], "is_listed": 0}
        added = Added()
        for asset_id, values in facts.items():
            added += self._rows.add_dated(
                {"asset_id": asset_id},
                values,
                day=as_at,
                source=source,
                public_at=public.of(as_at),
                seen_at=seen_at,
            )
        return added

    def _require_successor(self, n_securities: int, as_at: date, *, n_before: int) -> None:
        newest = self._db.execute("SELECT max(valid_from) FROM security").fetchone()[0]
        if newest is not None and as_at.isoformat() < newest:
            raise UsageError(
                f"the list of {as_at} is older than one of {newest} that is stored; add the oldest first"
            )
        if n_securities < _MIN_SHARE * n_before:
            raise UsageError(
                f"the list of {as_at} holds {n_securities:,} securities where {n_before:,} were listed; "
                "is it cut off?"
            )

    def _listed_facts(self) -> dict[str, dict[str, Any]]:
        """Return what was listed by the latest list, by asset."""
        columns = ("asset_id", *_SECURITY_VALUES)
        rows = self._db.execute(
            f"SELECT {', '.join(columns)}, max(valid_from || known_at) FROM security GROUP BY asset_id"
        )
        facts = (dict(zip(columns, row[:-1], strict=True)) for row in rows)
        return {str(fact.pop("asset_id")): fact for fact in facts if fact["is_listed"]}

    def listed(self, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return what was listed as last known before `as_of`; see `versions` for the columns."""
        versions = self.versions(as_of=as_of)
        current = versions[versions["valid_to"].isna() & (versions["is_listed"] == 1)]
        return current.reset_index(drop=True)

    def versions(self, asset_id: str | None = None, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return the versions of a security, or of all, known before `as_of`.

        Columns: asset_id, is_listed, name, category, sub_category, board_lot, isin, currency, first_seen,
        valid_from, valid_to (the first list that says otherwise; None where none does).
        """
        rows = self._db.execute(
            f"""SELECT asset_id, {", ".join(_SECURITY_VALUES)},
                   min(valid_from) OVER (PARTITION BY asset_id) AS first_seen, valid_from,
                   lead(valid_from) OVER (PARTITION BY asset_id ORDER BY valid_from, known_at) AS valid_to
                FROM security WHERE known_at < :as_of AND (:asset_id IS NULL OR asset_id = :asset_id)
                ORDER BY asset_id, valid_from, known_at""",
            {"as_of": text_from_instant(as_of) if as_of else END_OF_TIME, "asset_id": asset_id},
        ).fetchall()
        columns = ["asset_id", *_SECURITY_VALUES, "first_seen", "valid_from", "valid_to"]
        return pd.DataFrame(rows, columns=columns, dtype=object)


class ApplicationTable:
    """Add and read applications for listing. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._rows = VersionedTable(
            db,
            "listing_application",
            key=("application_id", "board"),
            values=_APPLICATION_VALUES,
            day="list_date",
        )

    def add(
        self, applications: Iterable[ListingApplication], *, seen_at: datetime, public: PublicationTime
    ) -> Added:
        """Add applications; a changed state, or a further paper, becomes a version as of the list's day."""
        added = Added()
        for application in applications:
            added += self._rows.add_dated(
                {"application_id": application.application_id, "board": application.board},
                _application_facts(application),
                day=application.list_date,
                source=application.source,
                public_at=public.of(application.list_date),
                seen_at=seen_at,
            )
        return added

    def states(self, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return every application as last known before `as_of`; see `history` for the columns."""
        history = self.history(as_of=as_of)
        last = history.groupby(["application_id", "board"], sort=False).tail(1)
        return last.reset_index(drop=True)

    def history(self, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return the versions of all applications known before `as_of`, each application's in order.

        Columns: application_id, board, name, state, posted_on, stock_code, n_documents, list_date, known_at.
        """
        columns = ["application_id", "board", "name", *_APPLICATION_VALUES, "list_date", "known_at"]
        rows = self._db.execute(
            f"""SELECT {", ".join(columns)} FROM listing_application WHERE known_at < ?
                ORDER BY application_id, board, list_date, known_at""",
            [text_from_instant(as_of) if as_of else END_OF_TIME],
        ).fetchall()
        frame = pd.DataFrame(rows, columns=columns, dtype=object)
        frame["known_at"] = pd.to_datetime(frame["known_at"], utc=True, format="ISO8601")
        return frame


def _facts(security: Security) -> dict[str, Any]:
    return {
        "is_listed": 1,
        "name": security.name,
        "category": security.category,
        "sub_category": security.sub_category,
        "board_lot": security.board_lot,
        "isin": security.isin,
        "currency": security.currency,
    }


def _application_facts(application: ListingApplication) -> dict[str, Any]:
    documents = [
        {
            "title": document.title,
            "posted_on": document.posted_on.isoformat() if document.posted_on else None,
            "url": document.url,
        }
        for document in application.documents
    ]
    return {
        "state": application.state,
        "posted_on": application.posted_on.isoformat(),
        "stock_code": application.stock_code,
        "n_documents": len(documents),
        "name": application.name,
        "documents": json.dumps(documents, ensure_ascii=False),
    }
