"""Digests sent to desks: which are due, in which form, once and only once."""

from __future__ import annotations

from southbound.delivery.due import Delivery, Due, due_deliveries
from southbound.delivery.send import deliver, deliver_due

__all__ = ["Delivery", "Due", "deliver", "deliver_due", "due_deliveries"]
