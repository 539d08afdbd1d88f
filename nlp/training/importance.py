"""Fit and measure the importance of reports: `python -m nlp.training.importance --data DATA`.

A ridge regression (Hoerl and Kennard, 1970) of the readers' grades on the terms of the word models, one for
English and one for Chinese. All graded reports are of dates on which the digest's weights were set; so the
scores are by cross-validation, each run of four days graded by what was learnt from the others.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score

from nlp.importance.model import FOLDERS, MANIFEST, OPENING_CHARS, analyzer_of
from nlp.scoring.lexical import TITLE_MARK, TITLE_WEIGHT, Analyzer, iterate_terms
from nlp.training.example import read_news

LABELS: Final = "importance.jsonl"
#: Penalty on the squared weights, and in how many reports a term must stand; set by cross-validation. Rarer
#: runs of characters cost three times the room and tell nothing.
_PENALTY: Final = 1.0
_MIN_REPORTS: Final[dict[Analyzer, int]] = {"word": 2, "character": 4}
_N_FOLDS: Final = 5
#: Days in a row that are graded together: a story's reports come within days.
_FOLD_DAYS: Final = 4
#: A title where a flash has none: so many characters of it.
_TITLE_CHARS: Final = 50
#: A floor stands this much below the measured figure.
_MARGIN: Final = 0.02
_WORTH_READING, _MUST_READ = 2, 3
log = logging.getLogger(__name__)

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedReport:
    """A report as the reader saw it, with the grade given.

    Attributes:
        title: white space collapsed.
        opening: of its body, likewise.
        day: of publication.
        grade: 0 (nothing for investors) to 3 (must be read first).
    """

    title: str
    opening: str
    day: date
    grade: int

    @property
    def fold(self) -> int:
        """The part of the cross-validation that grades it."""
        return self.day.toordinal() // _FOLD_DAYS % _N_FOLDS


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSpace:
    """Reports of one script as vectors.

    Attributes:
        terms: names of the terms; those of titles begin with the mark.
        idf: 1 + log(n / df) of each.
        features: the reports (n, terms), the two blocks as in the word model.
    """

    terms: list[str]
    idf: Values
    features: csr_matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeQuality:
    """How well grades are predicted; correlation is Pearson's, the others are areas under the ROC curve."""

    n: int
    correlation: float
    auc_worth_reading: float
    auc_must_read: float

    def figures(self) -> dict[str, float]:
        """Return the figures that have floors."""
        return {
            "correlation": round(self.correlation, 4),
            "auc_worth_reading": round(self.auc_worth_reading, 4),
            "auc_must_read": round(self.auc_must_read, 4),
        }


def main() -> None:
    """Measure by cross-validation, fit on everything, write the folder with scores, floors and card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="development data (news/)")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--out", type=Path, default=Path("models/importance"))
    parser.add_argument("--name", default="southbound-importance-1", help="name and version")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    reports = read_graded(arguments.models / "labels" / LABELS, arguments.data / "news")
    scores = {}
    for analyzer, folder in FOLDERS.items():
        chosen = of_analyzer(reports, analyzer)
        space = describe(chosen, analyzer)
        scores[folder] = measure_grades(cross_validate(space, chosen), chosen)
        write_lexical(arguments.out / folder, analyzer, space, fit(space.features, chosen))
        log.info("%s: %d reports, %d terms, %s", folder, len(chosen), len(space.terms), scores[folder])
    write_description(arguments.out, arguments.name, reports, scores)


def read_graded(labels: Path, news: Path) -> list[GradedReport]:
    """Join the grades (ids, no text) with the development data's texts; one without a text is left out."""
    rows = map(json.loads, labels.read_text(encoding="utf-8").splitlines())
    grades = {row["id"]: int(row["grade"]) for row in rows}
    return [_graded(row, grades[row["id"]]) for row in read_news(news) if row["id"] in grades]


def of_analyzer(reports: Sequence[GradedReport], analyzer: Analyzer) -> list[GradedReport]:
    """Keep the reports that one of the models reads."""
    return [report for report in reports if analyzer_of(report.title) == analyzer]


def describe(reports: Sequence[GradedReport], analyzer: Analyzer) -> TermSpace:
    """Describe reports by the terms of their titles, and of title and opening together."""
    titles = [report.title for report in reports]
    texts = [f"{report.title}\n{report.opening}" for report in reports]
    blocks, terms, idf = [], [], []
    for mark, block, weight in ((TITLE_MARK, titles, TITLE_WEIGHT), ("", texts, 1.0)):
        reader = TfidfVectorizer(
            analyzer=partial(iterate_terms, analyzer=analyzer),
            sublinear_tf=True,
            smooth_idf=False,
            min_df=_MIN_REPORTS[analyzer],
        )
        blocks.append(weight * reader.fit_transform(block))
        terms += [mark + term for term in reader.get_feature_names_out().tolist()]
        idf.append(reader.idf_)
    return TermSpace(terms=terms, idf=np.concatenate(idf), features=csr_matrix(hstack(blocks)))


