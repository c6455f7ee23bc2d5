"""The demo's mail server: takes everything over real SMTP on loopback and keeps it as files that a page shows."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

MOST_SHOWN = 200


@dataclass(frozen=True)
class Received:
    """One mail as the page shows it."""

    at: str
    to: str
    subject: str
    text: str


class Box:
    """A folder that mails fall into, newest last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """What aiosmtpd calls for each mail."""
        number = sum(1 for _ in self.folder.glob("*.eml"))
        content = envelope.content or b""
        data = content if isinstance(content, bytes) else content.encode()
        (self.folder / f"{number:06d}.eml").write_bytes(data)
        return "250 angenommen"

    def newest(self) -> list[Received]:
        """The newest mails first."""
        files = sorted(self.folder.glob("*.eml"), reverse=True)[:MOST_SHOWN]
        return [_read(file) for file in files]


def serve(folder: Path, port: int) -> Any:
    """Start the server on loopback in a thread of its own; its `stop()` ends it."""
    controller = Controller(Box(folder), hostname="127.0.0.1", port=port)
    controller.start()
    return controller


def _read(file: Path) -> Received:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    return Received(str(message["date"] or ""), str(message["to"] or ""), str(message["subject"] or ""), text)
