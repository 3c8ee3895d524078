"""The hostile corpus, built in memory: files to refuse, each with its code, and odd but honest files to accept.

`refused()` and `accepted()` yield `Case`s. Run as a script to write them into a folder: python -m tests.reading.hostile FOLDER
"""

from __future__ import annotations

import hashlib
import io
import struct
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.reading.docx_maker import NAMESPACES, abstract, docx, lvl, num, p, package, r, relations, tbl
from tests.reading.hostile_parts import (
    DOCX,
    MB,
    ODT,
    TEXT,
    bomb,
    crowded,
    document,
    flipped,
    locked_pdf,
    lying_bomb,
    members,
    odt,
    ole,
    overlapping,
    patched,
    pdf,
    text_pdf,
    with_flag,
    with_member,
    with_parts,
    workbook,
)


@dataclass(frozen=True, slots=True)
class Case:
    """`expect` is the code of the refusal, or a text that the accepted document holds."""

    name: str
    filename: str
    data: bytes
    expect: str


LAUGHS = "<!DOCTYPE lolz [<!ENTITY a0 'lol'>" + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10)) + "]>"


def refused() -> Iterator[Case]:
    """Files to refuse with the code `expect`."""
    yield from _no_document()
    yield from _bad_package()
    yield from _bad_xml()
    yield from _nothing_to_read()
    yield from _old_office()
    yield from _bad_pdf()


def _no_document() -> Iterator[Case]:
    yield Case("empty", "a.docx", b"", "empty_file")
    yield Case("zeros", "a.pdf", b"\0" * 4096, "empty_file")
    yield Case("blank lines", "a.docx", b" \r\n\t\n", "empty_file")
    yield Case("text named docx", "a.docx", TEXT.encode(), "not_really_docx")
    yield Case("html named doc", "a.doc", b"<html><body>Th\xc3\xb4ng tin</body></html>", "not_really_docx")
    yield Case("program named docx", "a.docx", b"MZ\x90\0" + b"\0\1" * 500, "not_really_docx")
    yield Case("gzip named docx", "a.docx", b"\x1f\x8b\x08\0" + b"\1" * 200, "not_really_docx")
    yield Case("plain text", "a.txt", TEXT.encode(), "unknown_format")
    yield Case("html", "a.html", b"<!doctype html><p>x", "unknown_format")
    yield Case("program", "a", b"\x7fELF" + b"\1" * 300, "unknown_format")
    yield Case("rar", "a.rar", b"Rar!\x1a\x07\x01\0" + b"\1" * 300, "unknown_format")
    yield Case("7z", "a.7z", b"7z\xbc\xaf\x27\x1c" + b"\1" * 300, "unknown_format")
    yield Case("random bytes", "a.bin", bytes((i * 89 + 7) & 255 for i in range(3000)), "unknown_format")
    yield Case("workbook named docx", "a.docx", workbook(), "not_really_docx")
    yield Case("zip of texts", "a.zip", package({"a.txt": TEXT}), "unknown_format")
    yield Case("empty zip", "a.zip", package({}), "unknown_format")
    yield Case("empty zip named docx", "a.docx", package({}), "not_really_docx")
    yield Case("too large", "a.docx", DOCX + b"\1" * (101 * MB), "too_large")


