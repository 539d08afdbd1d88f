"""What was learnt from reviews, as text for a terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from nlp.review.measure import wilson
from nlp.review.validation import Compared, Counts
from southbound.pipeline.review.train import Accepted, LanguageProposal, Proposal, quality_record


def proposal_text(proposal: Proposal, *, form: str, min_train: int) -> str:
    """Write a proposal as "text" or "json"."""
    if form == "json":
        return json.dumps(quality_record(proposal), ensure_ascii=False, indent=2) + "\n"
    return "".join(f"{line}\n" for line in _lines(proposal, min_train))


def _lines(proposal: Proposal, min_train: int) -> Iterator[str]:
    yield f"{proposal.n_verdicts} answers, beside {proposal.base_model}"
    yield (
        "before and after, each text by what was learnt from other days; precision and recall with 95 % "
        "intervals (Wilson), the gain in F1 with a 90 % interval (bootstrap over texts)"
    )
    yield "what is measured are reviewed items, most of which the queue chose: not the news as it comes"
    for one in proposal.languages:
        yield from _language_lines(one, min_train)
    if not proposal.languages:
        yield "no theme of the catalogue was reviewed in a text that the models read"
    for own in proposal.own:
        yield ""
        yield f"own theme {own.theme}, {own.n} answers" + ("" if own.is_enough else ": too few to learn from")
        if own.is_enough:
            yield f"  before  {_counts_text(own.before)}"
            yield f"  after   {_counts_text(own.after)}" + ("" if own.is_better else "  (no better: left)")
    yield from _cost_lines(proposal)


def _language_lines(one: LanguageProposal, min_train: int) -> Iterator[str]:
    yield ""
    yield f"{'English' if one.language == 'en' else 'Chinese'}: {one.n_texts} reviewed texts"
    if one.total is None:
        yield (
            f"  the evidence is too thin: a theme needs {min_train} answers, 3 of each kind; "
            "`southbound review draw` draws more"
        )
        return
    if one.strength is None:
        yield "  nothing that was tried is better than the model as it is"
        yield f"  as it is  {_counts_text(one.total.before)}"
        return
    low, high = one.total.interval
    yield f"  all of them  {_gain_text(one.total)}"
    if low <= 0 <= high:
        yield "  the interval holds 0: this may be chance; more answers would tell"
    same = [theme for theme, found in one.by_theme.items() if found.before == found.after]
    if same:
        yield f"  unchanged: {', '.join(same)}"
    for theme, found in one.by_theme.items():
        if theme in same:
            continue
        yield f"  {theme}, {found.n} answers: {_gain_text(found)}"
        yield f"      before  {_counts_text(found.before)}"
        yield f"      after   {_counts_text(found.after)}"


def _gain_text(found: Compared) -> str:
    low, high = found.interval
    return f"F1 {found.before.f1:.3f} -> {found.after.f1:.3f} ({found.gain:+.3f}, {low:+.3f} to {high:+.3f})"


def _counts_text(counts: Counts) -> str:
    precision, recall = _share_text(counts.hits, counts.given), _share_text(counts.hits, counts.actual)
    return f"precision {precision}, recall {recall}, F1 {counts.f1:.3f}"


def _share_text(hits: int, n: int) -> str:
    if not n:
        return "-"
    low, high = wilson(hits, n)
    return f"{hits / n:.2f} [{low:.2f}, {high:.2f}] n={n}"


def _cost_lines(proposal: Proposal) -> Iterator[str]:
    cost = proposal.cost
    yield ""
    yield f"cost: learnt in {cost.seconds:.0f} s"
    if proposal.classifiers:
        yield (
            f"  {cost.ms_per_text:.1f} ms more a text; of the last {cost.n_latest} articles {cost.n_changed} "
            f"would carry other themes: {cost.n_added} tags more, {cost.n_removed} less"
        )
        yield (
            f"  applied to what is stored of {cost.n_stored:,} articles, without the encoder, in about "
            f"{cost.seconds_to_apply:.0f} s here; of the last {cost.n_latest}, {cost.n_unlike} then carry "
            "other themes than tagging anew gives"
        )


def accepted_lines(done: Accepted) -> Iterator[str]:
    """Say what became of the stored texts, a line each."""
    yield (
        f"adjustment {done.version} is in use: {done.n_versions:,} of {done.total('n_texts'):,} stored "
        f"articles got a further version, known from now on ({done.total('n_added'):,} themes more, "
        f"{done.total('n_removed'):,} less); `southbound train --revert` goes back"
    )
    if done.total("n_open"):
        yield (
            f"of {done.total('n_open'):,} it can't be told whether they carry a theme more: scores below the "
            "threshold weren't kept when they were tagged; what they carry was adjusted where it could be"
        )
