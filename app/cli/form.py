"""`thuoc form`: the review form (phiếu chấm điểm, phân loại thỏa ước) of a file or of a stored assessment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.base import OK, Command, Failure, out, read_file
from app.cli.grading import DOSSIER, ON, RUBRIC, assess_files

_HELP = (
    "Lập phiếu chấm điểm, phân loại thỏa ước theo thể thức Nghị định 30/2020/NĐ-CP: .docx, .pdf (cần LibreOffice), .xlsx hoặc .json. "
    "Đưa vào tệp thỏa ước, hoặc kết quả chấm đã lưu (.json của lệnh grade --json)."
)
_FILE = "Tệp thỏa ước (hoặc các ảnh chụp trang), hoặc kết quả chấm .json."
_UNREADABLE = "không phải kết quả chấm của thuoc grade --json (schema thuoc.assessment/1)"
HEADS = (
    ("--above", "Cơ quan cấp trên ở góc trái, ví dụ «LIÊN ĐOÀN LAO ĐỘNG TỈNH HÀ TĨNH»; để trống: dòng chấm."),
    ("--union", "Công đoàn chấm điểm, in đậm dưới cơ quan cấp trên; để trống: dòng chấm."),
    ("--place", "Địa danh trước ngày tháng; để trống: tỉnh của thỏa ước."),
)


def add_to(app: typer.Typer) -> None:
    app.command("form", cls=Command, help=_HELP)(form)


def form(
    files: Annotated[list[Path], typer.Argument(metavar="TỆP", help=_FILE, show_default=False)],
    to: Annotated[Path, typer.Option("--out", metavar="TỆP_RA", help="Tệp sẽ ghi: .docx, .pdf, .xlsx hoặc .json.", show_default=False)],
    above: Annotated[str, typer.Option(HEADS[0][0], metavar="TÊN", help=HEADS[0][1], show_default=False)] = "",
    union: Annotated[str, typer.Option(HEADS[1][0], metavar="TÊN", help=HEADS[1][1], show_default=False)] = "",
    place: Annotated[str, typer.Option(HEADS[2][0], metavar="TÊN", help=HEADS[2][1], show_default=False)] = "",
    on: ON = None,
    rubric: RUBRIC = None,
    dossier: DOSSIER = None,
) -> int:
    from app.reports.form import Heading, review_form
    from app.reports.pdf import PdfError
    from app.reports.render import FORMATS, render

    format = next((one for one in FORMATS if to.suffix.lower() == f".{one}"), None)
    if format is None:
        raise Failure("bad_target", f"«{to.name}» phải có đuôi .docx, .pdf, .xlsx hoặc .json")
    file = files[0]
    if any(to.resolve() == one.resolve() for one in files):
        raise Failure("same_file", f"«{to.name}» là tệp đưa vào; hãy đặt tên khác cho phiếu")
    stored = len(files) == 1 and file.suffix.lower() == ".json"
    got = _stored(file) if stored else assess_files(files, on, None, rubric, dossier)
    try:
        made = review_form(got, Heading(above, union, place))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        if not stored:
            raise
        raise Failure("bad_assessment", f"«{file.name}» {_UNREADABLE}") from None
    try:
        data = render(made, format).data
    except PdfError as error:
        raise Failure(error.code, error.message) from None
    try:
        to.write_bytes(data)
    except OSError as error:
        raise Failure("cannot_write", f"không ghi được «{to}»: {error.strerror}") from None
    out(f"Đã ghi phiếu chấm điểm vào {to}.")
    return OK


def _stored(file: Path) -> dict[str, Any]:
    try:
        got = json.loads(read_file(file))
    except ValueError:
        got = None
    if not isinstance(got, dict) or got.get("schema") != "thuoc.assessment/1":
        raise Failure("bad_assessment", f"«{file.name}» {_UNREADABLE}")
    return got
