# ruff: noqa: E501 (texts of agreements in tables)
"""Documents that speak of an agreement and are none, and agreements that look like something else."""

from __future__ import annotations

import pytest

from app.structure import Kind, parse
from tests.structure.documents import plain

NATIONAL = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
ARTICLES = """Điều 1. Phạm vi
Thỏa ước lao động tập thể này áp dụng cho toàn Công ty.
Điều 2. Nghỉ phép
1. Mỗi năm 14 ngày.
2. Cứ 3 năm thêm 1 ngày.
Điều 3. Hiệu lực
Thỏa ước này có hiệu lực từ ngày ký. Hai bên ký kết thỏa ước lao động tập thể vào ngày hôm nay."""

NOT_AGREEMENTS = [
    (
        "plan",
        "LIÊN ĐOÀN LAO ĐỘNG TỈNH\n**KẾ HOẠCH\n**Thương lượng, ký kết thỏa ước lao động tập thể năm 2024\n"
        "I. Mục đích, yêu cầu\n1. Nâng cao chất lượng thỏa ước lao động tập thể.\n2. Thỏa ước này được ký theo luật.\n"
        "II. Nội dung\n1. Thương lượng.\n2. Ký kết thỏa ước lao động tập thể.",
    ),
    (
        "plan",
        f"{NATIONAL}KẾ HOẠCH\nTHƯƠNG LƯỢNG VÀ KÝ KẾT\nTHỎA ƯỚC LAO ĐỘNG TẬP THỂ NĂM 2025\n1. Mục đích\n2. Yêu cầu\n3. Thỏa ước này có hiệu lực.",
    ),
    (
        "programme",
        "**CHƯƠNG TRÌNH\n**Nâng cao chất lượng thương lượng tập thể và thỏa ước lao động tập thể giai đoạn 2023 - 2028\nI. MỤC TIÊU\n1. Đến năm 2028",
    ),
    (
        "labour_rules",
        f"CÔNG TY TNHH AN PHÁT\n{NATIONAL}**NỘI QUY LAO ĐỘNG\nCăn cứ thỏa ước lao động tập thể;\nChương I\nQUY ĐỊNH CHUNG\n"
        "Điều 1. Phạm vi\nNội quy này áp dụng cho người lao động.\nĐiều 2. Thời giờ làm việc\nTám giờ.\nĐiều 3. Kỷ luật\nKhiển trách.",
    ),
    (
        "labour_contract",
        f"{NATIONAL}**HỢP ĐỒNG LAO ĐỘNG\nSố: 12/HĐLĐ\nChúng tôi, một bên là ông A\nĐiều 1. Thời hạn\nMười hai tháng.\n"
        "Điều 2. Quyền lợi theo thỏa ước lao động tập thể\nTheo thỏa ước.\nĐiều 3. Nghĩa vụ\nTheo thỏa ước.",
    ),
    (
        "legal_document",
        "BỘ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI\n**THÔNG TƯ\n**Hướng dẫn về thỏa ước lao động tập thể\nĐiều 1. Phạm vi\nA.\nĐiều 2. Nội dung\nB.\nĐiều 3. Hiệu lực\nC.",
    ),
    (
        "legal_document",
        "CHÍNH PHỦ\n**NGHỊ ĐỊNH\n**Quy định chi tiết một số điều của Bộ luật Lao động\nĐiều 1. Phạm vi\nA.\nĐiều 2. Thỏa ước lao động tập thể\nB.",
    ),
    ("legal_document", "**BỘ LUẬT LAO ĐỘNG\nChương V\nĐỐI THOẠI, THƯƠNG LƯỢNG TẬP THỂ, THỎA ƯỚC LAO ĐỘNG TẬP THỂ\nĐiều 75. Thỏa ước lao động tập thể\nA."),
    (
        "minutes",
        f"{NATIONAL}**BIÊN BẢN\n**Lấy ý kiến người lao động về thỏa ước lao động tập thể\n1. Tổng số phiếu: 100\n2. Tán thành: 95\n3. Kết luận: thông qua.",
    ),
    ("minutes", f"{NATIONAL}BIÊN BẢN THƯƠNG LƯỢNG TẬP THỂ\n1. Thành phần\n2. Nội dung thỏa ước lao động tập thể này\n3. Kết luận"),
    ("report", "CÔNG ĐOÀN CÔNG TY\n**BÁO CÁO\n**Kết quả thực hiện thỏa ước lao động tập thể năm 2023\n1. Tình hình\n2. Kết quả\n3. Kiến nghị"),
    ("regulation", "CÔNG TY TNHH AN PHÁT\n**QUY CHẾ TRẢ LƯƠNG\nĐiều 1. Nguyên tắc\nA.\nĐiều 2. Bậc lương\nB.\nĐiều 3. Theo thỏa ước lao động tập thể này\nC."),
    ("guideline", "TỔNG LIÊN ĐOÀN LAO ĐỘNG VIỆT NAM\n**HƯỚNG DẪN\n**Chấm điểm, phân loại thỏa ước lao động tập thể\n1. Mục đích\n2. Nội dung\n3. Cách làm"),
    (
        "plan",
        "LIÊN ĐOÀN LAO ĐỘNG TỈNH\nKẾ HOẠCH Thương lượng, ký kết và nâng cao chất lượng thỏa ước lao động tập thể giai đoạn 2024 - 2028 trong các doanh nghiệp\n"
        "1. Mục đích: thỏa ước lao động tập thể này có chất lượng.\n2. Thỏa ước này.\n3. Hai bên thống nhất ký kết thỏa ước.",
    ),
    ("not_an_agreement", "Điều 75. Thỏa ước lao động tập thể\n1. Thỏa ước là thỏa thuận.\n2. Thỏa ước có hiệu lực theo luật.\nĐiều 76. Lấy ý kiến\n1. Trên 50%."),
    ("not_an_agreement", "Danh bạ điện thoại nội bộ\nPhòng Kế toán: 101\nPhòng Nhân sự: 102"),
    ("empty_text", ""),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text"), NOT_AGREEMENTS, ids=[f"{n} {c}" for n, (c, _) in enumerate(NOT_AGREEMENTS)])
def test_is_no_agreement(code: str, text: str) -> None:
    kind = parse(plain(text)).kind
    assert (kind.is_agreement, kind.code) == (False, code)
    assert kind.message.endswith(".")


AGREEMENTS = [
    ("usual", f"{NATIONAL}**THỎA ƯỚC LAO ĐỘNG TẬP THỂ\n{ARTICLES}"),
    ("title in two tones", f"{NATIONAL}THOẢ ƯỚC LAO ĐỘNG TẬP THỂ\n{ARTICLES}"),
    ("draft without signatures", f"{NATIONAL}(DỰ THẢO)\n**DỰ THẢO THỎA ƯỚC LAO ĐỘNG TẬP THỂ\n{ARTICLES}"),
    ("of a group of firms", f"{NATIONAL}THỎA ƯỚC LAO ĐỘNG TẬP THỂ NHÓM DOANH NGHIỆP DỆT MAY\n{ARTICLES}"),
    ("title in small letters", f"Công ty TNHH An Phát\nThỏa ước lao động tập thể\n{ARTICLES}"),
    ("no title that can be read", f"CÔNG TY TNHH AN PHÁT\n{ARTICLES}"),
    ("spoiled by a scan", f"CÔNG TY TNHH AN PHÁT\nTHOA UOC LAO ĐỌNG TÂP THẾ\n{ARTICLES}"),
    ("badly spoiled by a scan", f"CÔNG TY TNHH AN PHÁT\nTHOÁ UỚC LAO BỘNG TẠP THÊ\n{ARTICLES}"),
    ("no title, chapters in two lines", f"CÔNG TY TNHH AN PHÁT\n**Chương I\n**QUY ĐỊNH CHUNG\n{ARTICLES}"),
    (
        "amendment",
        "CÔNG TY TNHH AN PHÁT\n**PHỤ LỤC SỬA ĐỔI, BỔ SUNG THỎA ƯỚC LAO ĐỘNG TẬP THỂ\nĐiều 1. Sửa đổi, bổ sung khoản 2 Điều 14 như sau:\n"
        "2. Cứ 3 năm thêm 1 ngày.\nĐiều 2. Hiệu lực\nTừ ngày ký.",
    ),
    (
        "amendment titled as an annex",
        "**PHỤ LỤC SỐ 01\n**SỬA ĐỔI, BỔ SUNG THỎA ƯỚC LAO ĐỘNG TẬP THỂ\nHai bên thống nhất sửa đổi như sau:\n1. Nâng mức ăn ca lên 30.000 đồng.",
    ),
    (
        "sent with a decision of adoption behind it",
        f"{NATIONAL}**THỎA ƯỚC LAO ĐỘNG TẬP THỂ\n{ARTICLES}\n**ĐẠI DIỆN NGƯỜI LAO ĐỘNG\n**ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG\nBIÊN BẢN\nLấy ý kiến",
    ),
    (
        "behind a decision",
        f"{NATIONAL}**QUYẾT ĐỊNH\nVề việc ban hành thỏa ước\nGiám đốc Công ty quyết định:\nBan hành kèm theo thỏa ước lao động tập thể.\n"
        f"Nơi nhận: như trên.\n**THỎA ƯỚC LAO ĐỘNG TẬP THỂ\n{ARTICLES}",
    ),
    ("numbered lines only", "THỎA ƯỚC LAO ĐỘNG TẬP THỂ\nHai bên thống nhất như sau:\n1. Lương\n2. Thưởng\n3. Phúc lợi"),
]  # fmt: skip


@pytest.mark.parametrize("text", [pytest.param(t, id=n) for n, t in AGREEMENTS])
def test_is_an_agreement(text: str) -> None:
    assert parse(plain(text)).kind == Kind(True)
