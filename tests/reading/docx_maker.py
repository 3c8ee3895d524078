"""Word packages built by hand for the tests: only the parts a test names, in raw WordprocessingML."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from app.reading import read

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(targets: dict[str, str]) -> str:
    """Return a relationships part: kind -> target."""
    lines = "".join(
        f'<Relationship Id="r{i}" Type="{_RELATIONS}/{kind}" Target="{target}"/>' for i, (kind, target) in enumerate(targets.items())
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'


def package(members: dict[str, str | bytes]) -> bytes:
    """Return a ZIP of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(body: str, *, numbering: str = "", styles: str = "", **parts: str) -> bytes:
    """Return a docx whose body is this XML; `numbering`, `styles` and other parts hold the children of their root."""
    roots = {"numbering": numbering, "styles": styles} | parts
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations({"officeDocument": "word/document.xml"}),
        "word/_rels/document.xml.rels": relations({kind: f"{kind}.xml" for kind, xml in roots.items() if xml}),
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
    }
    for kind, xml in roots.items():
        if xml:
            members[f"word/{kind}.xml"] = f"<w:{kind} {NAMESPACES}>{xml}</w:{kind}>"
    return package(members)


def p(text: str = "", *, num: int | None = None, level: int | None = None, style: str = "", props: str = "") -> str:
    """Return a paragraph, numbered when `num` is given."""
    inside = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num is not None or level is not None:
        inside += "<w:numPr>"
        inside += "" if level is None else f'<w:ilvl w:val="{level}"/>'
        inside += "" if num is None else f'<w:numId w:val="{num}"/>'
        inside += "</w:numPr>"
    return f"<w:p><w:pPr>{inside}{props}</w:pPr>{r(text) if text else ''}</w:p>"


def r(text: str, props: str = "") -> str:
    """Return a run."""
    return f'<w:r>{f"<w:rPr>{props}</w:rPr>" if props else ""}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def lvl(index: int, text: str, fmt: str = "decimal", *, start: int = 1, extra: str = "") -> str:
    """Return one level of an abstract list."""
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{fmt}"/>{extra}<w:lvlText w:val="{escape(text)}"/></w:lvl>'


def abstract(number: int, *levels: str, extra: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{extra}{"".join(levels)}</w:abstractNum>'


def num(number: int, of: int, extra: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{extra}</w:num>'


def tbl(rows: list[list[str]], *, bordered: bool = True, header: bool = False) -> str:
    """Return a table; a cell that begins with "<w:tc" or "<w:p" is taken as XML."""
    edge = "single" if bordered else "nil"
    borders = "".join(f'<w:{side} w:val="{edge}"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    out = f"<w:tbl><w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr>"
    for index, row in enumerate(rows):
        out += "<w:tr>" + ("<w:trPr><w:tblHeader/></w:trPr>" if header and index == 0 else "")
        for cell in row:
            if cell.startswith("<w:tc"):
                out += cell
            else:
                out += f"<w:tc>{cell if cell.startswith('<w:') else p(cell)}</w:tc>"
        out += "</w:tr>"
    return out + "</w:tbl>"


def tabbed(*cells: str, tabs: int = 1, props: str = "") -> str:
    return "<w:p>" + ("<w:r>" + "<w:tab/>" * tabs + "</w:r>").join(r(cell, props) for cell in cells) + "</w:p>"


def lines(body: str, **parts: str) -> list[str]:
    """Return the lines that reading a docx of this body gives."""
    return read(docx(body, **parts)).text.split("\n")
