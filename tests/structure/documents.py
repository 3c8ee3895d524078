"""Documents for the tests of this room: from plain lines, and from a labelled source in the typing habits unions really have.

The habits are those of the built files (`typed`, `colon`, `upper`, `auto`); the reading room is not needed to test the structure room.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from app.reading.document import Document, DocumentBuilder, Method

SAMPLES = Path(__file__).parents[2] / "samples"
FORMS = ("typed", "colon", "upper", "auto")
_MARK = re.compile(r"^@(head|title|para|chapter|section|article|text|khoan|diem|bullet|table|end|sign|annex)\b ?(.*)$")
_LABELLED = ("chapter", "section", "article", "khoan", "diem", "annex")


def plain(text: str, method: Method = "docx", **attributes: object) -> Document:
    """A Document of one paragraph a line; a line that begins with "**" is bold."""
    builder = DocumentBuilder()
    for line in text.strip("\n").split("\n"):
        bold = line.startswith("**")
        builder.paragraph(line.strip("* ") if bold else line.strip(), bold=bold, **attributes)
    return build(builder, method)


def build(builder: DocumentBuilder, method: Method = "docx") -> Document:
    return builder.build(method=method, media_type="application/test", pages=1, sha256="0" * 64)


@dataclass
class Block:
    kind: str
    label: str = ""
    text: str = ""
    path: str = ""
    rows: list[list[str]] = field(default_factory=list)


def source_blocks(folder: Path) -> list[Block]:
    """The blocks of a labelled source, each with the path of the numbered thing it stands under."""
    blocks: list[Block] = []
    article = khoan = diem = ""
    table: Block | None = None
    for line in (folder / "source.txt").read_text(encoding="utf-8").splitlines():
        line = line.rstrip()
        if table is not None:
            if line.startswith("@end"):
                table = None
            elif line.strip():
                table.rows.append([c.strip() for c in line.split("|")])
            continue
        m = _MARK.match(line)
        if not m:
            if line.strip():
                blocks[-1].text += " " + line.strip()
            continue
        kind, rest, label = m.group(1), m.group(2).strip(), ""
        if kind in _LABELLED:
            label, _, rest = (p.strip() for p in rest.partition("|"))
        if kind in ("article", "annex"):
            article, khoan, diem = ("PL" if kind == "annex" else "") + label, "", ""
        elif kind == "khoan":
            khoan, diem = label, ""
        elif kind == "diem":
            diem = label
        elif kind == "sign":
            article = khoan = diem = ""
        block = Block(kind, label, rest, ".".join(p for p in (article, khoan, diem) if p))
        blocks.append(block)
        if kind == "table":
            table = block
    return blocks


def in_form(blocks: list[Block], form: str) -> Document:
    """Type the blocks as one habit would."""
    builder = DocumentBuilder()
    article, tables = "", 0
    if form in ("typed", "auto"):
        blocks = _signature_in_columns(blocks)
    for b in blocks:
        automatic: dict[str, object] = {}
        if b.kind in ("head", "title"):
            builder.paragraph(b.text, bold=True, centered=True)
        elif b.kind == "sign":
            left, _, right = (p.strip() for p in b.text.partition("|"))
            builder.paragraph(f"{left} {right}", bold=True)
        elif b.kind == "chapter":
            if form in ("colon", "upper"):
                builder.paragraph(f"CHƯƠNG {b.label}: {b.text.upper()}", bold=True, centered=True)
            else:
                builder.paragraph(f"Chương {b.label}", bold=True, centered=True, heading=1)
                builder.paragraph(b.text.upper(), bold=True, centered=True)
        elif b.kind == "section":
            builder.paragraph(f"Mục {b.label}. {b.text}", bold=True, centered=True)
        elif b.kind == "annex":
            article = "PL" + b.label
            builder.paragraph(f"PHỤ LỤC {b.label}" + (f": {b.text}" if b.text else ""), bold=True, centered=True)
        elif b.kind == "article":
            article = b.label
            text = f"Điều {b.label}. {b.text}".rstrip()
            if form == "colon":
                text = f"Điều {b.label}: {b.text}".rstrip(": ") + ("" if b.text else ":")
            elif form == "upper":
                text = f"ĐIỀU {b.label} – {b.text}" if b.text else f"ĐIỀU {b.label}"
            elif form == "auto":
                automatic = {"label": f"Điều {b.label}.", "level": 0}
            builder.paragraph(text, bold=True, heading=2 if form in ("typed", "auto") else None, **automatic)
        elif b.kind == "khoan":
            dotted = form == "colon" and not article.startswith("PL")
            automatic = {"label": f"{b.label}.", "level": 1} if form == "auto" else {}
            builder.paragraph(f"{article}.{b.label} {b.text}" if dotted else f"{b.label}. {b.text}", **automatic)
        elif b.kind == "diem":
            automatic = {"label": f"{b.label})", "level": 2} if form == "auto" else {}
            builder.paragraph(f"{b.label}) {b.text}", **automatic)
        elif b.kind == "bullet":
            builder.paragraph(("+ " if form == "colon" else "- ") + b.text)
        elif b.kind == "table":
            head = b.rows[0]
            for n, row in enumerate(b.rows):
                cells = [(c, i, head[i] if n and i < len(head) else "") for i, c in enumerate(row)]
                builder.row(cells, table=tables, row=n, header=n == 0)
            tables += 1
        else:
            builder.paragraph(b.text)
    return build(builder)


def _signature_in_columns(blocks: list[Block]) -> list[Block]:
    """One side of the signature block after the other, as the cells of a layout table are read."""
    out: list[Block] = []
    signed: list[str] = []
    for b in [*blocks, Block("end")]:
        if b.kind == "sign":
            signed.append(b.text)
            continue
        out += [Block("head", text=t) for side in (0, 2) for s in signed if (t := s.partition("|")[side].strip())]
        signed = []
        if b.kind != "end":
            out.append(b)
    return out
