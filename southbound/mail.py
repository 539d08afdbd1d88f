"""Mail through an SMTP server: plain text, or text and HTML as alternatives."""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from southbound.alert import MailAddress
from southbound.error import SouthboundError, UncertainMailError

_SECONDS = 20.0
_DOMAIN = "southbound.invalid"
#: Where one of these was raised, the server has not taken the mail.
_NOT_TAKEN = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail.

    Attributes:
        title: the subject.
        text: plain text.
        html: the same as a page; empty for none.
        identity: names the mail, so that a server or reader can tell a repetition; empty for a random name.
    """

    title: str
    text: str
    html: str = ""
    identity: str = ""


def send_mail(address: MailAddress, mail: Mail) -> tuple[str, ...]:
    """Send one mail to all who are named.

    The password is taken from the environment variable that the settings name, never from a file.

    Returns:
        Whom the server refused, while it took the mail for others.

    Raises:
        UncertainMailError: the server fell silent after it had been given the mail: it may send it or not.
        SouthboundError: the server can't be reached, or refuses the mail or everybody it is for.
    """
    given = False
    try:
        with _connect(address) as server:
            if address.user:
                server.login(address.user, os.environ.get(address.password_env, ""))
            given = True
            return tuple(server.send_message(_message(address, mail)))
    except (OSError, smtplib.SMTPException) as error:
        line = f"mail server {address.host}:{address.port}: {' '.join(str(error).split())}"
        answered = isinstance(error, _NOT_TAKEN)
        raise (UncertainMailError if given and not answered else SouthboundError)(line) from error


def _connect(address: MailAddress) -> smtplib.SMTP:
    """Connect, encrypted where that is asked for; a server whose certificate doesn't hold gets nothing."""
    if address.tls == "implicit":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(address.host, address.port, timeout=_SECONDS, context=context)
    server = smtplib.SMTP(address.host, address.port, timeout=_SECONDS)
    if address.tls == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _message(address: MailAddress, mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = " ".join(mail.title.split())
    message["From"], message["To"] = address.sender, ", ".join(address.to)
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{mail.identity}@{_DOMAIN}>" if mail.identity else make_msgid(domain=_DOMAIN)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message
