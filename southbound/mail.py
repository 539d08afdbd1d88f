"""Mail through an SMTP server: plain text, or text and HTML as alternatives."""

from __future__ import annotations

import os
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from southbound.alert import MailAddress
from southbound.error import SouthboundError, UncertainMailError

_SECONDS = 20.0
_GOODBYE_SECONDS = 3.0
_REFUSES_FROM = 400  # a code of SMTP
_DOMAIN = "southbound.invalid"


class _Server(smtplib.SMTP):
    """A server, and whether it has been given the mail itself, not only whom it is for."""

    given = False

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override] # of a buffer, all we give
        """Give the mail where the server asks for it, and return the server's answer.

        Raises:
            SMTPDataError: the server does not ask for it.
        """
        self.given = True
        try:
            return super().data(msg)
        except smtplib.SMTPDataError:
            self.given = False
            raise


class _SecureServer(_Server, smtplib.SMTP_SSL):
    """A server that is spoken to under TLS from the first byte."""


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
    server: _Server | None = None
    try:
        server = _connect(address)
        if address.user:
            server.login(address.user, os.environ.get(address.password_env, ""))
        refused = tuple(server.send_message(_message(address, mail)))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        line = f"mail server {address.host}:{address.port}: {' '.join(str(error).split())}"
        refuses = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= _REFUSES_FROM
        is_uncertain = server is not None and server.given and not refuses
        raise (UncertainMailError if is_uncertain else SouthboundError)(line) from error
    finally:
        if server is not None:
            _say_goodbye(server)
    return refused


def _say_goodbye(server: smtplib.SMTP) -> None:
    """End the talk; how the server takes that says nothing of the mail, which it has taken or not."""
    with suppress(OSError, smtplib.SMTPException):
        if server.sock is not None:
            server.sock.settimeout(_GOODBYE_SECONDS)
        server.quit()
    server.close()


def _connect(address: MailAddress) -> _Server:
    """Connect, encrypted where that is asked for; a server whose certificate doesn't hold gets nothing."""
    if address.tls == "implicit":
        context = ssl.create_default_context()
        return _SecureServer(address.host, address.port, timeout=_SECONDS, context=context)
    server = _Server(address.host, address.port, timeout=_SECONDS)
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
