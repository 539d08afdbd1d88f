"""Stock Connect flows, with their legs and shares, by provider and version.

A row is written only where a provider changed a value; `southbound.store.standing` says which of them stands.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd
from sqlite_utils import Database

from ingest.connect.unit import KnownFlow
from ingest.flow import Flow, FlowLeg, ShareFlow
from southbound.instant import instant_from_text, text_from_instant
from southbound.store.article import Added
from southbound.store.price import dated
from southbound.store.standing import AMOUNTS, extended, same_content, standing_rows
from southbound.store.tag import END_OF_TIME
from southbound.store.version import PublicationTime

_SHOWN = ("net", "buy", "sell", "turnover", "sh_net", "sz_net", "state")
_KEY = ("channel", "session", "provider", "known_at")
_LEG = tuple(field.name for field in dataclasses.fields(FlowLeg))
_SHARE = tuple(field.name for field in dataclasses.fields(ShareFlow))
_INSTANT_STEP = timedelta(milliseconds=1)


class FlowTable:
    """Add and read flows. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, flows: Iterable[Flow], *, seen_at: datetime, public: PublicationTime) -> Added:
        """Add flows; what a provider changed becomes a further version of its own, known from now on.

        A provider that tells less than before, and nothing else, unsays nothing.
        """
        added = Added()
        for flow in flows:
            added += self._add(flow, seen_at, public)
        return added

    def versions(self, *, channel: str, as_of: datetime | None = None) -> pd.DataFrame:
        """Return what stood for each session, and from when, as known before `as_of`.

        Columns: session (date), net, buy, sell, turnover, sh_net, sz_net (millions), state, known_at; by
        session and known_at. The first row of a session has the instant at which it was first known.
        """
        rows = self._db.execute(
            f"""SELECT session, known_at, provider, {", ".join(_SHOWN)} FROM flow
                WHERE channel = ? AND known_at < ? ORDER BY session, known_at, provider""",
            [channel, text_from_instant(as_of) if as_of else END_OF_TIME],
        ).fetchall()
        standing = [row for _, own in groupby(rows, key=itemgetter(0)) for row in standing_rows(list(own))]
        columns = ["session", "known_at", "provider", *_SHOWN]
        frame = dated(pd.DataFrame(standing, columns=columns)[["session", *_SHOWN, "known_at"]])
        return frame.astype(dict.fromkeys(_SHOWN[:-1], float))

    def latest(self, *, channel: str, as_of: datetime | None = None) -> pd.DataFrame:
        """Return what stands for each session, as known before `as_of`: the last of its `versions`."""
        versions = self.versions(channel=channel, as_of=as_of)
        return versions.drop_duplicates("session", keep="last").reset_index(drop=True)

    def told_sessions(self, *, channel: str, provider: str) -> set[date]:
        """Return the sessions of which a provider has told a total, or that there was none."""
        rows = self._db.execute(
            """SELECT DISTINCT session FROM flow WHERE channel = ? AND provider = ?
               AND (state = 'closed' OR net IS NOT NULL OR turnover IS NOT NULL)""",
            [channel, provider],
        )
        return {date.fromisoformat(row[0]) for row in rows}

    def known_flows(self, *, channel: str) -> list[KnownFlow]:
        """Return the size of what stands for each session."""
        frame = self.latest(channel=channel)
        size = frame["turnover"].fillna(frame["buy"] + frame["sell"])
        rows = zip(frame["session"], frame["net"], size, strict=True)
        return [KnownFlow(session=day.date(), net=_told(net), size=_told(size)) for day, net, size in rows]

    def flow(
        self, session: date, *, channel: str, provider: str, as_of: datetime | None = None
    ) -> Flow | None:
        """Return a session as a provider last told it before `as_of`, with its legs and shares."""
        found = self._last(channel, session, provider, text_from_instant(as_of) if as_of else END_OF_TIME)
        return None if found is None else found[0]

    def share_flows(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return a share's trading through Stock Connect where it was among the ten traded most.

        Columns: session, channel, leg, rank, buy, sell, turnover (units of the currency, not millions),
        currency, known_at, by session and leg, in the last version known before `as_of`. A session that isn't
        there says that the share was not among the ten, or not told: never that nothing was traded.
        """
        return self._shares("asset_id = :asset_id", {"asset_id": asset_id}, as_of).drop(
            columns=["asset_id", "name"]
        )

    def most_traded(
        self, *, until: date | None = None, channel: str = "southbound", as_of: datetime | None = None
    ) -> pd.DataFrame:
        """Return the ten shares of each leg that were traded most in the last session that tells them.

        Columns as of `share_flows`, with asset_id and name; by leg and rank.

        Args:
            until: last session that may be told.
            channel: of Stock Connect.
            as_of: only what was known before.
        """
        row = self._db.execute(
            """SELECT max(session) FROM flow_share
               WHERE channel = ? AND session <= ? AND known_at < ?""",
            [
                channel,
                until.isoformat() if until else END_OF_TIME,
                text_from_instant(as_of) if as_of else END_OF_TIME,
            ],
        ).fetchone()
        return self._shares(
            "channel = :channel AND session = :session", {"channel": channel, "session": row[0]}, as_of
        )

    def _shares(self, which: str, values: Mapping[str, Any], as_of: datetime | None) -> pd.DataFrame:
        """Return shares in the last version known before `as_of`."""
        columns = ["session", "channel", "leg", "rank", "asset_id", "name"]
        columns += ["buy", "sell", "turnover", "currency", "known_at"]
        rows = self._db.execute(
            f"""SELECT {", ".join(columns)} FROM flow_share AS share
                WHERE {which} AND known_at = (SELECT max(known_at) FROM flow
                    WHERE flow.channel = share.channel AND flow.session = share.session
                    AND flow.provider = share.provider AND flow.known_at < :as_of)
                ORDER BY session, channel, leg, rank""",
            {**values, "as_of": text_from_instant(as_of) if as_of else END_OF_TIME},
        ).fetchall()
        frame = dated(pd.DataFrame(rows, columns=columns))
        return frame.astype(dict.fromkeys(("buy", "sell", "turnover"), float))

    def _add(self, flow: Flow, seen_at: datetime, public: PublicationTime) -> Added:
        found = self._last(flow.channel, flow.session, flow.provider, END_OF_TIME)
        if found is not None:
            last, known_text = found
            flow = extended(last, flow)
            if same_content(flow, last):
                return Added(known=1)
            # Later than the version it corrects, even where the clock was set back.
            known_at = max(seen_at, instant_from_text(known_text) + _INSTANT_STEP)
            self._insert(flow, known_at, "seen")
            return Added(revised=1)
        if self._is_known(flow):
            # Another provider's word on a session that is known can be used from now on only.
            self._insert(flow, seen_at, "seen")
        else:
            # A figure seen before its usual hour was public earlier.
            self._insert(flow, min(public.of(flow.session), seen_at), "published")
        return Added(new=1)

    def _is_known(self, flow: Flow) -> bool:
        key = [flow.channel, flow.session.isoformat()]
        return (
            self._db.execute("SELECT 1 FROM flow WHERE channel = ? AND session = ? LIMIT 1", key).fetchone()
            is not None
        )

    def _insert(self, flow: Flow, known_at: datetime, basis: str) -> None:
        key = {
            "channel": flow.channel,
            "session": flow.session.isoformat(),
            "provider": flow.provider,
            "known_at": text_from_instant(known_at),
        }
        own = {"known_basis": basis, "state": flow.state, "currency": flow.currency, "source": flow.source}
        self._insert_row("flow", {**key, **own, **{name: getattr(flow, name) for name in AMOUNTS}})
        for leg in flow.legs:
            self._insert_row("flow_leg", {**key, **dataclasses.asdict(leg)})
        for share in flow.shares:
            self._insert_row("flow_share", {**key, **dataclasses.asdict(share)})

    def _insert_row(self, table: str, row: Mapping[str, Any]) -> None:
        marks = ", ".join(f":{name}" for name in row)
        self._db.conn.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", row)

    def _last(self, channel: str, session: date, provider: str, before: str) -> tuple[Flow, str] | None:
        """Return a provider's last version before an instant, and the instant of that version."""
        row = self._db.execute(
            f"""SELECT known_at, state, currency, source, {", ".join(AMOUNTS)} FROM flow
                WHERE channel = ? AND session = ? AND provider = ? AND known_at < ?
                ORDER BY known_at DESC LIMIT 1""",
            [channel, session.isoformat(), provider, before],
        ).fetchone()
        if row is None:
            return None
        known_at, state, currency, source, *values = row
        key = [channel, session.isoformat(), provider, known_at]
        flow = Flow(
            session=session,
            state=state,
            channel="northbound" if channel == "northbound" else "southbound",
            currency=currency,
            source=source,
            legs=tuple(FlowLeg(**leg) for leg in self._details("flow_leg", _LEG, key, "leg")),
            shares=tuple(
                ShareFlow(**share) for share in self._details("flow_share", _SHARE, key, "leg, rank")
            ),
        )
        return dataclasses.replace(flow, **dict(zip(AMOUNTS, values, strict=True))), known_at

    def _details(
        self, table: str, columns: Sequence[str], key: Sequence[str], order: str
    ) -> Iterator[dict[str, Any]]:
        condition = " AND ".join(f"{name} = ?" for name in _KEY)
        rows = self._db.execute(
            f"SELECT {', '.join(columns)} FROM {table} WHERE {condition} ORDER BY {order}", list(key)
        )
        return (dict(zip(columns, row, strict=True)) for row in rows.fetchall())


def _told(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
