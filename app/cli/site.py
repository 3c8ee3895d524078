"""The command `thuoc export-site`: what is published, as a folder of files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.base import OK, Command, Failure, out
from app.cli.service import startable

FOLDER = Annotated[
    Path, typer.Argument(metavar="THƯ_MỤC", help="Thư mục để ghi; tệp không do lệnh này tạo ra được giữ nguyên.", file_okay=False)
]
BASE = Annotated[
    str,
    typer.Option(
        "--base-url",
        metavar="ĐỊA_CHỈ",
        help="Địa chỉ mà thư mục sẽ được mở, ví dụ https://congdoan.vn/thoa-uoc. Để trống: THUOC_PUBLIC_URL.",
    ),
]
_EXPORT = (
    "Ghi các thỏa ước đang công bố thành một trang tĩnh mà máy chủ web nào cũng đăng được: danh sách có bộ lọc, trang và các dạng của từng "
    "thỏa ước, Atom, sơ đồ trang, dữ liệu mở. Chạy lại chỉ ghi những gì đổi và bỏ những thỏa ước đã gỡ."
)


def add_to(app: typer.Typer) -> None:
    app.command("export-site", cls=Command, help=_EXPORT)(export_site)


def export_site(folder: FOLDER, base: BASE = "") -> int:
    from app.publications.site.export import ExportError
    from app.publications.site.export import export_site as run
    from app.settings import Settings
    from app.storage import migrate
    from app.wiring import Services

    with startable():
        settings = Settings.load()
        address = base or settings.public_url
        if not address.startswith(("https://", "http://")):
            raise Failure("base_url_required", "Cần địa chỉ của trang: thêm --base-url https://… hoặc đặt THUOC_PUBLIC_URL.")
        migrate.upgrade(settings)
        services = Services.open(settings)
        try:
            done = run(services, folder, address)
        except ExportError as error:
            raise Failure(error.code, error.message) from None
        finally:
            services.close()
    out(f"{done.publications} thỏa ước: ghi {done.written} tệp, giữ nguyên {done.unchanged}, bỏ {done.removed}. Mở {folder / 'index.html'}")
    return OK
