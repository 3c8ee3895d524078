"""The letter that tells one person of the alerts of a day: plain text and HTML. Pure: the same alerts, the same letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from itertools import groupby

from app.alerts.finding import Kind
from app.alerts.repository import Told
from app.alerts.views import sentence
from app.grading.wording import day as written
from app.grading.wording import number
from app.storage.base import now

NAMED = 30  # alerts of one kind that a letter names


@dataclass(frozen=True, slots=True)
class Reader:
    name: str
    email: str


def compose(
    reader: Reader, sender: str, digest_id: str, day: date, told: Sequence[Told], counts: Mapping[str, int], url: str
) -> EmailMessage:
    """`told` holds the alerts to name, in the order of their kinds; `counts` how many there are of each."""
    message = EmailMessage()
    total = sum(counts.values())
    message["From"] = sender
    message["To"] = Address(display_name=reader.name, addr_spec=reader.email)
    message["Subject"] = f"Thước: {number(total)} việc cần xem về thỏa ước, ngày {written(day)}"
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<canh-bao.{digest_id}@{sender.rpartition('@')[2].strip('<> ') or 'thuoc'}>"
    message["Auto-Submitted"] = "auto-generated"
    sections = [(Kind(kind), list(rows)) for kind, rows in groupby(told, key=lambda one: one.alert.kind)]
    message.set_content(_plain(reader, day, sections, counts, url), cte="base64")
    message.add_alternative(_html(reader, day, sections, counts, url), subtype="html", cte="base64")
    return message


def _more(kind: Kind, shown: int, counts: Mapping[str, int]) -> str:
    rest = counts.get(kind.value, 0) - shown
    return f"và {number(rest)} thỏa ước nữa" if rest > 0 else ""


def _opening(reader: Reader, day: date) -> str:
    return f"Kính gửi {reader.name}, dưới đây là các thỏa ước trong phạm vi của anh/chị cần xem, tính đến ngày {written(day)}."


def _closing(url: str) -> str:
    where = f" tại {url.rstrip('/')}" if url else ""
    return f"Xem đầy đủ{where}: mục Cảnh báo. Không muốn nhận thư này: tắt trong mục Cảnh báo của tài khoản."


def _plain(reader: Reader, day: date, sections: Sequence[tuple[Kind, list[Told]]], counts: Mapping[str, int], url: str) -> str:
    lines = [_opening(reader, day), ""]
    for kind, rows in sections:
        lines.append(f"{kind.label.upper()} ({number(counts[kind.value])})")
        lines += [f"- {sentence(one)} [{one.unit.name}]" for one in rows]
        more = _more(kind, len(rows), counts)
        lines += [more, ""] if more else [""]
    return "\n".join([*lines, _closing(url), ""])


def _html(reader: Reader, day: date, sections: Sequence[tuple[Kind, list[Told]]], counts: Mapping[str, int], url: str) -> str:
    parts = [
        '<!doctype html><html lang="vi"><body style="font-family:sans-serif;line-height:1.5">',
        f"<p>{escape(_opening(reader, day))}</p>",
    ]
    for kind, rows in sections:
        parts.append(f"<h3>{escape(kind.label)} ({number(counts[kind.value])})</h3><ul>")
        parts += [f'<li>{escape(sentence(one))}<br><span style="color:#666">{escape(one.unit.name)}</span></li>' for one in rows]
        more = _more(kind, len(rows), counts)
        parts.append(f"</ul>{f'<p>{escape(more)}</p>' if more else ''}")
    return "".join([*parts, f'<p style="color:#666">{escape(_closing(url))}</p></body></html>'])
