"""Adding up the legs of a flow, and checking that a source's figures agree with each other."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.error import RejectedRecordError
from ingest.flow import Flow, FlowLeg


def sum_of(values: Iterable[float | None]) -> float | None:
    """Add amounts; None where one of them is not told."""
    told = list(values)
    if not told or any(value is None for value in told):
        return None
    return round(sum(value for value in told if value is not None), 4)


def net_of(leg: FlowLeg) -> float | None:
    """Return what was bought less what was sold; None where one of them is not told."""
    return None if leg.buy is None or leg.sell is None else round(leg.buy - leg.sell, 4)


def check_leg(leg: FlowLeg, *, label: str, tolerance: float) -> None:
    """Check that what was bought and what was sold add up to the turnover.

    Args:
        leg: Amounts of one link.
        label: What to call it in a message.
        tolerance: Largest difference that rounding explains, millions.

    Raises:
        RejectedRecordError: They don't.
    """
    total = sum_of([leg.buy, leg.sell])
    if total is not None and leg.turnover is not None and _differ(total, leg.turnover, tolerance):
        raise RejectedRecordError(
            f"{label}: bought {leg.buy} and sold {leg.sell} do not add up to the total {leg.turnover}"
        )


def check_flow(flow: Flow, *, tolerance: float) -> Flow:
    """Return a flow whose figures agree, and can be.

    Args:
        flow: Any state.
        tolerance: Largest difference that rounding explains, millions.

    Raises:
        RejectedRecordError: An amount traded is below zero; or bought less sold is not the net, or both are
            not the turnover, or the legs' nets are not the whole's.
    """
    for name in ("buy", "sell", "turnover"):
        amount = getattr(flow, name)
        if amount is not None and amount < 0:
            raise RejectedRecordError(
                f"{flow.session}: {name} is {amount:g}; what is traded is not below zero"
            )
    pairs = {
        f"bought {flow.buy} less sold {flow.sell} is not the net": (_difference(flow), flow.net),
        f"bought {flow.buy} and sold {flow.sell} are not the turnover": (
            sum_of([flow.buy, flow.sell]),
            flow.turnover,
        ),
        f"the legs' net {flow.sh_net} and {flow.sz_net} are not the net": (
            sum_of([flow.sh_net, flow.sz_net]),
            flow.net,
        ),
    }
    for complaint, (own, told) in pairs.items():
        if own is not None and told is not None and _differ(own, told, tolerance):
            raise RejectedRecordError(f"{flow.session}: {complaint} {told}")
    return flow


def _difference(flow: Flow) -> float | None:
    return None if flow.buy is None or flow.sell is None else flow.buy - flow.sell


def _differ(first: float, second: float, tolerance: float) -> bool:
    return abs(first - second) > tolerance + 1e-6  # floats: a difference of the tolerance sharp is allowed
