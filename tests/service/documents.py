"""Small Word files that the tests write themselves."""

from __future__ import annotations

import io

import docx

PLAIN_ARTICLES = (
    ("Phạm vi áp dụng", "Thỏa ước này áp dụng cho người sử dụng lao động và toàn thể người lao động làm việc tại công ty."),
    ("Thời hạn", "Thỏa ước có thời hạn 36 tháng kể từ ngày 01/02/2025."),
    ("Kết hôn", "Người lao động kết hôn được nghỉ 05 ngày hưởng nguyên lương."),
    ("Con kết hôn", "Người lao động có con kết hôn được nghỉ 02 ngày hưởng nguyên lương."),
    ("Bữa ăn ca", "Công ty tổ chức bữa ăn giữa ca trị giá 30.000 đồng một suất cho mỗi người lao động."),
    ("Khám sức khỏe", "Công ty tổ chức khám sức khỏe định kỳ 02 lần mỗi năm cho toàn thể người lao động."),
    ("Lương tháng 13", "Người lao động làm việc đủ 12 tháng được thưởng 01 tháng lương thứ mười ba."),
    ("Mừng cưới", "Người lao động kết hôn được công ty mừng 1.000.000 đồng."),
    ("Tham quan", "Mỗi năm một lần, công ty tổ chức cho người lao động đi tham quan, nghỉ mát, công ty chi trả toàn bộ chi phí."),
    ("Hiệu lực", "Thỏa ước có hiệu lực kể từ ngày 01 tháng 02 năm 2025."),
)
RULES = (
    ("Phạm vi áp dụng", "Nội quy này áp dụng cho toàn bộ người lao động trong công ty."),
    ("Thời giờ làm việc", "Người lao động làm việc 8 giờ một ngày, 48 giờ một tuần, có mặt trước giờ làm 10 phút."),
    ("Trật tự nơi làm việc", "Người lao động không được hút thuốc, uống rượu bia trong giờ làm việc."),
    ("Xử lý kỷ luật", "Khiển trách, kéo dài thời hạn nâng lương, cách chức, sa thải theo Điều 124 Bộ luật Lao động."),
    ("Hiệu lực", "Nội quy có hiệu lực sau 15 ngày kể từ ngày cơ quan nhà nước nhận được hồ sơ đăng ký."),
)


def plain_agreement(company: str = "CÔNG TY CỔ PHẦN MINH PHÁT") -> bytes:
    """An agreement with a handful of firm promises above the law, nothing unlawful, in force from 2025-02-01 for three years."""
    document = docx.Document()
    for line in (
        company,
        "Số: 01/2025/TƯLĐTT",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Hà Tĩnh, ngày 15 tháng 01 năm 2025",
        "THỎA ƯỚC LAO ĐỘNG TẬP THỂ",
        "Căn cứ Bộ luật Lao động năm 2019;",
        f"Đại diện người sử dụng lao động: {company}. Địa chỉ: thành phố Hà Tĩnh, tỉnh Hà Tĩnh.",
        "Đại diện tập thể người lao động: Ban Chấp hành Công đoàn cơ sở.",
        "Hai bên thống nhất ký kết thỏa ước lao động tập thể với các điều khoản sau:",
    ):
        document.add_paragraph(line)
    return _with_articles(document, PLAIN_ARTICLES)


def labour_rules() -> bytes:
    """Internal labour rules that speak of the agreement and are none."""
    document = docx.Document()
    document.add_paragraph("CÔNG TY TNHH MINH PHÁT")
    document.add_paragraph("NỘI QUY LAO ĐỘNG")
    document.add_paragraph("Căn cứ Bộ luật Lao động 2019 và thỏa ước lao động tập thể của công ty; Giám đốc ban hành nội quy lao động.")
    return _with_articles(document, RULES)


def _with_articles(document: docx.document.Document, articles: tuple[tuple[str, str], ...]) -> bytes:
    for number, (heading, body) in enumerate(articles, start=1):
        document.add_paragraph(f"Điều {number}. {heading}")
        document.add_paragraph(body)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
