"""Commands about the rules: check them all, show a legal value, bring a federation's annex in and out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.base import OK, WRONG_USAGE, Command, Failure, new_app, out, parse_day, warn

if TYPE_CHECKING:
    from app.grading.profile import Profile
    from app.grading.sheet import SheetError

RULES_FOLDER = Annotated[
    Path | None,
    typer.Option("--folder", metavar="THƯ_MỤC", help="Thư mục quy tắc khác thay cho grading_rules/ của chương trình."),
]


def add_to(app: typer.Typer) -> None:
    rules = new_app("Quy tắc chấm: kiểm tra các tệp trong grading_rules/.")
    rules.callback()(lambda: None)
    rules.command("check", cls=Command, help="Kiểm tra mọi tệp quy tắc và chạy mọi ví dụ trong đó.")(check)
    app.add_typer(rules, name="rules")
    law = new_app("Quy định pháp luật có ngày hiệu lực mà chương trình so sánh.")
    law.callback()(lambda: None)
    law.command("show", cls=Command, help="In giá trị của một quy định vào một ngày, căn cứ và lịch sử của nó.")(show)
    app.add_typer(law, name="law")
    rubric = new_app("Khung điểm: lấy ra bảng tính để sửa, đưa bảng tính của liên đoàn vào.")
    rubric.callback()(lambda: None)
    rubric.command("import", cls=Command, help=_IMPORT)(import_)
    rubric.command("export", cls=Command, help=_EXPORT)(export)
    rubric.command("dossier", cls=Command, help=_DOSSIER)(dossier)
    rubric.command("list", cls=Command, help="Liệt kê các khung điểm đang có.")(list_)
    app.add_typer(rubric, name="rubric")


_IMPORT = (
    "Đọc một bảng tính .xlsx hoặc .csv (theo mẫu của lệnh export) thành khung điểm và ghi tệp YAML. "
    "Khung mới luôn là khung tạm thời cho đến khi người có thẩm quyền xác nhận."
)
_TO = "Ghi ra tệp YAML này; để trống: thư mục grading_rules/rubrics/."
_EXPORT = "Ghi một khung điểm ra bảng tính .xlsx hoặc .csv để sửa rồi đưa vào lại."
_DOSSIER = (
    "Ghi bảng kê hồ sơ (quy trình, ký kết và thực hiện, điểm thưởng) của một khung điểm ra .xlsx hoặc .csv để người chấm điền, "
    "rồi chấm với grade hoặc form --dossier."
)


def check(folder: RULES_FOLDER = None) -> int:
    problems = check_all(folder)
    for line in problems:
        warn(line)
    if problems:
        raise Failure("bad_rules", f"có {len(problems)} lỗi trong các tệp quy tắc", WRONG_USAGE)
    out("Mọi tệp quy tắc đều hợp lệ.")
    return OK


def check_all(folder: Path | None = None) -> list[str]:
    """Every problem of every rule file, one Vietnamese line each, from the checker of each room."""
    from app.grading.catalogue import RULES

    rules = folder or RULES
    return [line for checker in _CHECKERS for line in checker(rules)]


def _provisions(rules: Path) -> list[str]:
    from app.provisions.examples import check

    return list(check(rules))


def _structure(rules: Path) -> list[str]:
    from app.structure.rules import StructureRulesError, load

    try:
        load(rules / "structure")
    except StructureRulesError as error:
        return [str(error)]
    return []


def _figures(rules: Path) -> list[str]:
    from app.provisions import confidence
    from app.provisions.quantities.vocabulary import QuantityRulesError, load
    from app.provisions.rules import RulesError

    problems = []
    try:
        load(rules / "quantities.yaml")
    except QuantityRulesError as error:
        problems.append(str(error))
    try:
        confidence.load(rules)
    except RulesError as error:
        problems.append(str(error))
    return problems


def _law(rules: Path) -> list[str]:
    from app.law.check import check_law

    return [error.message for error in check_law(rules)]


def _rubrics(rules: Path) -> list[str]:
    from app.grading.rubric import check_rubrics

    return check_rubrics(rules)


def _targets(rules: Path) -> list[str]:
    from app.grading.targets import check_targets

    return check_targets(rules)


def _models(rules: Path) -> list[str]:
    from app.grading.model_clauses import check_model_clauses

    return check_model_clauses(date.today(), rules)


def _redaction(rules: Path) -> list[str]:
    from app.redaction.rules import RedactionRulesError, load

    try:
        load(rules / "redaction")
    except RedactionRulesError as error:
        return [str(error)]
    return []


def _organisations(rules: Path) -> list[str]:
    from app.organisations.rules import check_organisations

    return check_organisations(rules)


_CHECKERS: tuple[Callable[[Path], list[str]], ...] = (
    _structure,
    _figures,
    _provisions,
    _law,
    _rubrics,
    _targets,
    _models,
    _redaction,
    _organisations,
)


def show(
    id: Annotated[str, typer.Argument(metavar="MÃ", help="Mã quy định, ví dụ annual_leave_days_normal.", show_default=False)],
    on: Annotated[str | None, typer.Option("--on", metavar="NGÀY", help="Vào ngày này; để trống: hôm nay.")] = None,
) -> int:
    day = parse_day(on) if on else date.today()
    from app.law.explain import explain, lines
    from app.law.loader import load_law
    from app.law.schema import LawError

    try:
        out("\n".join(lines(explain(load_law(), id, day))))
    except LawError as error:
        raise Failure(error.code, error.message) from None
    return OK


_ID = Annotated[str, typer.Argument(metavar="MÃ", help="Khung điểm, ví dụ hd90-2023.", show_default=False)]
_SHEET = Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .xlsx hoặc .csv sẽ ghi.", show_default=False)]


def import_(
    file: Annotated[Path, typer.Argument(metavar="BẢNG_TÍNH", help="Tệp .xlsx hoặc .csv.", show_default=False)],
    to: Annotated[Path | None, typer.Option("--to", metavar="TỆP", help=_TO)] = None,
) -> int:
    import yaml

    from app.cli.base import read_file
    from app.grading.catalogue import RULES, load_catalogue
    from app.grading.rubric import all_rubrics, find_rubric
    from app.grading.sheet import SheetError, import_sheet
    from app.grading.sheet_export import profile_data

    try:
        profile = import_sheet(read_file(file), file.name, load_catalogue(), find_rubric())
    except SheetError as error:
        raise sheet_failure(error) from None
    target = to or RULES / "rubrics" / f"{profile.id}-{profile.version}.yaml"
    if target.exists() or (to is None and profile.reference in [one.reference for one in all_rubrics()]):
        raise Failure("rubric_exists", f"đã có {profile.reference} hoặc tệp {target.name}; hãy ghi số version mới trong bảng tính")
    try:
        target.write_text(yaml.safe_dump(profile_data(profile), allow_unicode=True, sort_keys=False, width=160), encoding="utf-8")
    except OSError as error:
        raise Failure("cannot_write", f"không ghi được «{target}»: {error.strerror}") from None
    out(f"Đã ghi khung điểm {profile.reference} (tạm thời) vào {target}.")
    return OK


def sheet_failure(error: SheetError) -> Failure:
    """Say every fault of a spreadsheet; the Failure to raise then."""
    for problem in error.problems:
        warn(f"{error.name}: {problem}")
    return Failure(error.code, f"«{error.name}» có {len(error.problems)} lỗi, chưa đưa vào")


def export(id: _ID, to: _SHEET) -> int:
    from app.grading.sheet_export import export_sheet

    profile = _write_sheet(id, to, export_sheet)
    out(f"Đã ghi khung điểm {profile.reference} ra {to}.")
    return OK


def dossier(id: _ID, to: _SHEET) -> int:
    from app.grading.dossier_sheet import export_dossier

    _write_sheet(id, to, export_dossier)
    out(f"Đã ghi bảng kê hồ sơ ra {to}. Điền cột «điểm», «tài liệu», «tình trạng» rồi chấm với --dossier {to.name}.")
    return OK


def _write_sheet(id: str, to: Path, made: Callable[[Profile, str], bytes]) -> Profile:
    from app.grading.rubric import UnknownRubric, find_rubric

    if to.suffix.lower() not in (".xlsx", ".csv"):
        raise Failure("bad_target", f"«{to.name}» phải có đuôi .xlsx hoặc .csv")
    try:
        profile = find_rubric(id)
        to.write_bytes(made(profile, to.name))
    except UnknownRubric as error:
        raise Failure(error.code, error.problems[0].message) from None
    except OSError as error:
        raise Failure("cannot_write", f"không ghi được «{to}»: {error.strerror}") from None
    return profile


def list_() -> int:
    from app.grading.rubric import all_rubrics

    for profile in all_rubrics():
        status = "tạm thời" if profile.status == "provisional" else "đã xác nhận"
        out(f"{profile.reference}\t{status}\t{profile.federation}\t{profile.basis}")
    return OK
