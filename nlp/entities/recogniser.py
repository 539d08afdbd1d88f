"""Find names that the catalogue may not know: a small spaCy pipeline, trained to go by form and context."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.annotation import Field, Span
from nlp.entities.matcher import Reading
from nlp.entities.unknown import FoundName, words_of
from nlp.error import ModelError
from nlp.spacy_light import Doc, Language, Vocab, blank

#: As much of a body as is read for new names: what matters is named early.
READ_CHARS = 700
WEIGHTS = "pipeline.bin"
#: Words that news mostly writes in small letters, one a line: capitals alone make no name of them.
COMMON = "common.txt"
_BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class NameText:
    """A text as the recogniser reads it: its tokens, and where each stands (field, start, end)."""

    doc: Doc
    places: tuple[tuple[Field, int, int], ...]


class Recogniser:
    """The trained pipeline.

    Args:
        folder: a model folder (`pipeline.bin`, `common.txt`, `manifest.json`).

    Raises:
        ModelError: the folder can't be used.
    """

    def __init__(self, folder: Path) -> None:
        self.name, sha256 = _read_manifest(folder / "manifest.json")
        self._nlp = _read_pipeline(folder / WEIGHTS, sha256)
        self._common = _read_common(folder / COMMON)

    def find(self, readings: Sequence[Reading]) -> list[tuple[FoundName, ...]]:
        """Return the names in each text's title and the start of its body, in order of their place."""
        return [
            tuple(name for name in names if not self._common.issuperset(words_of(name.span.text)))
            for names in find_names(self._nlp, readings)
        ]


def find_names(nlp: Language, readings: Sequence[Reading]) -> list[tuple[FoundName, ...]]:
    """Run a pipeline over texts; see :meth:`Recogniser.find`."""
    # What the words of a batch add to the vocabulary goes with the batch.
    with nlp.memory_zone():
        texts = [make_name_text(nlp.vocab, reading) for reading in readings]
        docs = nlp.pipe([text.doc for text in texts], batch_size=_BATCH)
        return [
            tuple(_names(doc, text, reading))
            for doc, text, reading in zip(docs, texts, readings, strict=True)
        ]


def make_name_text(vocab: Vocab, reading: Reading) -> NameText:
    """Put title and opening of the body into one document, without white space but a line break between."""
    words: list[str] = []
    places: list[tuple[Field, int, int]] = []
    for field, doc in reading.fields():
        if field == "body":
            words.append("\n")
            places.append(("body", 0, 0))
        for start, text in _tokens(doc, None if field == "title" else READ_CHARS):
            words.append(text)
            places.append((field, start, start + len(text)))
    return NameText(doc=Doc(vocab, words=words), places=tuple(places))


def _tokens(doc: Doc, limit: int | None) -> Iterator[tuple[int, str]]:
    """Yield the place and text of what is no white space, up to a number of characters."""
    strings = doc.vocab.strings
    start = 0
    # A token object each would take three times as long.
    for orth, space in doc.to_array(["ORTH", "SPACY"]).tolist():
        if limit is not None and start >= limit:
            return
        text = strings[orth]
        if not text.isspace():
            yield start, text
        start += len(text) + space


def _names(doc: Doc, text: NameText, reading: Reading) -> Iterator[FoundName]:
    title, body = reading.texts
    texts: dict[Field, str] = {"title": title, "body": body}
    for found in doc.ents:
        field, start, _ = text.places[found.start]
        last_field, _, end = text.places[found.end - 1]
        if field == last_field:
            span = Span(field=field, start=start, end=end, text=texts[field][start:end])
            yield FoundName(span=span, type=found.label_)


def _read_manifest(path: Path) -> tuple[str, str]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return str(values["name"]), str(values["sha256"])
    except OSError as error:
        raise ModelError(f"{path} can't be read; reinstall Southbound or set tag.recogniser") from error
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is no complete manifest ({error}); reinstall Southbound") from error


def _read_pipeline(path: Path, sha256: str) -> Language:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} can't be read; reinstall Southbound or set tag.recogniser") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelError(f"{path} isn't the file that its manifest describes; reinstall Southbound")
    return make_pipeline().from_bytes(content)


def _read_common(path: Path) -> frozenset[str]:
    try:
        return frozenset(path.read_text(encoding="utf-8").split())
    except OSError as error:
        raise ModelError(f"{path} can't be read; reinstall Southbound or set tag.recogniser") from error


def make_pipeline() -> Language:
    """Make the untrained pipeline: hashed words, affixes and shapes, a narrow network, transitions."""
    nlp = blank("en")
    tok2vec = {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "pretrained_vectors": None,
        "width": 64,
        "depth": 2,
        "embed_size": 3000,
        "window_size": 1,
        "maxout_pieces": 2,
        "subword_features": True,
    }
    model = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 48,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": tok2vec,
    }
    nlp.add_pipe("ner", config={"model": model})
    return nlp
