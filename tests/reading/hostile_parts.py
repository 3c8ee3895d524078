"""Broken packages, containers and PDFs, byte by byte: what `hostile` makes its corpus of."""

from __future__ import annotations

import hashlib
import io
import struct
import warnings
import zipfile
import zlib

from tests.reading.docx_maker import NAMESPACES, docx, p, package

TEXT = "Điều 1. Phạm vi áp dụng"
DOCX = docx(p(TEXT))
MB = 2**20


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
