"""Takes one multipart upload in as it arrives: the file to the store's staging area, the form's fields to memory, each capped.

Several photos are the pages of one agreement and become one file (`photos`). Nothing larger than a network chunk is held in memory,
and the byte that passes the cap, which counts all files together, is the last one written.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from app.agreements.photos import BY_NAME, ORDER_FIELD, Part, as_one_file, check_photos, clean_filename, filename_of
from app.problems import Problem
from app.storage.files import FileStore, Staged

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FILE_FIELD = "file"
FILE_HELP = (
    "Một tệp thỏa ước (.docx, .pdf, .doc, .odt, .rtf, .zip ảnh), hoặc nhiều ảnh (.jpg, .png, .heic …): mỗi ảnh một trang, theo thứ tự."
)
MAX_FIELDS = 20
MAX_FIELD_BYTES = 8_000
FORM_OVERHEAD = 500_000  # boundary lines, headers and fields beside the file
DRAIN_SECONDS = 10.0


@dataclass
class Upload:
    """A complete upload: the sealed file, its name as the sender gave it (or made of the photos' names), and the other fields."""

    staged: Staged
    filename: str
    fields: dict[str, str]


async def receive_upload(request: Request, files: FileStore, cap: int, idle_seconds: float, *, several_photos: bool = False) -> Upload:
    """Read the request's body: one file, or where `several_photos` allows it the pages of one. Raises Problem; nothing stays staged."""
    boundary = _boundary(request)
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > cap + FORM_OVERHEAD:
        raise _too_large(cap)
    staged = await run_in_threadpool(files.stage, cap)
    stream = _chunks(request, idle_seconds)
    try:
        form = await _read(stream, _Form(several_photos), boundary, staged, cap)
        await run_in_threadpool(staged.seal)
        if len(form.files) > 1:
            raw, by_name = staged, form.fields.get(ORDER_FIELD) == BY_NAME
            staged = await run_in_threadpool(as_one_file, files, raw, form.files, by_name, cap)
            raw.discard()
        return Upload(staged, filename_of(form.files), form.fields)
    except BaseException as error:
        staged.discard()
        if isinstance(error, Problem) and error.code != "upload_timeout":
            await _drain(stream, cap)
        raise


async def _read(stream: AsyncIterator[bytes], form: _Form, boundary: bytes, staged: Staged, cap: int) -> _Form:
    parser = MultipartParser(boundary, form.callbacks())
    received = 0
    async for chunk in stream:
        received += len(chunk)
        if received > cap + FORM_OVERHEAD:
            raise _too_large(cap)
        try:
            parser.write(chunk)
        except FormParserError as error:
            raise Problem("multipart_invalid", "Biểu mẫu gửi lên bị hỏng. Hãy gửi lại tệp.") from error
        if form.file_bytes:
            await run_in_threadpool(staged.write, b"".join(form.file_bytes))
            form.file_bytes.clear()
    if not form.ended:
        raise Problem("multipart_invalid", "Biểu mẫu gửi lên bị cắt ngang. Hãy gửi lại tệp.")
    if not form.files:
        raise Problem("file_missing", f"Hãy chọn một tệp và gửi trong trường «{FILE_FIELD}».")
    return form


def _too_large(cap: int) -> Problem:
    return Problem("file_too_large", f"Tệp gửi lên lớn hơn {cap / 1_000_000:g} MB (nhiều ảnh thì tính cộng lại). Hãy giảm cỡ rồi gửi lại.")


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        raise Problem("multipart_required", f"Hãy gửi tệp bằng biểu mẫu multipart/form-data, trường «{FILE_FIELD}».")
    if not options.get(b"boundary"):
        raise Problem("multipart_invalid", "Biểu mẫu gửi lên thiếu dấu ngăn (boundary).")
    return options[b"boundary"]


async def _chunks(request: Request, idle_seconds: float) -> AsyncIterator[bytes]:
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(idle_seconds):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise Problem("upload_timeout", f"Không nhận thêm được dữ liệu trong {idle_seconds:g} giây. Hãy gửi lại.") from error
        except ClientDisconnect as error:  # nobody is there to read it; the refusal ends the request the usual way
            raise Problem("multipart_invalid", "Kết nối bị ngắt khi đang gửi tệp.") from error
        if chunk:
            yield chunk


async def _drain(stream: AsyncIterator[bytes], limit: int) -> None:
    """Let a refused sender finish within bounds: one that is cut off while sending would never read the refusal."""
    with contextlib.suppress(Problem, TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            async for chunk in stream:
                limit -= len(chunk)
                if limit < 0:
                    return


@dataclass
class _Form:
    """What the multipart parser reports, part by part."""

    several_photos: bool
    fields: dict[str, str] = field(default_factory=dict)
    files: list[Part] = field(default_factory=list)
    file_bytes: list[bytes] = field(default_factory=list)
    ended: bool = False
    _header_name: bytes = b""
    _header_value: bytes = b""
    _disposition: bytes = b""
    _name: str = ""
    _in_file: bool = False
    _value: bytearray = field(default_factory=bytearray)
    _others: int = 0

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._on_header_name,
            "on_header_value": self._on_header_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers,
            "on_part_data": self._on_data,
            "on_part_end": self._on_part_end,
            "on_end": self._on_end,
        }

    def _begin(self) -> None:
        self._disposition = b""
        self._value.clear()

    def _on_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value
        self._header_name = self._header_value = b""

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        filename = options.get(b"filename")
        self._in_file = filename is not None and self._name == FILE_FIELD
        if filename is not None and not self._in_file:
            raise Problem("file_missing", f"Hãy gửi tệp trong trường «{FILE_FIELD}», không phải «{self._name[:60]}».")
        if self._in_file:
            start = self.files[-1].end if self.files else 0
            self.files.append(Part(clean_filename((filename or b"").decode("utf-8", "replace")), start, start))
            return
        self._others += 1
        if self._others > MAX_FIELDS:
            raise Problem("request_invalid", f"Biểu mẫu có quá {MAX_FIELDS} trường.")

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self.files[-1].add(data[start:end])
            self.file_bytes.append(data[start:end])
            self._check_files()
            return
        self._value += data[start:end]
        if len(self._value) > MAX_FIELD_BYTES:
            raise Problem("request_invalid", f"Trường «{self._name[:60]}» dài quá {MAX_FIELD_BYTES} byte.")

    def _on_part_end(self) -> None:
        if not self._in_file:
            self.fields[self._name] = self._value.decode("utf-8", "replace")
        elif self.files[-1].is_blank:  # what a browser sends for a field in which no file was chosen
            self.files.pop()
        else:
            self.files[-1].ended = True
            self._check_files()

    def _check_files(self) -> None:
        if self.several_photos:
            check_photos(self.files)
        elif len(self.files) > 1:
            raise Problem("one_file_only", "Mỗi lần chỉ gửi một tệp.")

    def _on_end(self) -> None:
        self.ended = True
