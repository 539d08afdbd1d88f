"""Plain-text mail through an SMTP server."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from southbound.alert import MailAddress
from southbound.error import SouthboundError

_SECONDS = 20.0


def send_mail(address: MailAddress, *, title: str, text: str) -> None:
    """Send one mail to all who are named.

    The password is taken from the environment variable that the settings name, never from a file.

    Raises:
        SouthboundError: the server can't be reached, or refuses the mail or somebody it is for.
    """
    message = EmailMessage()
    message["Subject"] = " ".join(title.split())
    message["From"], message["To"] = address.sender, ", ".join(address.to)
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="southbound.invalid")
    message.set_content(text)
    try:
        with smtplib.SMTP(address.host, address.port, timeout=_SECONDS) as server:
            if address.tls:
                server.starttls(context=ssl.create_default_context())
            if address.user:
                server.login(address.user, os.environ.get(address.password_env, ""))
            refused = server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        problem = " ".join(str(error).split())
        raise SouthboundError(f"mail server {address.host}:{address.port}: {problem}") from error
    if refused:
        raise SouthboundError(f"mail server {address.host} refused {', '.join(refused)}")
