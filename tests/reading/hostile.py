"""The hostile corpus, built in memory: files to refuse, each with its code, and odd but honest files to accept.

`refused()` and `accepted()` yield `Case`s. Run as a script to write them into a folder: python -m tests.reading.hostile FOLDER
"""

from __future__ import annotations

import hashlib
import io
import struct
import sys
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.reading.docx_maker import NAMESPACES, abstract, docx, lvl, num, p, package, r, relations, tbl

TEXT = "Điều 1. Phạm vi áp dụng"
DOCX = docx(p(TEXT))
MB = 2**20


@dataclass(frozen=True, slots=True)
class Case:
    """`expect` is the code of the refusal, or a text that the accepted document holds."""

    name: str
    filename: str
    data: bytes
    expect: str


def members(data: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def with_parts(**parts: str | bytes) -> bytes:
    """The plain docx with parts of word/ replaced: document="<w:document …>"."""
    return package(members(DOCX) | {f"word/{name}.xml": content for name, content in parts.items()})


def document(body: str, prolog: str = "") -> str:
    return f"{prolog}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"


def with_member(name: str, content: bytes = b"x", **attributes: int) -> bytes:
    """The plain docx with one more member whose name and attributes are taken as they are."""
    out = io.BytesIO(DOCX)
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("placeholder")
        info.filename = info.orig_filename = name
        info.compress_type = zipfile.ZIP_DEFLATED
        for key, value in attributes.items():
            setattr(info, key, value)
        archive.writestr(info, content)
    return out.getvalue()


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    assert len(old) == len(new)
    return data.replace(old, new)


def with_flag(flag: int) -> bytes:
    """Set a general-purpose flag in every central and local header."""
    out = bytearray(DOCX)
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = out.find(signature)
        while at >= 0:
            out[at + offset] |= flag
            at = out.find(signature, at + 4)
    return bytes(out)


def flipped(data: bytes) -> bytes:
    """Change a byte inside the deflated main document."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("word/document.xml")
        at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]


def bomb(name: str, size: int = 120 * MB) -> bytes:
    """A docx one member of which inflates a thousandfold."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members(DOCX).items():
            if member != name:
                archive.writestr(member, content)
        with archive.open(name, "w", force_zip64=True) as stream:
            chunk = b" " * MB
            for _ in range(size // MB):
                stream.write(chunk)
    return out.getvalue()


def lying_bomb() -> bytes:
    """A bomb whose headers say that it inflates to 1,000 bytes."""
    name = "word/document.xml"
    deflated = _deflate(b" " * (60 * MB))
    content = members(DOCX)
    content[name] = "x" * 1000
    data = bytearray(package(content))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        info = archive.getinfo(name)
    start = info.header_offset + 30 + len(name)
    grown = bytes(data[:start]) + deflated + bytes(data[start + info.compress_size :])
    out = bytearray(grown)
    struct.pack_into("<I", out, info.header_offset + 18, len(deflated))
    shift = len(deflated) - info.compress_size
    at = out.find(b"PK\x01\x02", start + len(deflated))
    while at >= 0:
        offset = struct.unpack_from("<I", out, at + 42)[0]
        if offset == info.header_offset:
            struct.pack_into("<I", out, at + 20, len(deflated))
        elif offset > info.header_offset:
            struct.pack_into("<I", out, at + 42, offset + shift)
        at = out.find(b"PK\x01\x02", at + 4)
    end = out.rfind(b"PK\x05\x06")
    struct.pack_into("<I", out, end + 16, struct.unpack_from("<I", out, end + 16)[0] + shift)
    return bytes(out)


def _deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def overlapping() -> bytes:
    """Two members that share the same deflated bytes."""
    data = bytearray(with_member("word/media/a.bin", b"a" * 5000))
    at = data.rfind(b"PK\x01\x02")
    first = data.find(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 42, struct.unpack_from("<I", data, first + 42)[0])
    return bytes(data)


def crowded(count: int) -> bytes:
    out = io.BytesIO(DOCX)
    with zipfile.ZipFile(out, "a") as archive:
        for index in range(count):
            archive.writestr(f"word/media/{index}", b"")
    return out.getvalue()


def ole(*streams: str, flags: int = 0, loop: bool = False) -> bytes:
    """An OLE container with named streams; the first holds a Word file information block with `flags`."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIII", header, 44, 1, 1, 0, 4096)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = bytearray(struct.pack("<128I", 0xFFFFFFFD, 1 if loop else 0xFFFFFFFE, 0xFFFFFFFE, *[0xFFFFFFFF] * 125))
    directory = bytearray(512)
    for index, name in enumerate(("Root Entry", *streams)[:4]):
        encoded = name.encode("utf-16-le") + b"\0\0"
        directory[index * 128 : index * 128 + len(encoded)] = encoded
        struct.pack_into("<HB", directory, index * 128 + 64, len(encoded), 5 if index == 0 else 2)
        struct.pack_into("<II", directory, index * 128 + 116, 2, 512)
    content = bytearray(512)
    struct.pack_into("<HHHHHH", content, 0, 0xA5EC, 0xC1, 0, 0, 0, flags)
    return bytes(header + table + directory + content)


def odt(content: str, manifest: str = "") -> bytes:
    out: dict[str, str | bytes] = {"mimetype": "application/vnd.oasis.opendocument.text"}
    if content:
        out["content.xml"] = content
    if manifest:
        out["META-INF/manifest.xml"] = manifest
    return package(out)


ODT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:text>'
    f"<text:p>{TEXT}</text:p></office:text></office:body></office:document-content>"
)


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; object 1 is the catalog."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def text_pdf() -> bytes:
    stream = b"BT /F1 12 Tf 72 700 Td (Dieu 1. Pham vi ap dung cua thoa uoc lao dong tap the) Tj ET"
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


def locked_pdf() -> bytes:
    """A PDF that wants a user password (standard handler, revision 2, RC4 of 40 bits)."""
    pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    key = hashlib.md5(b"secret" + pad[:26]).digest()[:5]
    owner = _rc4(key, b"secret" + pad[:26])
    user = _rc4(hashlib.md5(b"secret" + pad[:26] + owner + struct.pack("<i", -4) + b"0" * 16).digest()[:5], pad)
    encrypt = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (owner.hex().encode(), user.hex().encode())
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        encrypt,
        trailer=b"/Encrypt 4 0 R /ID [<%s> <%s>]" % (b"30" * 16, b"30" * 16),
    )


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) & 255
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + box[i]) & 255
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) & 255])
    return bytes(out)


def workbook() -> bytes:
    import openpyxl

    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "Thỏa ước"
    book.save(out)
    return out.getvalue()


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
