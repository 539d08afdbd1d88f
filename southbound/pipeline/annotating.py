"""Annotate a batch of texts so that one that breaks the tagger doesn't stop the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlp.annotation import Annotation, Text, TokenCount, Tone
from nlp.label import THEME_IDS
from nlp.tagger import Tagger
from southbound.digest.wording import clean_line
from southbound.store.model_name import FAILED_MARK

#: Any model reads this: where it fails too, the model is at fault and not the text.
_PROBE = Text(title="The Hang Seng Index rose.", body="", language="en")
_MAX_REASON_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A text that couldn't be annotated: its place in the batch, and why."""

    place: int
    reason: str


def annotate_each(tagger: Tagger, texts: Sequence[Text]) -> tuple[list[Annotation], list[Failure]]:
    """Annotate texts; where one of them raises, each by itself.

    Returns:
        An annotation for each text, an empty one for those that failed; and which failed.

    Raises:
        Exception: the tagger fails whatever it is given.
    """
    try:
        return list(tagger.annotate(texts)), []
    except Exception:  # whatever a text can bring about
        annotations, failures = _one_by_one(tagger, texts)
        if len(failures) == len(texts) and _is_broken(tagger):
            raise
        return annotations, failures


def _one_by_one(tagger: Tagger, texts: Sequence[Text]) -> tuple[list[Annotation], list[Failure]]:
    annotations: list[Annotation] = []
    failures: list[Failure] = []
    for place, text in enumerate(texts):
        try:
            annotations += tagger.annotate([text])
        except Exception as error:  # noqa: BLE001 - whatever a text can bring about; it is told
            annotations.append(_nothing(text, tagger.model))
            failures.append(Failure(place=place, reason=reason_of(error)))
    return annotations, failures


def _is_broken(tagger: Tagger) -> bool:
    try:
        list(tagger.annotate([_PROBE]))
    except Exception:  # noqa: BLE001 - the caller raises what it had
        return True
    return False


def reason_of(error: Exception | str) -> str:
    """Say in one line of bounded length what a text brought about."""
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    return clean_line(text)[:_MAX_REASON_CHARS]


def _nothing(text: Text, model: str) -> Annotation:
    """Say nothing of a text, under a name that tells that the model failed on it."""
    return Annotation(
        language=text.language,
        hk_china=0.0,
        themes=(),
        entities=(),
        tone=Tone(label=0, negative=0.0, neutral=1.0, positive=0.0),
        scores=dict.fromkeys(THEME_IDS, 0.0),
        model=f"{model}{FAILED_MARK}",
        tokens=TokenCount(read=0, total=len(text.title) + len(text.body)),
    )
