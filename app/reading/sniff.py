"""What a file is, by its content: magic bytes, the members of a package, the streams of an old Office file.

Reads bytes; writes a `Kind`. The file name is used only to word the refusal of a file that claims to be Word and is not.
"""

from __future__ import annotations

import struct
from typing import Literal

from app.reading.document import ReadingError
from app.reading.guard import MAX_FILE_BYTES, Archive

Kind = Literal["docx", "pdf", "doc", "odt", "rtf", "image", "pages"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGE_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF8", b"BM")
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_IMAGE_NAMES = (".jpg", ".jpeg", ".png", ".heic", ".heif", ".tif", ".tiff", ".webp", ".bmp")
_MAX_STREAMS = 4_096
_WORD_NAMES = (".docx", ".docm", ".doc", ".dotx")


def sniff(data: bytes, filename: str = "") -> Kind:
    """Return what `data` is. Raises empty_file, too_large, encrypted_file, not_really_docx, unknown_format or the guard's codes."""
    if not data.strip(b"\x00 \t\r\n"):
        raise ReadingError("empty_file", "Tệp rỗng. Hãy kiểm tra lại bản gửi.")
    if len(data) > MAX_FILE_BYTES:
        raise ReadingError("too_large", f"Tệp lớn hơn {MAX_FILE_BYTES >> 20} MB nên bị từ chối.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(data, filename)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_OLE):
        return _old_office(data)
    if data.lstrip()[:5].lower() == b"{\\rtf":
        return "rtf"
    if is_image(data):
        return "image"
    raise _unknown(filename)


def is_image(data: bytes) -> bool:
    """Whether `data` begins like a picture that can be recognised: JPEG, PNG, TIFF, GIF, BMP, WebP, HEIC."""
    if data.startswith(_IMAGE_MAGIC):
        return True
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return True
    return data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS


def _package(data: bytes, filename: str) -> Kind:
    archive = Archive(data)
    if archive.find("[Content_Types].xml") or archive.find("word/document.xml"):
        return "docx"
    mimetype = archive.find("mimetype")
    if mimetype:
        kind = archive.read(mimetype, 256).strip()
        if kind.startswith(b"application/vnd.oasis.opendocument.text"):
            return "odt"
    files = [name for name in archive.names if not name.endswith("/") and not _is_clutter(name)]
    if files and all(name.lower().endswith(_IMAGE_NAMES) for name in files):
        return "pages"
    raise _unknown(filename)


def _is_clutter(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].lower() in (".ds_store", "thumbs.db", "desktop.ini")


def _old_office(data: bytes) -> Kind:
    """Tell Word 97 from other files in the same container, and from encrypted Word files of any age."""
    streams = _streams(data)
    if "EncryptedPackage" in streams or "EncryptionInfo" in streams:
        raise _encrypted()
    if "WordDocument" not in streams:
        raise ReadingError("unknown_format", "Tệp không phải văn bản Word. Hãy gửi bản .docx, .doc hoặc .pdf.")
    # The file information block: its flags (offset 10) say whether the text is encrypted. It stands at a sector's start.
    start, size = streams["WordDocument"], 512
    if data[start : start + 2] == b"\xec\xa5" and struct.unpack_from("<H", data, start + 10)[0] & 0x0100:
        raise _encrypted()
    return "doc" if len(data) > size else _corrupt()


def _streams(data: bytes) -> dict[str, int]:
    """Return {stream name: byte offset of its first sector} of an OLE file, from its directory chain."""
    if len(data) < 512:
        _corrupt()
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        _corrupt()
    sector = 1 << shift
    table = _sector_table(data, sector)
    streams: dict[str, int] = {}
    at = struct.unpack_from("<I", data, 48)[0]
    seen: set[int] = set()
    while at < 0xFFFFFFFA and at not in seen and len(seen) * (sector // 128) < _MAX_STREAMS:
        seen.add(at)
        start = (at + 1) * sector
        for entry in range(start, min(start + sector, len(data) - 127), 128):
            length = struct.unpack_from("<H", data, entry + 64)[0]
            if 2 <= length <= 64 and data[entry + 66] in (1, 2):
                name = data[entry : entry + length - 2].decode("utf-16-le", "replace")
                streams.setdefault(name, (struct.unpack_from("<I", data, entry + 116)[0] + 1) * sector)
        at = table.get(at, 0xFFFFFFFE)
    return streams


def _sector_table(data: bytes, sector: int) -> dict[int, int]:
    """Return the next-sector table from the first 109 table sectors, enough for a 7 MB directory-bearing file."""
    table: dict[int, int] = {}
    per = sector // 4
    for index, place in enumerate(struct.unpack_from("<109I", data, 76)):
        start = (place + 1) * sector
        if place >= 0xFFFFFFFA or start + sector > len(data):
            continue
        for offset, following in enumerate(struct.unpack_from(f"<{per}I", data, start)):
            table[index * per + offset] = following
    return table


def _encrypted() -> ReadingError:
    return ReadingError("encrypted_file", "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.")


def _corrupt() -> Kind:
    raise ReadingError("corrupt_file", "Tệp bị hỏng hoặc bị cắt cụt. Hãy mở bằng Word, lưu lại rồi gửi bản mới.")


def _unknown(filename: str) -> ReadingError:
    if filename.lower().endswith(_WORD_NAMES):
        return ReadingError(
            "not_really_docx", "Tệp mang tên Word nhưng nội dung không phải văn bản Word. Hãy mở bằng Word và lưu lại dạng .docx."
        )
    return ReadingError("unknown_format", "Không nhận ra dạng tệp. Hãy gửi bản .docx, .doc, .odt, .rtf, .pdf hoặc ảnh chụp các trang.")