def fit(features: csr_matrix, reports: Sequence[GradedReport]) -> Ridge:
    """Return the regression of the grades on features (n, terms)."""
    return Ridge(alpha=_PENALTY).fit(features, [report.grade for report in reports])


def cross_validate(space: TermSpace, reports: Sequence[GradedReport]) -> Values:
    """Return each report's grade (n) by what was learnt from the other days."""
    folds = np.array([report.fold for report in reports])
    predicted = np.zeros(len(reports))
    for fold in range(_N_FOLDS):
        learnt = np.flatnonzero(folds != fold).tolist()
        model = fit(space.features[learnt], [reports[number] for number in learnt])
        predicted[folds == fold] = model.predict(space.features[folds == fold])
    return predicted


def measure_grades(predicted: Values, reports: Sequence[GradedReport]) -> GradeQuality:
    """Hold predicted grades (n) against the reader's."""
    grades = np.array([report.grade for report in reports])
    return GradeQuality(
        n=len(reports),
        correlation=float(np.corrcoef(predicted, grades)[0, 1]),
        auc_worth_reading=float(roc_auc_score(grades >= _WORTH_READING, predicted)),
        auc_must_read=float(roc_auc_score(grades >= _MUST_READ, predicted)),
    )


def write_lexical(folder: Path, analyzer: Analyzer, space: TermSpace, model: Ridge) -> None:
    """Write `lexical.json` and `lexical.safetensors`."""
    folder.mkdir(parents=True, exist_ok=True)
    description = {"analyzer": analyzer, "terms": space.terms}
    (folder / "lexical.json").write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
    tensors = {
        "weights": model.coef_[:, np.newaxis].astype(np.float16),
        "idf": space.idf.astype(np.float16),
        "bias": np.array([model.intercept_], dtype=np.float32),
    }
    save_file(tensors, folder / "lexical.safetensors")


def write_description(
    folder: Path, name: str, reports: Sequence[GradedReport], scores: Mapping[str, GradeQuality]
) -> None:
    """Write what belongs to the models of a folder: manifest, scores, floors and card."""
    manifest = {
        "name": name,
        "base": None,
        "licence": "Apache-2.0",
        "labels": f"labels/{LABELS}",
        "sha256": dict(_checksums(folder)),
    }
    _write_json(folder / MANIFEST, manifest)
    figures = {language: quality.figures() for language, quality in scores.items()}
    _write_json(folder / "scores.json", figures)
    _write_json(folder / "floors.json", _changed(figures, lambda value: round(value - _MARGIN, 3)))
    (folder / "card.md").write_text(render_card(name, reports, scores), encoding="utf-8")


def render_card(name: str, reports: Sequence[GradedReport], scores: Mapping[str, GradeQuality]) -> str:
    """Return the model card as Markdown."""
    days = [report.day for report in reports]
    given = np.bincount([report.grade for report in reports], minlength=_MUST_READ + 1).tolist()
    return "\n".join(
        [
            f"# {name}",
            "",
            "How much a report matters to a Hong Kong or China equity strategist's first minutes, 0 to 3:",
            "two ridge regressions, on words and pairs of words (English) and on runs of one to three",
            "characters (Chinese, both scripts), of the title, and of the title with the first",
            f"{OPENING_CHARS} characters of the body. Base: none. Licence of these weights: Apache-2.0. News",
            "texts were used to train and are not contained.",
            "",
            "## Data",
            "",
            f"{len(reports):,} reports of {min(days)} to {max(days)}, graded by reading, each once",
            "(`models/labels`):",
            ", ".join(f"{count:,} of grade {grade}" for grade, count in enumerate(given)) + ".",
            "",
            "## Scores",
            "",
            f"By cross-validation: each {_FOLD_DAYS} days graded by what was learnt from the others.",
            "",
            "| language | n | correlation | AUC, worth reading (2, 3) | AUC, must be read (3) |",
            "|---|--:|--:|--:|--:|",
            *(
                f"| {language} | {row.n} | {row.correlation:.3f} | {row.auc_worth_reading:.3f} "
                f"| {row.auc_must_read:.3f} |"
                for language, row in scores.items()
            ),
            "",
            "It knows the words of the days it was fitted on: a matter that never was in the news before is",
            "graded by what is told around it. What the order of a digest gains by it is told by",
            "`python -m southbound.evaluation.read_first DB`.",
            "",
        ]
    )


def _graded(row: Mapping[str, Any], grade: int) -> GradedReport:
    body = " ".join(str(row.get("body") or row.get("summary") or "").split())
    return GradedReport(
        title=" ".join(str(row["title"] or body[:_TITLE_CHARS]).split()),
        opening=body[:OPENING_CHARS],
        day=date.fromisoformat(str(row["published_at"])[:10]),
        grade=grade,
    )


def _checksums(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the models' files and their SHA-256."""
    for path in sorted(folder.glob("*/lexical.*")):
        yield path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()


def _changed(
    figures: Mapping[str, Mapping[str, float]], change: Callable[[float], float]
) -> dict[str, dict[str, float]]:
    return {
        language: {name: change(value) for name, value in row.items()} for language, row in figures.items()
    }


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
