"""Post a message to a webhook: the one thing that is sent, not fetched."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from ingest.error import DownloadError, UncertainDeliveryError

_SECONDS = 20.0
#: Nothing can have arrived where one of these was raised.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    httpx.ProxyError,
    ValueError,
)
#: A gateway's word that the server behind it gave no answer, or none that could be read: it may have the
#: message.
_UNKNOWN = frozenset({502, 504})


def post_json(url: str, message: Mapping[str, object]) -> None:
    """Post a JSON object; redirects are not followed, since a message is meant for one place.

    Raises:
        UncertainDeliveryError: the message went out and nobody answered in time: it may have arrived or not.
        DownloadError: it did not go out, or the answer was no success.
    """
    try:
        response = httpx.post(url, json=dict(message), timeout=_SECONDS, follow_redirects=False)
    except _NOT_SENT as error:
        raise DownloadError(f"{_place(url)} can't be reached: {' '.join(str(error).split())}") from error
    except httpx.HTTPError as error:
        raise UncertainDeliveryError(
            f"{_place(url)} gave no answer: {' '.join(str(error).split())}"
        ) from error
    if response.status_code in _UNKNOWN:
        raise UncertainDeliveryError(f"{_place(url)} answered {response.status_code} for a server behind it")
    if not response.is_success:
        raise DownloadError(f"{_place(url)} answered {response.status_code}; check the webhook's address")


def _place(url: str) -> str:
    """Name a webhook without its path, which is often its secret."""
    try:
        return httpx.URL(url).host or "the webhook"
    except httpx.InvalidURL:
        return "the webhook"