def _bad_package() -> Iterator[Case]:
    yield Case("cut in half", "a.docx", DOCX[: len(DOCX) // 2], "corrupt_file")
    yield Case("without directory", "a.docx", DOCX[: DOCX.find(b"PK\x01\x02")], "corrupt_file")
    yield Case("damaged member", "a.docx", flipped(DOCX), "corrupt_file")
    yield Case("directory offset beyond the file", "a.docx", _eocd(DOCX, 16, struct.pack("<I", 0x7FFFFFFF)), "corrupt_file")
    yield Case("directory larger than the file", "a.docx", _eocd(DOCX, 12, struct.pack("<I", 0x000FFFFF)), "corrupt_file")
    yield Case("claims 65,000 members", "a.docx", _eocd(DOCX, 8, struct.pack("<HH", 65_000, 65_000)), "too_many_members")
    yield Case("5,000 members", "a.docx", crowded(5_000), "too_many_members")
    yield Case("bomb in the document", "a.docx", bomb("word/document.xml"), "zip_bomb")
    yield Case("bomb in the styles", "a.docx", bomb("word/styles.xml"), "zip_bomb")
    yield Case("bomb nobody reads", "a.docx", bomb("word/media/image1.bin", 200 * MB), "zip_bomb")
    yield Case("bomb just under the ratio's floor, many times", "a.docx", _many_bombs(), "zip_bomb")
    yield Case("bomb that lies about its size", "a.docx", lying_bomb(), "corrupt_file")
    yield Case("members that overlap", "a.docx", overlapping(), "zip_bomb")
    yield Case("duplicate member", "a.docx", with_member("word/document.xml", b"<x/>"), "duplicate_member")
    yield Case("duplicate but for case", "a.docx", with_member("Word/Document.XML", b"<x/>"), "duplicate_member")
    yield Case("climbing path", "a.docx", with_member("../../etc/cron.d/x"), "unsafe_member_name")
    yield Case("climbing in the middle", "a.docx", with_member("word/../../x"), "unsafe_member_name")
    yield Case("absolute path", "a.docx", with_member("/etc/passwd"), "unsafe_member_name")
    yield Case("backslashes", "a.docx", with_member("..\\..\\x.dll"), "unsafe_member_name")
    yield Case("drive letter", "a.docx", with_member("C:/Windows/x"), "unsafe_member_name")
    yield Case("control character in a name", "a.docx", with_member("word/a\nb"), "unsafe_member_name")
    yield Case(
        "name cut by a zero", "a.docx", patched(with_member("word/zero#.xml"), b"word/zero#.xml", b"word/zero\0.xml"), "unsafe_member_name"
    )
    yield Case("endless name", "a.docx", with_member("word/" + "n" * 5_000), "unsafe_member_name")
    yield Case(
        "symbolic link",
        "a.docx",
        with_member("word/link", b"/etc/passwd", external_attr=0o120777 << 16, create_system=3),
        "unsafe_member_name",
    )
    yield Case("encrypted members", "a.docx", with_flag(0x01), "encrypted_file")
    yield Case("strongly encrypted members", "a.docx", with_flag(0x40), "encrypted_file")
    yield Case("bzip2 members", "a.docx", _recompressed(zipfile.ZIP_BZIP2), "corrupt_file")
    yield Case("lzma members", "a.docx", _recompressed(zipfile.ZIP_LZMA), "corrupt_file")
    yield Case("main part outside the package", "a.docx", _main_at("../../../../etc/passwd"), "not_really_docx")
    yield Case("main part on the web", "a.docx", _main_at("http://example.invalid/x.xml", external=True), "not_really_docx")


def _eocd(data: bytes, offset: int, value: bytes) -> bytes:
    at = data.rfind(b"PK\x05\x06") + offset
    return data[:at] + value + data[at + len(value) :]


def _many_bombs() -> bytes:
    out = io.BytesIO(DOCX)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for index in range(40):
            archive.writestr(f"word/media/{index}.bin", b"\0" * (11 * MB))
    return out.getvalue()


def _recompressed(method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members(DOCX).items():
            archive.writestr(name, content)
    return out.getvalue()


def _main_at(target: str, *, external: bool = False) -> bytes:
    content = members(DOCX)
    xml = relations({"officeDocument": target})
    content["_rels/.rels"] = xml.replace("/></Rel", ' TargetMode="External"/></Rel') if external else xml
    content["word/other.xml"] = content.pop("word/document.xml")
    return package(content)


def _bad_xml() -> Iterator[Case]:
    external = "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    yield Case("entity from a file", "a.docx", with_parts(document=document(p("&x;").replace("&amp;", "&"), external)), "doctype_in_xml")
    yield Case(
        "entity from the web",
        "a.docx",
        with_parts(document=document(p(), external.replace("file:///etc/", "http://example.invalid/"))),
        "doctype_in_xml",
    )
    yield Case("billion laughs", "a.docx", with_parts(document=document("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", LAUGHS)), "doctype_in_xml")
    yield Case(
        "parameter entity",
        "a.docx",
        with_parts(document=document(p(), "<!DOCTYPE d [<!ENTITY % p SYSTEM 'http://example.invalid/'> %p;]>")),
        "doctype_in_xml",
    )
    yield Case("empty doctype", "a.docx", with_parts(document=document(p(TEXT), "<!DOCTYPE d>")), "doctype_in_xml")
    yield Case(
        "doctype in UTF-16", "a.docx", with_parts(document=("\ufeff" + document(p(TEXT), LAUGHS)).encode("utf-16-le")), "doctype_in_xml"
    )
    yield Case(
        "doctype in UTF-16, big-endian",
        "a.docx",
        with_parts(document=("\ufeff" + document(p(TEXT), LAUGHS)).encode("utf-16-be")),
        "doctype_in_xml",
    )
    for part in ("styles", "numbering", "footnotes"):
        root = f"<w:{part} {NAMESPACES}/>"
        data = members(docx(p(TEXT), **{part: "<w:x/>"})) | {f"word/{part}.xml": LAUGHS + root}
        yield Case(f"doctype in {part}", "a.docx", package(data), "doctype_in_xml")
    laughing = members(DOCX) | {"_rels/.rels": LAUGHS + relations({"officeDocument": "word/document.xml"})}
    yield Case("doctype in relationships", "a.docx", package(laughing), "doctype_in_xml")
    yield Case("undefined entity", "a.docx", with_parts(document=document("<w:p><w:r><w:t>&xxe;</w:t></w:r></w:p>")), "corrupt_file")
    yield Case("unclosed tags", "a.docx", with_parts(document=f"<w:document {NAMESPACES}><w:body><w:p>"), "corrupt_file")
    yield Case("no XML at all", "a.docx", with_parts(document=TEXT), "corrupt_file")
    yield Case("empty main part", "a.docx", with_parts(document=""), "corrupt_file")
    yield Case(
        "bytes that are no UTF-8", "a.docx", with_parts(document=document(p("#")).encode().replace(b"#", b"\xff\xfe\xe1")), "corrupt_file"
    )
    yield Case(
        "encoding nobody knows",
        "a.docx",
        with_parts(document=document(p(TEXT), '<?xml version="1.0" encoding="x-unknown"?>')),
        "corrupt_file",
    )
    yield Case(
        "nested ten thousand deep",
        "a.docx",
        with_parts(document=document("<w:sdt><w:sdtContent>" * 10_000 + "</w:sdtContent></w:sdt>" * 10_000)),
        "corrupt_file",
    )
    yield Case("three million elements", "a.docx", with_parts(document=document("<w:p/>" * 3_000_000)), "zip_bomb")
    yield Case(
        "four million attributes",
        "a.docx",
        with_parts(document=document("".join(f'<w:p {chr(97 + i % 26)}="" b{i % 7}=""/>' for i in range(2_000_000)))),
        "zip_bomb",
    )
    yield Case("one text of 20 MB", "a.docx", with_parts(document=document(p(_noise(12 * MB)))), "corrupt_file")
    yield Case("no body", "a.docx", with_parts(document=f"<w:document {NAMESPACES}/>"), "not_really_docx")
    yield Case("another vocabulary", "a.docx", with_parts(document="<html><body><p>x</p></body></html>"), "not_really_docx")
    without = {name: content for name, content in members(DOCX).items() if name != "word/document.xml"}
    yield Case("no main part", "a.docx", package(without), "not_really_docx")


def _noise(size: int) -> str:
    """Text that hardly deflates."""
    return b"".join(hashlib.sha256(b"%d" % i).digest() for i in range(size // 64 + 1)).hex()[:size]


def _nothing_to_read() -> Iterator[Case]:
    yield Case("empty paragraphs only", "a.docx", docx(p() * 50), "no_text")
    yield Case("hidden text only", "a.docx", docx(f"<w:p>{r(TEXT, '<w:vanish/>')}</w:p>"), "no_text")
    yield Case("deleted text only", "a.docx", docx('<w:p><w:del w:id="1"><w:r><w:delText>x</w:delText></w:r></w:del></w:p>'), "no_text")
    picture = package(members(docx(p())) | {"word/media/image1.bin": bytes((i * i) & 255 for i in range(60_000))})
    yield Case("pictures only", "a.docx", picture, "no_text")


def _old_office() -> Iterator[Case]:
    yield Case("encrypted docx", "a.docx", ole("EncryptionInfo", "EncryptedPackage"), "encrypted_file")
    yield Case("encrypted doc", "a.doc", ole("WordDocument", "1Table", flags=0x0100), "encrypted_file")
    yield Case("old workbook", "a.doc", ole("Workbook"), "unknown_format")
    yield Case("old container, cut", "a.doc", ole("WordDocument")[:700], "unknown_format")
    yield Case("old container, header only", "a.doc", ole("WordDocument")[:300], "corrupt_file")
    yield Case("old container with a looping directory", "a.doc", ole("Nothing", loop=True), "unknown_format")
    yield Case("odt without content", "a.odt", odt(""), "corrupt_file")
    yield Case("odt with a doctype", "a.odt", odt(LAUGHS + ODT), "doctype_in_xml")
    yield Case("odt with a password", "a.odt", odt(ODT, "<manifest:encryption-data/>"), "encrypted_file")


def _bad_pdf() -> Iterator[Case]:
    good = text_pdf()
    yield Case("pdf header only", "a.pdf", b"%PDF-1.7\n", "corrupt_file")
    yield Case("pdf of rubbish", "a.pdf", b"%PDF-1.4\n" + bytes((i * 31) & 255 for i in range(5000)), "corrupt_file")
    yield Case("pdf cut short", "a.pdf", good[:120], "corrupt_file")
    yield Case("pdf with a password", "a.pdf", locked_pdf(), "encrypted_file")
    empty = pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>")
    yield Case("pdf without pages", "a.pdf", empty, "no_pages")


def accepted() -> Iterator[Case]:
    """Odd but honest files; the text `expect` must be read."""
    yield Case("plain", "a.docx", DOCX, TEXT)
    yield Case("wrong name", "a.pdf", DOCX, TEXT)
    yield Case("no name", "", DOCX, TEXT)
    yield Case("data descriptors, as Google Docs writes", "a.docx", _streamed(), TEXT)
    yield Case("stored, not deflated", "a.docx", _recompressed(zipfile.ZIP_STORED), TEXT)
    yield Case("a comment behind the directory", "a.docx", _commented(), TEXT)
    yield Case("directory entries", "a.docx", with_member("word/media/", b""), TEXT)
    yield Case("strict OOXML", "a.docx", _strict(), TEXT)
    yield Case("UTF-16 parts", "a.docx", with_parts(document=("\ufeff" + document(p(TEXT))).encode("utf-16-le")), TEXT)
    yield Case("byte order mark", "a.docx", with_parts(document=b"\xef\xbb\xbf" + document(p(TEXT)).encode()), TEXT)
    yield Case("comments and instructions", "a.docx", with_parts(document=document(f"<!-- x --><?y z?>{p(TEXT)}")), TEXT)
    yield Case(
        "another prefix", "a.docx", with_parts(document=document(p(TEXT)).replace("w:", "ns0:").replace("xmlns:w=", "xmlns:ns0=")), TEXT
    )
    yield Case("main part of another name", "a.docx", _renamed("word/document22.xml", "word/document22.xml"), TEXT)
    yield Case("absolute targets", "a.docx", _renamed("word/document.xml", "/word/document.xml"), TEXT)
    yield Case(
        "no relationships at all", "a.docx", package({"[Content_Types].xml": "<Types/>", "word/document.xml": document(p(TEXT))}), TEXT
    )
    yield Case("names in capitals", "a.docx", _upper(), TEXT)
    yield Case("macros", "a.docm", with_member("word/vbaProject.bin", b"\0" * 500), TEXT)
    yield Case("thirty thousand empty paragraphs", "a.docx", docx("<w:p/>" * 30_000 + p(TEXT)), TEXT)
    yield Case("three hundred pages", "a.docx", three_hundred_pages(), "Điều 900. Nội dung thỏa thuận số 900")
    yield Case("one paragraph of a megabyte", "a.docx", docx(p("Người lao động được nghỉ phép. " * 30_000) + p(TEXT)), TEXT)
    yield Case("tables nested twenty deep", "a.docx", docx(_nested(20)), TEXT)
    yield Case(
        "a style based on itself",
        "a.docx",
        docx(p(TEXT, style="X"), styles='<w:style w:type="paragraph" w:styleId="X"><w:basedOn w:val="X"/></w:style>'),
        TEXT,
    )
    yield Case("numbers without lists", "a.docx", docx(p(TEXT, num=77, level=55)), TEXT)
    absurd = abstract(0, lvl(0, "%1.", start=2_000_000_000)) + num(1, 0)
    yield Case("an absurd start", "a.docx", docx(p(TEXT, num=1, level=0), numbering=absurd), TEXT)
    wide = tbl([['<w:tc><w:tcPr><w:gridSpan w:val="2147483647"/></w:tcPr>' + p(TEXT) + "</w:tc>", "b"], ["c", "d"]])
    yield Case("a cell of absurd width", "a.docx", docx(wide), TEXT)
    yield Case("letters beyond the first plane", "a.docx", docx(p(TEXT + " 👷")), TEXT)
    yield Case("a link to a template outside", "a.docx", _outside(), TEXT)
    yield Case("a zip bomb's ratio, but small", "a.docx", docx(p(TEXT) + p(" " * 3_000_000)), TEXT)
    yield Case("a pdf that begins late", "a.pdf", b"\n" * 200 + text_pdf(), "Dieu 1.")
    yield Case("an rtf", "a.rtf", rb"{\rtf1\ansi {\b Dieu 1.} Pham vi\par}", "Dieu 1. Pham vi")
    yield Case("an rtf named doc", "a.doc", rb"{\rtf1\ansi {\b Dieu 1.} Pham vi\par}", "Dieu 1. Pham vi")
    yield Case("an odt", "a.odt", odt(ODT, _MANIFEST), TEXT)


_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


class _Unseekable(io.RawIOBase):
    """A pipe: forces data descriptors."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, chunk: object) -> int:
        piece = bytes(chunk)  # type: ignore[call-overload]
        self.data += piece
        return len(piece)


def _streamed() -> bytes:
    sink = _Unseekable()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, content in members(DOCX).items():
            archive.writestr(name, content)
    return bytes(sink.data)


def _commented() -> bytes:
    out = io.BytesIO(DOCX)
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = "Bản ghi của WPS".encode()
    return out.getvalue()


def _strict() -> bytes:
    swaps = (
        ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"),
        ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships"),
    )
    out: dict[str, str | bytes] = {}
    for name, content in members(DOCX).items():
        assert isinstance(content, bytes)
        text = content.decode()
        for old, new in swaps:
            text = text.replace(old, new)
        out[name] = text
    return package(out)


def _renamed(name: str, target: str) -> bytes:
    content = members(DOCX)
    content[name] = content.pop("word/document.xml")
    content["_rels/.rels"] = relations({"officeDocument": target})
    return package(content)


def _upper() -> bytes:
    return package({(name.upper() if name.startswith("word/d") else name): content for name, content in members(DOCX).items()})


def three_hundred_pages() -> bytes:
    text = "Công ty bảo đảm cho người lao động các chế độ đã thỏa thuận, mức hưởng ghi tại phụ lục kèm theo thỏa ước này. "
    body = "".join(
        p(f"Điều {i}. Nội dung thỏa thuận số {i}") + "".join(p(f"{k}. {text * 3}{i * k}") for k in range(1, 7)) for i in range(1, 901)
    )
    return docx(body)


def _nested(depth: int) -> str:
    inside = p(TEXT)
    for _ in range(depth):
        inside = tbl([[inside + p()]])
    return inside


def _outside() -> bytes:
    content = members(DOCX)
    content["word/_rels/document.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        'Target="http://example.invalid/x.dotm" TargetMode="External"/></Relationships>'
    )
    return package(content)


def main() -> None:
    folder = Path(sys.argv[1])
    for kind, cases in (("refuse", refused()), ("accept", accepted())):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for number, case in enumerate(cases, 1):
            suffix = Path(case.filename).suffix
            (folder / kind / f"{number:02} {case.name.replace('/', '-')}{suffix}").write_bytes(case.data)


if __name__ == "__main__":
    main()
