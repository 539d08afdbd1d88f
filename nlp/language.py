"""spaCy pipelines: tokens and sentences for Latin and for Chinese text."""

from __future__ import annotations

import re

import numpy as np

from nlp.spacy_light import Doc, Language, Vocab, blank, filter_spans

__all__ = ["filter_spans", "make_language"]

#: A Chinese character, a run of Latin letters and digits (with its decimals), or any other single sign.
_CJK_TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[A-Za-z0-9]+(?:\.[0-9]+)*|\s+|.", re.DOTALL)
#: What the array of sentence starts holds: yes, and no (-1 as an unsigned number).
_START = np.uint64(1)
_INSIDE = np.uint64(2**64 - 1)
_ENDS = frozenset(".!?。！？；…")
_CLOSERS = frozenset("\"'”’」』）)]")


class CjkTokenizer:
    """Split Chinese text so that every character is a token, and a Latin name or number is one."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Tokenise; the tokens put together give the text back."""
        words = _CJK_TOKEN.findall(text)
        return Doc(self.vocab, words=words, spaces=[False] * len(words))


@Language.component("southbound_sentences")
def set_sentences(doc: Doc) -> Doc:
    """End a sentence after its final mark and closing quotes, and at every line break."""
    fresh, ended = True, False
    starts = np.full(len(doc), _INSIDE)
    strings = doc.vocab.strings
    # A token object each would take three times as long.
    for index, orth in enumerate(doc.to_array("ORTH").tolist()):
        text = strings[orth]
        is_space = text.isspace()
        closes = ended and text in _CLOSERS
        if (fresh or ended) and not closes and not is_space:
            starts[index] = _START
            fresh = "\n" in text
        else:
            fresh = fresh or "\n" in text
        ended = closes or text in _ENDS or (ended and is_space)
    # All at once: setting tokens one by one looks the whole document over each time.
    doc.from_array(["SENT_START"], starts.reshape(-1, 1))  # type: ignore[arg-type] # spaCy's own stub means thinc's arrays
    return doc


def make_language(code: str) -> Language:
    """Make the pipeline for a language code: Chinese ("zh...") or anything written with spaces."""
    if code.startswith("zh"):
        nlp = blank("xx")
        nlp.tokenizer = CjkTokenizer(nlp.vocab)
    else:
        nlp = blank("en")
    nlp.max_length = 5_000_000
    nlp.add_pipe("southbound_sentences")
    return nlp
