"""The guard at the door: what a ZIP package (docx, odt, a zip of pages) must be before anything in it is parsed.

Reads bytes, writes an `Archive` whose members are read with a running count of decompressed bytes. Everything a hostile file can
overstate is bounded by the constants below; nothing is ever written to disk and no name inside the package is used as a path.

Errors (`ReadingError.code`): too_large, too_many_members, zip_bomb, encrypted_file, duplicate_member, unsafe_member_name,
doctype_in_xml, corrupt_file.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from itertools import pairwise

from lxml import etree

from app.reading.document import ReadingError

MAX_FILE_BYTES = 100 * 2**20  # of any file handed to the reading room
MAX_MEMBERS = 4_000  # of a package
MAX_DIRECTORY_BYTES = 2**20  # of the package's central directory
MAX_MEMBER_BYTES = 48 * 2**20  # of one member, decompressed, counted while streaming
MAX_TOTAL_BYTES = 400 * 2**20  # of all members, as declared, and of all members read, as counted
MAX_RATIO = 150  # decompressed to compressed, for members beyond RATIO_FLOOR_BYTES
RATIO_FLOOR_BYTES = 12 * 2**20
MAX_XML_TAGS = 2_400_000  # "<" in one part: what bounds the memory of the tree
MAX_XML_ATTRIBUTES = 3_000_000  # "=" in one part
CHUNK = 1 << 16

_COUNT_FROM = 4 * 2**20  # bytes: a shorter part cannot hold too many elements
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(wordprocessingml/main|officeDocument/|drawingml/)")
_TRANSITIONAL = b"http://schemas.openxmlformats.org/"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def _bomb() -> ReadingError:
    return ReadingError("zip_bomb", "Tệp nén phồng lên quá lớn khi mở nên bị từ chối. Hãy mở tệp bằng Word, lưu lại rồi gửi bản mới.")


def _corrupt() -> ReadingError:
    return ReadingError("corrupt_file", "Tệp bị hỏng hoặc bị cắt cụt. Hãy mở tệp bằng Word, lưu lại dạng .docx rồi gửi lại.")


def _too_many() -> ReadingError:
    return ReadingError("too_many_members", f"Tệp nén chứa quá {MAX_MEMBERS} mục nên bị từ chối. Hãy lưu lại tệp rồi gửi bản mới.")


class Archive:
    """A ZIP package that passed the guard. `names` are its members; `read` counts what it decompresses."""

    def __init__(self, data: bytes) -> None:
        _check_directory(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, struct.error, OSError) as error:
            raise _corrupt() from error
        self._members = {info.filename: info for info in _checked(self._zip.infolist())}
        self._lower = {name.lower(): name for name in self._members}
        self._spent = 0

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    def find(self, name: str) -> str | None:
        """Return the member's name as stored: part names are compared without case."""
        return name if name in self._members else self._lower.get(name.lower())

    def size(self, name: str) -> int:
        return self._members[name].file_size

    def read(self, name: str, limit: int = MAX_MEMBER_BYTES) -> bytes:
        """Return one member's bytes; raises zip_bomb as soon as it grows past its limit, corrupt_file when it cannot be inflated."""
        info = self._members[name]
        chunks: list[bytes] = []
        count = 0
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(CHUNK):
                    count += len(chunk)
                    self._spent += len(chunk)
                    if count > limit or self._spent > MAX_TOTAL_BYTES or _inflated(count, info.compress_size):
                        raise _bomb()
                    chunks.append(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
            raise _corrupt() from error
        return b"".join(chunks)


def _inflated(size: int, compressed: int) -> bool:
    return size > RATIO_FLOOR_BYTES and size > MAX_RATIO * max(1, compressed)


def _check_directory(data: bytes) -> None:
    """Bound the central directory before `zipfile` builds an object for each of its entries."""
    if len(data) > MAX_FILE_BYTES:
        raise ReadingError("too_large", f"Tệp lớn hơn {MAX_FILE_BYTES >> 20} MB nên bị từ chối.")
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if end < 0 or end + 22 > len(data):
        raise _corrupt()
    entries, size = struct.unpack_from("<HI", data, end + 10)
    wide = data.rfind(b"PK\x06\x06", max(0, end - 4096), end)
    if wide >= 0 and wide + 56 <= len(data):
        many, long = struct.unpack_from("<QQ", data, wide + 32)
        entries, size = max(entries if entries != 0xFFFF else 0, many), max(size if size != 0xFFFFFFFF else 0, long)
    if entries > MAX_MEMBERS or size > MAX_DIRECTORY_BYTES:
        raise _too_many()


def _checked(members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    if len(members) > MAX_MEMBERS:
        raise _too_many()
    seen: set[str] = set()
    total = 0
    for info in members:
        name = info.orig_filename
        if _unsafe(name) or stat.S_ISLNK(info.external_attr >> 16):
            raise ReadingError("unsafe_member_name", "Tệp nén chứa tên mục không an toàn (trỏ ra ngoài tệp) nên bị từ chối.")
        if info.flag_bits & 0x41:
            raise ReadingError("encrypted_file", "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.")
        if info.compress_type not in _METHODS:
            raise _corrupt()
        key = unicodedata.normalize("NFC", name).lower().rstrip("/")
        if key in seen:
            raise ReadingError("duplicate_member", "Tệp nén chứa hai mục trùng tên nên bị từ chối. Hãy lưu lại tệp rồi gửi bản mới.")
        seen.add(key)
        total += info.file_size
        if total > MAX_TOTAL_BYTES or _inflated(info.file_size, info.compress_size):
            raise _bomb()
    _refuse_overlap(members)
    return members


def _unsafe(name: str) -> bool:
    if "\\" in name or name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return True
    return any(ord(c) < 32 or ord(c) == 127 for c in name) or ".." in name.split("/") or len(name) > 255


def _refuse_overlap(members: list[zipfile.ZipInfo]) -> None:
    """Members that share bytes are the trick of a bomb without a ratio."""
    placed = sorted((m.header_offset, m.compress_size) for m in members)
    for (start, size), (following, _) in pairwise(placed):
        if start + 30 + size > following:
            raise _bomb()


_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
    remove_comments=True, remove_pis=True, collect_ids=False,
)  # fmt: skip


def parse_xml(data: bytes) -> etree._Element:
    """Parse one part of a package. No DOCTYPE, no entity, no network; strict OOXML namespaces become the transitional ones.

    Raises doctype_in_xml, zip_bomb (more elements than any agreement has) or corrupt_file.
    """
    if b"!" in data and any(doctype in data for doctype in _DOCTYPES):
        raise _doctype()
    if len(data) > _COUNT_FROM and (data.count(b"<") > MAX_XML_TAGS or data.count(b"=") > MAX_XML_ATTRIBUTES):
        raise _bomb()
    if b"purl.oclc.org/ooxml" in data:
        data = _STRICT.sub(_transitional, data)
    try:
        root = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _corrupt() from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype()
    return root


def _transitional(match: re.Match[bytes]) -> bytes:
    kind = match.group(1)
    if kind == b"wordprocessingml/main":
        return _TRANSITIONAL + b"wordprocessingml/2006/main"
    return _TRANSITIONAL + (b"officeDocument/2006/" if kind == b"officeDocument/" else b"drawingml/2006/")


def _doctype() -> ReadingError:
    return ReadingError("doctype_in_xml", "Tệp chứa khai báo DOCTYPE mà Word không bao giờ ghi nên bị từ chối. Hãy lưu lại bằng Word.")
