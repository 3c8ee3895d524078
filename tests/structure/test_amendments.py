# ruff: noqa: E501 (texts of agreements in tables)
"""Clauses that change others, and the short names an agreement gives."""

from __future__ import annotations

import pytest

from app.structure import parse
from tests.structure.documents import plain

# text of one clause -> (target, action) in order
AMENDMENTS: list[tuple[str, list[tuple[str, str]]]] = [
    ("Sửa đổi khoản 2 Điều 14 như sau:", [("14.2", "replace")]),
    ("Sửa đổi, bổ sung Điều 30 của Thỏa ước như sau:", [("30", "replace")]),
    ("Sửa đổi, bổ sung điểm a khoản 1 Điều 19 như sau: Chuyên cần 500.000 đồng.", [("19.1.a", "replace")]),
    ("Bổ sung khoản 5 vào Điều 22 như sau:", [("22.5", "add")]),
    ("Bổ sung Điều 14a sau Điều 14 như sau:", [("14a", "add"), ("14", "add")]),
    ("Bãi bỏ khoản 3 Điều 7.", [("7.3", "remove")]),
    ("Bãi bỏ các khoản 1, 3 Điều 7 và Điều 9.", [("7.1", "remove"), ("7.3", "remove"), ("9", "remove")]),
    ("Khoản 2 Điều 14 được sửa đổi, bổ sung như sau:", [("14.2", "replace")]),
    ("Điều 14 khoản 2 được sửa đổi như sau:", [("14.2", "replace")]),
    ("Thay thế Phụ lục 1 bằng Phụ lục kèm theo văn bản này.", [("PL1", "replace")]),
    ("Hủy bỏ điểm b, c khoản 2 Điều 31.", [("31.2.b", "remove"), ("31.2.c", "remove")]),
    ("Việc sửa đổi, bổ sung Thỏa ước tiến hành theo Điều 82 Bộ luật Lao động.", []),
    ("Sửa đổi Điều 98 của Bộ luật Lao động thì áp dụng luật mới.", []),
    ("Trợ cấp theo khoản 2 Điều 14 được trả trong 7 ngày.", []),
    ("Bổ sung nhân lực theo Điều 6 khi cần.", []),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "want"), AMENDMENTS, ids=[s[:45] for s, _ in AMENDMENTS])
def test_amendments(sentence: str, want: list[tuple[str, str]]) -> None:
    text = f"THỎA ƯỚC LAO ĐỘNG TẬP THỂ\nĐiều 1. Nội dung sửa đổi\n1. {sentence}\nĐiều 2. Hiệu lực\nTừ ngày ký."
    found = parse(plain(text)).amendments
    assert [(a.target, a.action) for a in found] == want
    assert {a.at for a in found} <= {"1.1"}


def test_amendment_in_the_heading_of_an_article() -> None:
    text = (
        "PHỤ LỤC SỬA ĐỔI, BỔ SUNG THỎA ƯỚC LAO ĐỘNG TẬP THỂ\n**Điều 1. Sửa đổi, bổ sung Điều 14\n1. Mỗi năm 15 ngày.\n"
        "**Điều 2. Bãi bỏ khoản 2 Điều 20\nKể từ ngày ký."
    )
    assert [(a.at, a.target, a.action) for a in parse(plain(text)).amendments] == [("1", "14", "replace"), ("2", "20.2", "remove")]


def test_an_article_amended_by_parts_stands_in_its_other_parts() -> None:
    text = (
        "PHỤ LỤC SỬA ĐỔI, BỔ SUNG THỎA ƯỚC LAO ĐỘNG TẬP THỂ\n**Điều 1. Sửa đổi, bổ sung Điều 14 như sau\n"
        "1. Sửa đổi khoản 2 như sau: mỗi năm 15 ngày.\n2. Bổ sung khoản 4: thợ lò 18 ngày.\n3. Bãi bỏ điểm a khoản 1.\n"
        "**Điều 2. Hiệu lực\nKể từ ngày ký."
    )
    assert [(a.at, a.target, a.action) for a in parse(plain(text)).amendments] == [
        ("1.1", "14.2", "replace"),
        ("1.2", "14.4", "add"),
        ("1.3", "14.1.a", "remove"),
    ]


DEFINITIONS = [
    ("- NLĐ: người lao động; HĐLĐ: hợp đồng lao động;", {"NLĐ": "người lao động", "HĐLĐ": "hợp đồng lao động"}),
    ("“NSDLĐ”: người sử dụng lao động là Giám đốc Công ty.", {"NSDLĐ": "người sử dụng lao động là Giám đốc Công ty"}),
    ("Người sử dụng lao động (NSDLĐ) và người lao động (NLĐ).", {"NSDLĐ": "Người sử dụng lao động", "NLĐ": "người lao động"}),
    ("Ban Chấp hành Công đoàn cơ sở (sau đây gọi tắt là BCHCĐCS) có nhiệm kỳ 5 năm.", {"BCHCĐCS": "Ban Chấp hành Công đoàn cơ sở"}),
    ("ATVSLĐ là an toàn, vệ sinh lao động.", {"ATVSLĐ": "an toàn, vệ sinh lao động"}),
    ("BHXH = bảo hiểm xã hội", {"BHXH": "bảo hiểm xã hội"}),
    ("Nghị định số 145/2020/NĐ-CP: quy định chi tiết.", {}),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "want"), DEFINITIONS, ids=[s[:40] for s, _ in DEFINITIONS])
def test_definitions(sentence: str, want: dict[str, str]) -> None:
    assert dict(parse(plain(f"Điều 1. Phạm vi\n{sentence}\nĐiều 2. Một\nHai.")).definitions) == want


def test_terms_of_the_article_that_explains_words() -> None:
    text = "Điều 1. Giải thích từ ngữ\n1. “Thân nhân”: bố, mẹ, vợ, chồng, con.\n2. Lương cơ bản: mức lương ghi trong hợp đồng.\nĐiều 2. Một\nHai: ba."
    assert dict(parse(plain(text)).definitions) == {"Thân nhân": "bố, mẹ, vợ, chồng, con", "Lương cơ bản": "mức lương ghi trong hợp đồng"}


def test_called_the_company() -> None:
    text = (
        "THỎA ƯỚC LAO ĐỘNG TẬP THỂ\nĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG: Công ty TNHH An Phát (sau đây gọi là Công ty)\n"
        "ĐẠI DIỆN TẬP THỂ NGƯỜI LAO ĐỘNG (sau đây viết tắt là NLĐ)\nĐiều 1. Một\nHai."
    )
    assert dict(parse(plain(text)).definitions) == {"Công ty": "Công ty TNHH An Phát", "NLĐ": "người lao động"}
