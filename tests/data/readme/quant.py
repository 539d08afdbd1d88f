"""A quant's first look, on the database that `make demo` makes: python quant.py [DATABASE]."""

from __future__ import annotations

import sys

import southbound

DB = sys.argv[1] if len(sys.argv) > 1 else "demo/southbound.db"

# One row a session: what was known at its decision, 09:15 Hong Kong.
table = southbound.read_table(DB, themes=["ai"], assets=["INDEX:HSI"]).set_index("session")
print("Known at the decision, the last five sessions with an AI reading (HKD million):")
shown = table.dropna(subset="ai.share")[["ai.share", "flow_session", "net_flow", "flow_sum_5", "flow_qtd"]]
print(
    shown.tail().to_string(float_format=lambda value: f"{value:,.2f}" if abs(value) < 1 else f"{value:,.0f}")
)

# For study, each session's own flow, known in the evening: does money follow the news of the morning?
own = southbound.read_table(DB, themes=["ai"], align="contemporaneous").set_index("session")
is_open = own["flow_state"] == "open"
total = own.loc[is_open, "net_flow"].sum() / 1000
print(f"\nSouthbound was open in {is_open.sum()} of {len(own)} sessions; net HK${total:,.1f} billion.")
for lag in range(3):
    rank = own["ai.share"].corr(own["net_flow"].shift(-lag), method="spearman")
    print(f"  rank correlation of the AI share with the flow {lag} sessions on: {round(rank, 1) + 0.0:+.1f}")

# The table as it stood on an evening: nothing in it was known later.
before = southbound.read_table(DB, themes=["ai"], as_of="2025-03-10T20:00+08:00").set_index("session")
running = f"{before.index[-1]:%d %B}, complete: {before['complete'].iloc[-1]}"
print(f"\nAs of the evening of 10 March, the last row is that of {running}.")

# A factor under (date, asset), and closes: alphalens' get_clean_factor_and_forward_returns takes both.
factor = southbound.read_factors(DB, "ai", half_life=5)
prices = southbound.read_prices(DB, list(factor.index.unique("asset")))
n_sessions = factor.index.unique("date").size
print(f"\n{len(factor)} factor values: {', '.join(prices.columns)} in {n_sessions} sessions.")

# By hand: bought at the first close after the decision. Two assets make no cross-section, so over time.
wide = factor.unstack("asset")
for n_days in (1, 5):
    ahead = (prices.shift(-n_days) / prices - 1).reindex(wide.index)
    ranks = wide.corrwith(ahead, method="spearman")
    told = ", ".join(f"{asset} {rank:+.1f}" for asset, rank in ranks.items())
    print(f"  rank correlation with the return over {n_days} sessions: {told}")
