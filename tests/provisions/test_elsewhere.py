"""A promise whose figure stands in another clause is tied to it; what it refers to in a law, or what is not there, ties nothing."""

from __future__ import annotations

import pytest

from app.provisions import find_promises
from app.structure import parse
from tests.structure.documents import plain

BEGIN = "THỎA ƯỚC LAO ĐỘNG TẬP THỂ\nCông ty Cổ phần Sông Bùng\n"
ALLOWANCES = "Điều 19. Phụ cấp\n1. Hỗ trợ xăng xe 300.000 đồng/tháng.\n2. Phụ cấp chuyên cần 200.000 đồng/tháng.\n"


def tied(body: str) -> list[tuple[str, str | None, str, float, str]]:
    """(path, provision, path of the figure, amount, unit) of every tied promise; each figure's span lies in its clause."""
    agreement = parse(plain(BEGIN + body))
    spans = {one.path: (one.start, one.end) for one in agreement.clauses}
    out = []
    for one in find_promises(agreement):
        if one.figure_at is not None:
            at = one.figure_at
            assert one.amount is None
            assert spans[at.path][0] <= at.start < at.end <= spans[at.path][1]
            out.append((one.path, one.provision, at.path, at.amount, at.unit))
    return out


@pytest.mark.parametrize(
    ("body", "want"),
    [
        (
            ALLOWANCES + "Điều 20. Đưa đón\n1. Người ở ngoài tuyến xe được nhận khoản hỗ trợ xăng xe ghi tại khoản 1 Điều 19.",
            [("20.1", "travel_allowance", "19.1", 300000, "VND/month")],
        ),
        (
            "Điều 5. Quà Tết\n1. Tết Nguyên đán mỗi người được tặng quà 500.000 đồng.\n"
            "2. Lao động thời vụ cũng được tặng quà Tết như mức tại khoản 1 Điều này.",
            [("5.2", "tet_gift", "5.1", 500000, "VND")],
        ),
        (
            "Điều 9. Thăm hỏi\n1. Công ty mừng cưới người lao động theo mức ghi tại Phụ lục 1.\n"
            "PHỤ LỤC 1\nMỨC CHI THĂM HỎI\n1. Mừng cưới người lao động: 1.000.000 đồng.\n2. Viếng tang: 2.000.000 đồng.",
            [("9.1", "wedding_gift", "PL1.1", 1000000, "VND")],
        ),
        (
            "Điều 9. Quà Tết\n1. Mỗi người được tặng quà Tết bằng mức tại khoản 2 Điều 10.\n"
            "Điều 10. Các mức chi\n1. Mức một: đi lại.\n2. Mức hai: 700.000 đồng/người.",
            [("9.1", "tet_gift", "10.2", 700000, "VND")],
        ),
    ],
)
def test_tied(body: str, want: list[tuple[str, str, str, float, str]]) -> None:
    assert tied(body) == want


@pytest.mark.parametrize(
    "body",
    [
        ALLOWANCES + "Điều 20. Đưa đón\n1. Người ở ngoài tuyến xe được hỗ trợ xăng xe theo khoản 1 Điều 19 Bộ luật Lao động.",
        ALLOWANCES + "Điều 20. Đưa đón\n1. Người ở ngoài tuyến xe được hỗ trợ xăng xe ghi tại khoản 1 Điều 40.",
        ALLOWANCES + "Điều 20. Đưa đón\n1. Người ở ngoài tuyến xe được hỗ trợ xăng xe 100.000 đồng/tháng, thủ tục theo khoản 1 Điều 19.",
        "Điều 9. Thăm hỏi\n1. Công ty mừng cưới người lao động theo mức ghi tại Phụ lục 1.",
    ],
)
def test_not_tied(body: str) -> None:
    assert tied(body) == []
