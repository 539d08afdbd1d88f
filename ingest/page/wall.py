"""What stands in front of an article instead of it: checks, consent, errors, paywalls."""

from __future__ import annotations

import re
from urllib.parse import urlsplit


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


#: Titles, at their beginning.
_WALL_TITLE = _any_of(
    r"just a moment|attention required|access denied|access to this page has been denied|are you a robot",
    r"please verify you are|verify(?:ing)? (?:you are|your)|security check|redirecting",
    r"before you continue|we value your privacy|your privacy|privacy (?:settings|choices)|consent\b",
    r"cookie (?:consent|settings|policy)|403 forbidden|404\b|page not found|not found|error\b",
    r"安全[验驗][证證]|[访訪][问問][验驗][证證]|[页頁]面不存在|找不到",
)
_WALL_TEXT = _any_of(
    r"we and our (?:\d+ )?(?:\w+ )?partners|uses? cookies|accept all|reject all",
    r"manage (?:your )?(?:privacy|choices|cookies)|enable javascript|javascript is (?:disabled|required)",
    r"disable your ad ?blocker|verify you are human|checking your browser",
    r"使用(?:本网站的)?\s?cookie|接受所有|[开開][启啟]javascript|[请請]完成安全[验驗][证證]",
)
_PAYWALL = _any_of(
    r"subscribe (?:now |today )?to (?:continue|read|unlock|keep)|already a (?:subscriber|member)\?",
    r"(?:continue|keep) reading (?:this article )?with a",
    r"(?:article|story|content) is (?:available (?:only )?to|for|reserved for|exclusive to) (?:our )?"
    r"(?:paying )?(?:subscribers|members)",
    r"(?:sign|log) in to (?:continue|read)|register (?:now )?to (?:continue|read)|subscribers only",
    r"you have (?:reached|used) your",
    r"(?:登[录錄入]|注册|註冊|[订訂][阅閱]|付[费費])[后後]?.{0,8}[阅閱]?[读讀]全文|[余餘剩]下.{0,6}全文",
    r"成[为為][会會][员員].{0,8}[阅閱]|[会會][员員][专專][享属屬]|[订訂][户戶][专專]享",
)
_CONSENT_HOST = re.compile(r"(?:consent|guce|privacy|accounts?|login|signin|sso|captcha)\.", re.IGNORECASE)
#: A wall is short; a long article may speak of cookies and subscribers.
_MAX_WALL_CHARS = 1500
#: A paywall's words stand at the end of what it lets through.
_TAIL_CHARS = 600


def find_wall(*, final_url: str, title: str, text: str, is_closed: bool) -> str | None:
    """Say what stands in front of an article, as the rest of a sentence that begins with the page.

    Args:
        final_url: Where the page was read.
        title: Its headline.
        text: What can be read of it.
        is_closed: Whether it declares that it isn't free to read.

    Returns:
        None where nothing does.
    """
    parts = urlsplit(final_url)
    is_short = len(text) <= _MAX_WALL_CHARS
    is_check = is_short and (_WALL_TITLE.match(title) or _WALL_TEXT.search(text))
    if is_check or _CONSENT_HOST.match(parts.hostname or ""):
        return "is a check, a consent form or an error"
    if is_closed or _PAYWALL.search(text[-_TAIL_CHARS:]):
        return "is behind a paywall"
    if not parts.path.strip("/") and not parts.query:
        return "leads to the site's front page"
    return None
