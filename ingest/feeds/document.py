"""What a feed's answer says, before anything is decided about it: the claims of its entries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text as the feed holds it.

    Attributes:
        value: The text.
        media_type: What the feed says it is, such as ``text/html``; empty where it says nothing.
    """

    value: str
    media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed: what it claims, as it stands there.

    Attributes:
        title: Headline.
        passages: Everything that may be the body, the best first.
        given_id: The feed's identifier; empty where it gives none.
        link: Address, perhaps relative to the feed's.
        published: Date of publication.
        updated: Date of the last change.
        published_fallback: A parser's own reading of ``published``, in ISO 8601, for ways of writing that
            only it knows.
        updated_fallback: The same for ``updated``.
        language: Language tag.
        authors: Names.
        tags: Labels that the publisher gave.
        is_whole: False for the last entry of a feed that was cut off within it.
    """

    title: Passage
    passages: tuple[Passage, ...] = ()
    given_id: str = ""
    link: str = ""
    published: str = ""
    updated: str = ""
    published_fallback: str = ""
    updated_fallback: str = ""
    language: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed's answer.

    Attributes:
        entries: In the order of the feed.
        ttl_seconds: How long the feed says that it need not be polled again; None where it says nothing.
        sitemaps: For an index of sitemaps, their addresses; it has no entries of its own.
    """

    entries: tuple[Entry, ...] = ()
    ttl_seconds: int | None = None
    sitemaps: tuple[str, ...] = ()


class StrangerError(Exception):
    """The answer is no feed; the message names what it is, such as ``an HTML page``."""
