"""Does a series say anything about flows or returns?

A session's value is known at its decision (09:15 Hong Kong by default), and everything is counted from
there. Two kinds of study:

- a market-wide series against a target (`study_market`): lead-lag correlation, Granger's test both ways,
  local projections, the sessions after spikes;
- a theme x entity panel (`study_panel`): information coefficient, returns by quantile, turnover, decay, net
  of costs.

Each estimate comes with its errors, a block-bootstrap band, a placebo (the same values on other dates) and
p-values corrected for the number of tests. A sample too small gives its reason instead of numbers.
"""

from __future__ import annotations

from signals.evaluation.cross_section import PanelConfig, Span
from signals.evaluation.event import EventEffect, event_study
from signals.evaluation.factor import build_factor, factor_frame
from signals.evaluation.finding import Chance, Finding, corrected, count_tests
from signals.evaluation.granger import GrangerTest, granger
from signals.evaluation.lead_lag import LagCorrelation, lead_lag
from signals.evaluation.market import Evaluation, MarketConfig, evaluate
from signals.evaluation.market_study import study_market
from signals.evaluation.panel_study import PanelStudy, study_panel
from signals.evaluation.projection import Projection, local_projections

__all__ = [
    "Chance",
    "Evaluation",
    "EventEffect",
    "Finding",
    "GrangerTest",
    "LagCorrelation",
    "MarketConfig",
    "PanelConfig",
    "PanelStudy",
    "Projection",
    "Span",
    "build_factor",
    "corrected",
    "count_tests",
    "evaluate",
    "event_study",
    "factor_frame",
    "granger",
    "lead_lag",
    "local_projections",
    "study_market",
    "study_panel",
]
