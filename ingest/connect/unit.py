"""Set aside flows that are in another unit than they should be: 亿 or thousands for HKD million.

Measured on the southbound sessions of November 2014 to June 2026: none of the 2,652 real ones is set aside by
its turnover; of the same ten times too large 99% are, and ten times too small 97%. A net alone swings too
much for this: single ones are caught when they are some fifty times too large, twenty and more of them by
their median, and any by another record of the same session.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from ingest.flow import Flow
from ingest.rejection import Rejection

#: Both the trailing median and the last session have to be passed by this factor.
_TURNOVER_FACTOR = 4.5
_TURNOVER_SESSIONS, _MIN_SESSIONS = 20, 5
#: A net alone: of one session, and of the median of many.
_NET_FACTOR, _NETS_FACTOR = 50.0, 6.5
_NET_SESSIONS, _MIN_NETS = 60, 20
#: How close the ratio of two records of one session has to be to a power of ten.
_SAME_SESSION_TOLERANCE = 0.002
_COMPLAINT = "the unit seems wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFlow:
    """What is stored of a session: millions of the channel's money; None where it isn't told."""

    session: date
    net: float | None
    size: float | None


class FlowHistory:
    """The sessions of one channel that are stored, and those accepted since.

    Args:
        known: What is stored, in any order. Where nothing is stored nothing can be told of others.
    """

    def __init__(self, known: Iterable[KnownFlow]) -> None:
        self._nets: dict[date, float] = {}
        self._sizes: dict[date, float] = {}
        self._net_sessions: list[date] = []
        self._size_sessions: list[date] = []
        for flow in sorted(known, key=lambda flow: flow.session):
            self.accept(flow)

    def accept(self, flow: KnownFlow | Flow) -> None:
        """Count a flow among the known ones; the first of a session stays."""
        if flow.size and flow.session not in self._sizes:
            insort(self._size_sessions, flow.session)
            self._sizes[flow.session] = flow.size
        if flow.net is not None and flow.session not in self._nets:
            insort(self._net_sessions, flow.session)
            self._nets[flow.session] = abs(flow.net)

    def judge(self, flow: Flow) -> str | None:
        """Say what speaks for a wrong unit of one flow; None where nothing does."""
        reason = self._judge_same_session(flow)
        if reason is not None:
            return reason
        if flow.size is not None:
            return self._judge_size(flow.session, flow.size)
        if flow.net is not None:
            return self._judge_net(flow.session, abs(flow.net))
        return None

    def nets_before(self, session: date) -> list[float]:
        """Return the sizes of the last stored nets before a session."""
        near = self._net_sessions[: bisect_left(self._net_sessions, session)]
        return [self._nets[other] for other in near[-_NET_SESSIONS:]]

    def nets_after(self, session: date) -> list[float]:
        """Return the sizes of the first stored nets after a session."""
        near = self._net_sessions[bisect_right(self._net_sessions, session) :]
        return [self._nets[other] for other in near[:_NET_SESSIONS]]

    def _judge_same_session(self, flow: Flow) -> str | None:
        stored = self._nets.get(flow.session)
        if not stored or not flow.net:
            return None
        power = math.log10(abs(flow.net) / stored)
        if round(power) == 0 or abs(power - round(power)) > _SAME_SESSION_TOLERANCE:
            return None
        times = _times(abs(flow.net) / stored)
        return f"the net {flow.net:g} is {times} the one that is stored; {_COMPLAINT}"

    def _judge_size(self, session: date, size: float) -> str | None:
        position = bisect_left(self._size_sessions, session)
        near = self._size_sessions[max(0, position - _TURNOVER_SESSIONS) : position]
        if len(near) < _MIN_SESSIONS:  # filling in what is older than all that is stored
            near = [other for other in self._size_sessions[position:] if other != session]
            near = near[:_TURNOVER_SESSIONS][::-1]
        if len(near) < _MIN_SESSIONS:
            return None
        if size <= 0:
            return "nothing was traded, though the session is told to be open"
        sizes = [self._sizes[other] for other in near]
        ratios = size / median(sizes), size / sizes[-1]
        if min(ratios) < _TURNOVER_FACTOR and max(ratios) > 1 / _TURNOVER_FACTOR:
            return None
        times = _times(ratios[0])
        return f"the turnover {size:g} is {times} the median of the sessions beside it; {_COMPLAINT}"

    def _judge_net(self, session: date, net: float) -> str | None:
        near = self.nets_before(session)
        if len(near) < _MIN_NETS or net < _NET_FACTOR * median(near):
            return None
        times = _times(net / median(near))
        return f"the net {net:g} is {times} the median of the sessions before it; {_COMPLAINT}"


def set_aside_wrong_units(
    flows: Iterable[Flow | Rejection], history: FlowHistory, *, where: str
) -> Iterator[Flow | Rejection]:
    """Turn the flows that are most likely in a wrong unit into rejections.

    Args:
        flows: Of one channel, from one file, in any order.
        history: What is known of the channel; the flows that pass are added to it.
        where: The file, for the rejections.

    Yields:
        Rejections passed in first, then the flows by session.
    """
    read = list(flows)
    yield from (one for one in read if isinstance(one, Rejection))
    told = sorted((one for one in read if isinstance(one, Flow)), key=lambda flow: flow.session)
    nets_reason = _judge_nets([flow for flow in told if _is_bare(flow)], history)
    for flow in told:
        reason = history.judge(flow) or (nets_reason if _is_bare(flow) else None)
        if reason is None:
            history.accept(flow)
            yield flow
        else:
            reason = f"{flow.session}: {reason} (--any-size stores it)"
            yield Rejection(where=where, reason=reason)


def _is_bare(flow: Flow) -> bool:
    """Say whether a flow tells its net and nothing else of its size."""
    return flow.size is None and flow.net is not None


def _judge_nets(flows: Sequence[Flow], history: FlowHistory) -> str | None:
    """Say what speaks for a wrong unit of all flows of a file that tells nets only."""
    if len(flows) < _MIN_NETS:
        return None
    own = [abs(flow.net) for flow in flows if flow.net is not None]
    before, after = history.nets_before(flows[0].session), history.nets_after(flows[-1].session)
    if len(before) >= _MIN_NETS:
        ratio = median(own[:_MIN_NETS]) / median(before)
    elif len(after) >= _MIN_NETS:
        ratio = median(own[-_MIN_NETS:]) / median(after)
    else:
        return None
    if 1 / _NETS_FACTOR < ratio < _NETS_FACTOR:
        return None
    return f"the nets of this file are {_times(ratio)} those stored beside them; {_COMPLAINT}"


def _times(ratio: float) -> str:
    """Say a ratio as people do: 97 is about 100 times, 0.011 about 1/100 of."""
    power = round(math.log10(ratio))
    return f"about {10**power:,} times" if power >= 0 else f"about 1/{10**-power:,} of"
