"""Commands about one document: grade, text, advise, compare."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from app.cli.base import INTERNAL, NOT_AGREEMENT, NOT_GRADED, OK, UNREADABLE, Command, Failure, out, parse_day, read_file, read_pages

if TYPE_CHECKING:
    from app.grading.score import DossierEntry

FILES = Annotated[
    list[Path],
    typer.Argument(
        metavar="TỆP",
        help="Tệp thỏa ước: .docx, .pdf, .doc, .odt, .rtf, .zip ảnh, hoặc các ảnh chụp trang theo thứ tự (nhiều ảnh là một thỏa ước).",
        show_default=False,
    ),
]
ON = Annotated[
    str | None,
    typer.Option("--on", metavar="NGÀY", help="Chấm như vào ngày này (2026-08-15 hoặc 15/8/2026); để trống: hôm nay."),
]
LAW_ON = Annotated[
    str | None,
    typer.Option("--law-on", metavar="NGÀY", help="So với pháp luật của ngày này; để trống: ngày ký thỏa ước."),
]
RUBRIC = Annotated[
    str | None,
    typer.Option("--rubric", metavar="MÃ", help="Khung điểm, ví dụ hd90-2023 hoặc hd90-2023@1; để trống: hd90-2023."),
]
DOSSIER = Annotated[
    Path | None,
    typer.Option("--dossier", metavar="TỆP", help="Điểm hồ sơ: bảng .xlsx hoặc .csv do lệnh rubric dossier ghi ra và người chấm đã điền."),
]
T = TypeVar("T")
JSON = Annotated[bool, typer.Option("--json", help="In một đối tượng JSON thay cho bản tóm tắt.")]


def add_to(app: typer.Typer) -> None:
    app.command("grade", cls=Command, help=_GRADE)(grade)
    app.command("text", cls=Command, help=_TEXT)(text)
    app.command("advise", cls=Command, help=_ADVISE)(advise)
    app.command("compare", cls=Command, help=_COMPARE)(compare)


_GRADE = (
    "Chấm một thỏa ước: hạng, điểm từng nhóm, điều khoản có lợi hơn luật, trái luật, nói chung chung, còn thiếu. "
    "Không cần máy chủ hay cơ sở dữ liệu."
)
_TEXT = "In văn bản sạch của tệp, đúng như các vị trí ký tự trong kết quả chấm chỉ tới."
_ADVISE = "Góp ý cho công đoàn cơ sở: sửa gì cho đúng luật, làm rõ gì, thêm gì để lên hạng, kèm điều khoản mẫu."
_COMPARE = "So hai bản thỏa ước (bản cũ và bản mới): nội dung tốt hơn, kém hơn, thêm, bỏ; điểm và hạng trước, sau."


def grade(
    files: FILES,
    on: ON = None,
    law_on: LAW_ON = None,
    rubric: RUBRIC = None,
    dossier: DOSSIER = None,
    as_json: JSON = False,
    explain: Annotated[bool, typer.Option("--explain", help="In cây giải thích: mỗi nửa điểm do mục, mức, câu và điều luật nào.")] = False,
) -> int:
    got = assess_files(files, on, law_on, rubric, dossier)
    if as_json:
        out(to_json(got))
    elif explain:
        from app.cli.explain import tree

        out(tree(got))
    else:
        from app.cli.present import summary

        out(summary(got))
    return NOT_GRADED if got["not_graded_because"] else OK


def text(files: FILES) -> int:
    from app.reading import read

    data, name = read_pages(files)
    document = guarded(lambda: read(data, name))
    out(document.text)
    return OK


def advise(files: FILES, on: ON = None, law_on: LAW_ON = None, rubric: RUBRIC = None, as_json: JSON = False) -> int:
    got = assess_files(files, on, law_on, rubric)
    if as_json:
        out(to_json(got["advice"]))
    else:
        from app.cli.present_advice import advice_text

        out(advice_text(got))
    return OK


def compare(
    old: Annotated[Path, typer.Argument(metavar="CŨ", help="Tệp thỏa ước cũ hoặc bản thảo trước.", show_default=False)],
    new: Annotated[Path, typer.Argument(metavar="MỚI", help="Tệp thỏa ước mới.", show_default=False)],
    on: ON = None,
    rubric: RUBRIC = None,
    as_json: JSON = False,
) -> int:
    from app.cli.present_advice import comparison_text
    from app.grading.catalogue import load_catalogue
    from app.grading.compare import compare as compare_assessments

    lower = frozenset(one.id for one in load_catalogue().provisions.values() if one.better == "lower")
    both = compare_assessments(assess_files([old], on, None, rubric), assess_files([new], on, None, rubric), lower)
    out(to_json(both) if as_json else comparison_text(both))
    return OK


def assess_files(files: list[Path], on: str | None, law_on: str | None, rubric: str | None, dossier: Path | None = None) -> dict[str, Any]:
    """Grade a file (or photos of pages) of the command line; every refusal is a Failure with its exit code."""
    from app.assess import assess

    graded_on = parse_day(on) if on else date.today()
    law_day = parse_day(law_on) if law_on else None
    data, name = read_pages(files)
    entries = _dossier(dossier, rubric) if dossier else None
    return guarded(lambda: assess(data, name, graded_on=graded_on, law_on=law_day, rubric=rubric, dossier=entries))


def _dossier(file: Path, rubric: str | None) -> dict[str, DossierEntry]:
    from app.cli.rules import sheet_failure
    from app.grading.dossier_sheet import read_dossier
    from app.grading.rubric import find_rubric
    from app.grading.sheet import SheetError

    data, profile = read_file(file), guarded(lambda: find_rubric(rubric))
    try:
        return read_dossier(data, file.name, profile)
    except SheetError as error:
        raise sheet_failure(error) from None


def guarded(work: Callable[[], T]) -> T:
    """Run a piece of work and turn what the rooms refuse into a Failure with the contract's exit code."""
    from app.assess import NotAnAgreement
    from app.grading.rubric import UnknownRubric
    from app.grading.strict import RuleFileError
    from app.law.schema import LawError
    from app.provisions.rules import RulesError
    from app.reading.document import ReadingError

    try:
        return work()
    except ReadingError as error:
        raise Failure(error.code, error.message, UNREADABLE) from None
    except NotAnAgreement as error:
        raise Failure(error.code, error.message, NOT_AGREEMENT) from None
    except UnknownRubric as error:
        raise Failure(error.code, error.problems[0].message) from None
    except RuleFileError as error:
        raise Failure(error.code, str(error)) from None
    except (LawError, RulesError) as error:
        raise Failure(error.code, str(error), INTERNAL) from None


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
