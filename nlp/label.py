"""The closed sets of labels that the heads give, in the order of their outputs."""

from __future__ import annotations

#: In the order of the theme head's outputs; names and definitions stand in `config/themes`.
THEME_IDS: tuple[str, ...] = (
    "ai",
    "diversification",
    "ipo",
    "southbound_flows",
    "foreign_flows",
    "market_access",
    "rally",
    "selloff",
    "policy_support",
    "regulation",
    "monetary_policy",
    "currency",
    "macro_data",
    "trade_tensions",
    "geopolitics",
    "property",
    "credit_stress",
    "earnings",
    "shareholder_returns",
    "mergers",
    "capital_raising",
    "semiconductors",
    "ev_autos",
    "consumption",
    "commodities_energy",
    "digital_assets",
    "healthcare",
)
#: The tone head's outputs: what an item means for holders.
TONES: tuple[int, ...] = (-1, 0, 1)
N_TONES = len(TONES)
#: Entities whose holders can be better or worse off.
HELD_TYPES = frozenset({"company", "index", "product"})
