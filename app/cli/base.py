"""What every command shares: Vietnamese help, one-line errors with a stable code, exit codes."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import typer
from typer import core, exceptions

OK, INTERNAL, WRONG_USAGE, NOT_GRADED, NOT_AGREEMENT, UNREADABLE = 0, 1, 2, 3, 4, 5

_HELP = (
    (re.compile(r"^Usage:", re.M), "Cách dùng:"),
    (re.compile(r"^Arguments:", re.M), "Tham số:"),
    (re.compile(r"^Options:", re.M), "Tùy chọn:"),
    (re.compile(r"^Commands:", re.M), "Lệnh:"),
    (re.compile(r"Show this message and exit\."), "In trang giúp đỡ này."),
    (re.compile(r"\[OPTIONS\]"), "[TÙY CHỌN]"),
    (re.compile(r"COMMAND \[ARGS\]\.\.\."), "LỆNH [THAM SỐ]..."),
    (re.compile(r"\[required\]"), "[bắt buộc]"),
    (re.compile(r"\{(\w+)\}"), r"\1"),
    (re.compile(r"^(  \S+) <[\w\[\]]+>", re.M), r"\1"),
    (re.compile(r"\[default: "), "[mặc định: "),
)


def _vietnamese(text: str) -> str:
    for english, own in _HELP:
        text = english.sub(own, text)
    return text


class Command(core.TyperCommand):
    def get_help(self, ctx: Any) -> str:
        return _vietnamese(super().get_help(ctx))


class Group(core.TyperGroup):
    def get_help(self, ctx: Any) -> str:
        return _vietnamese(super().get_help(ctx))


def new_app(help: str) -> typer.Typer:
    """A Typer application (or group of commands) whose help is Vietnamese."""
    return typer.Typer(
        cls=Group,
        help=help,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"max_content_width": 100},
    )


class Failure(Exception):
    """Ends a command: one Vietnamese line with a stable code on standard error, and an exit code."""

    def __init__(self, code: str, message: str, exit_code: int = WRONG_USAGE) -> None:
        super().__init__(message)
        self.code = code
        self.message = " ".join(message.split())
        self.exit_code = exit_code


def parse_day(text: str) -> date:
    """A day of the command line: 2026-08-15 or 15/8/2026."""
    written = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip())
    try:
        if written:
            return date(int(written[3]), int(written[2]), int(written[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Failure("bad_date", f"«{text}» không phải là ngày; hãy ghi như 2026-08-15 hoặc 15/8/2026") from None


def read_file(path: Path) -> bytes:
    """The bytes of a file given on the command line."""
    try:
        if path.is_dir():
            raise Failure("not_a_file", f"«{path}» là thư mục, cần một tệp")
        return path.read_bytes()
    except FileNotFoundError:
        raise Failure("file_missing", f"không tìm thấy tệp «{path}»") from None
    except OSError as error:
        raise Failure("file_unreadable", f"không mở được tệp «{path}»: {error.strerror}", UNREADABLE) from None


def read_pages(paths: Sequence[Path]) -> tuple[bytes, str]:
    """The bytes and the name of one file, or of several photos as one .zip of pages, in the order given."""
    from app.reading.bundle import HEAD_BYTES, bundle, check_image
    from app.reading.document import ReadingError

    if len(paths) == 1:
        return read_file(paths[0]), paths[0].name
    photos = [read_file(path) for path in paths]
    whole = io.BytesIO()
    try:
        for number, (path, photo) in enumerate(zip(paths, photos, strict=True), 1):
            check_image(number, photo[:HEAD_BYTES], path.name)
        bundle(map(io.BytesIO, photos), whole)
    except ReadingError as error:
        raise Failure(error.code, error.message) from None
    return whole.getvalue(), f"{paths[0].stem} ({len(paths)} ảnh).zip"


def out(text: str) -> None:
    """Print to standard output as UTF-8, whatever the terminal says; a closed pipe ends the command quietly."""
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass") + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        sys.stdout = None
        raise typer.Exit(OK) from None


def warn(text: str) -> None:
    sys.stderr.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stderr.buffer.flush()


def run(app: typer.Typer, args: list[str] | None = None) -> NoReturn:
    """Run an application; every failure is one Vietnamese line on standard error, never a traceback."""
    sys.exit(run_code(app, args))


def run_code(app: typer.Typer, args: list[str] | None = None) -> int:
    command = typer.main.get_command(app)
    try:
        result = command.main(args=args, prog_name="thuoc", standalone_mode=False)
    except Failure as failure:
        return _say(failure.code, failure.message, failure.exit_code)
    except exceptions.Exit as stop:
        return int(stop.exit_code)
    except (exceptions.Abort, KeyboardInterrupt):
        return _say("aborted", "đã dừng theo yêu cầu", 130)
    except exceptions.TyperException as wrong:
        return _usage(wrong)
    except Exception as error:
        if os.environ.get("THUOC_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        return _say("internal_error", f"lỗi trong chương trình ({what}); đặt THUOC_DEBUG=1 để xem chi tiết", INTERNAL)
    return result if isinstance(result, int) else OK


def _say(code: str, message: str, exit_code: int) -> int:
    warn(f"Lỗi [{code}]: {' '.join(message.split())}")
    return exit_code


_USAGE: tuple[tuple[str, Callable[[Any], str]], ...] = (
    ("MissingParameter", lambda e: f"thiếu {_hint(e)}"),
    ("NoSuchOption", lambda e: f"không có tùy chọn {e.option_name}"),
    ("BadOptionUsage", lambda e: f"tùy chọn {e.option_name} cần một giá trị"),
    ("BadParameter", lambda e: f"giá trị của {_hint(e)} không hợp lệ"),
)


def _usage(error: Exception) -> int:
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "NoArgsIsHelpError" in kinds:
        out(_vietnamese(str(getattr(error, "message", ""))))
        return WRONG_USAGE
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "thuoc"
    message = next((words(error) for name, words in _USAGE if name in kinds), None)
    if message is None:
        text = str(getattr(error, "message", error))
        unknown = re.search(r"No such command '([^']*)'", text)
        extra = re.search(r"unexpected extra argument\S* \((.*)\)", text)
        if unknown:
            message = f"không có lệnh «{unknown[1]}»"
        elif extra:
            message = f"thừa tham số «{extra[1]}»"
        else:
            message = "thiếu lệnh" if "Missing command" in text else text
    return _say("usage", f"{message}; xem «{command} --help»", WRONG_USAGE)


def _hint(error: Any) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return "tham số"
    if parameter.param_type_name == "argument":
        return f"tham số {parameter.metavar or (parameter.name or '').upper()}"
    return f"tùy chọn {'/'.join(parameter.opts)}"
