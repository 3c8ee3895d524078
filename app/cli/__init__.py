"""The command `thuoc`: wiring only. Every command imports what it needs when it runs, so that `thuoc grade` starts fast."""

from __future__ import annotations

from app.cli import accounts, audit, backup, form, grading, redaction, regrade, reviews, rules, service, site, units
from app.cli.base import new_app, run

app = new_app(
    "Thước: đọc thỏa ước lao động tập thể, so từng điều khoản với luật, chấm điểm và xếp loại A, B, C. "
    "Mã kết thúc: 0 đã chấm; 2 dùng sai lệnh; 3 đọc được nhưng không xếp loại; 4 không phải thỏa ước; "
    "5 tệp không đọc được hoặc nguy hiểm."
)
grading.add_to(app)
redaction.add_to(app)
form.add_to(app)
rules.add_to(app)
regrade.add_to(app)
service.add_to(app)
site.add_to(app)
accounts.add_to(app)
backup.add_to(app)
units.add_to(app)
audit.add_to(app)
reviews.add_to(app)


def main() -> None:
    """Entry point of the installed command."""
    run(app)
