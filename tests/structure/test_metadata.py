# ruff: noqa: E501 (texts of agreements in tables)
"""What agreements say of themselves, in the many ways they say it; and what they say that is something else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.structure import Metadata, parse
from tests.structure.documents import plain

HEAD = """
CÔNG TY TNHH MAY AN PHÁT
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 05/2024/TƯLĐTT-AP
Hà Tĩnh, ngày 20 tháng 5 năm 2024
THỎA ƯỚC LAO ĐỘNG TẬP THỂ
Căn cứ Bộ luật Lao động số 45/2019/QH14 ngày 20/11/2019 có hiệu lực từ ngày 01/01/2021;
Căn cứ biên bản lấy ý kiến ngày 10/5/2024,
ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG: CÔNG TY TNHH MAY AN PHÁT
Ông: Lê Văn Hải. Chức vụ: Giám đốc
Địa chỉ: số 5 đường Hàm Nghi, thành phố Hà Tĩnh, tỉnh Hà Tĩnh. Điện thoại: 0239 1234567
ĐẠI DIỆN TẬP THỂ NGƯỜI LAO ĐỘNG: CÔNG ĐOÀN CƠ SỞ CÔNG TY TNHH MAY AN PHÁT
Bà: Phan Thị Mai. Chức vụ: Chủ tịch Công đoàn cơ sở
Hai bên thống nhất ký kết thỏa ước với các điều khoản sau:
"""


def meta(text: str) -> Metadata:
    return parse(plain("\n".join(line.strip() for line in text.strip().splitlines()))).metadata


def with_effect(sentence: str, heading: str = "Hiệu lực của Thỏa ước", head: str = HEAD) -> Metadata:
    return meta(
        f"{head}\nĐiều 1. Phạm vi\nThỏa ước áp dụng toàn Công ty.\nĐiều 2. {heading}\n{sentence}\nĐiều 3. Thi hành\nThỏa ước lập 3 bản."
    )


D = date
EFFECT: list[tuple[str, dict[str, Any]]] = [
    ("Thỏa ước có hiệu lực kể từ ngày ký, thời hạn 36 tháng.", {"f": D(2024, 5, 20), "m": 36}),
    ("Thỏa ước này có hiệu lực 03 (ba) năm kể từ ngày ký.", {"f": D(2024, 5, 20), "m": 36}),
    ("Thỏa ước có thời hạn hai năm, từ ngày 01/6/2024 đến hết ngày 31/5/2026.", {"f": D(2024, 6, 1), "m": 24, "to": D(2026, 5, 31)}),
    ("Bản Thỏa ước này có hiệu lực từ ngày 01 tháng 6 năm 2024 đến ngày 31 tháng 5 năm 2027.",
     {"f": D(2024, 6, 1), "m": 36, "to": D(2027, 5, 31)}),
    ("Thời hạn của Thỏa ước là 24 tháng kể từ ngày 01/07/2024.", {"f": D(2024, 7, 1), "m": 24}),
    ("Thỏa ước lao động tập thể này có giá trị trong thời hạn 3 năm, kể từ ngày hai bên ký kết.", {"f": D(2024, 5, 20), "m": 36}),
    ("Thỏa ước có hiệu lực thi hành kể từ ngày 1-6-2024, có giá trị trong 01 năm.", {"f": D(2024, 6, 1), "m": 12}),
    ("TƯLĐTT này có hiệu lực từ ngày mồng một tháng sáu năm hai nghìn không trăm hai mươi tư, thời hạn ba mươi sáu tháng.",
     {"f": D(2024, 6, 1), "m": 36}),
    ("Thỏa ước này thay thế Thỏa ước ký ngày 15/4/2021 có hiệu lực từ ngày 01/5/2021 và có hiệu lực từ ngày 01/6/2024.",
     {"f": D(2024, 6, 1), "m": None}),
    ("Thỏa ước ký ngày 20/5/2021 hết hiệu lực vào ngày 19/5/2024. Thỏa ước này có hiệu lực từ 20/5/2024, thời hạn 03 năm.",
     {"f": D(2024, 5, 20), "m": 36, "to": None}),
    ("Thỏa ước có hiệu lực từ ngày … tháng … năm 2024, thời hạn 02 năm.", {"f": None, "m": 24}),
    ("Thời gian thực hiện Thỏa ước là 36 tháng, bắt đầu từ ngày 01/8/2024.", {"f": D(2024, 8, 1), "m": 36}),
    ("Thỏa ước có thời hạn từ 01/6/2024 đến 31/5/2025.", {"f": D(2024, 6, 1), "m": 12, "to": D(2025, 5, 31)}),
    ("Thỏa ước có hiệu lực kể từ ngày ký. Sau 06 tháng thực hiện, các bên có quyền đề nghị sửa đổi. Trước khi hết hạn 03 tháng hai bên "
     "thương lượng kéo dài thời hạn.", {"f": D(2024, 5, 20), "m": None}),
    ("Trong thời hạn 90 ngày trước ngày Thỏa ước hết hạn, hai bên thương lượng.", {"f": None, "m": None}),
    ("Hợp đồng lao động có thời hạn 24 tháng được ký lại trong thời hạn 30 ngày.", {"f": None, "m": None}),
    ("Thỏa ước có hiệu lực sau khi hai bên ký và hết hạn vào ngày 31/12/2026.", {"f": D(2024, 5, 20), "to": D(2026, 12, 31)}),
    ("Thỏa ước được áp dụng từ ngày 01.6.2024 và kết thúc ngày 31.5.2027.", {"f": D(2024, 6, 1), "to": D(2027, 5, 31), "m": 36}),
    ("Thời hạn Thỏa ước: 36 tháng. Hiệu lực: từ ngày 01/6/2024.", {"f": D(2024, 6, 1), "m": 36}),
    ("Theo luật, thỏa ước có thời hạn từ 01 năm đến 03 năm.", {"f": None, "m": None}),
    ("Thỏa ước có hiệu lực từ 0 giờ ngày 01/7/2024.", {"f": D(2024, 7, 1), "m": None}),
    ("Sau khi ký kết, Thỏa ước có hiệu lực trong vòng 36 tháng.", {"f": D(2024, 5, 20), "m": 36}),
    ("Thỏa ước có hiệu lực từ ngày ký và thay thế các thỏa ước trước đây. Thời hạn thực hiện là 3 năm.", {"f": D(2024, 5, 20), "m": 36}),
    ("Thỏa ước có hiệu lực thi hành 36 tháng (từ ngày 01/01/2024 đến ngày 31/12/2026).",
     {"f": D(2024, 1, 1), "m": 36, "to": D(2026, 12, 31)}),
    ("Thời hạn thỏa ước: Từ ngày 15/3/2022 đến ngày 14/3/2025.", {"f": D(2022, 3, 15), "m": 36, "to": D(2025, 3, 14)}),
    ("Thỏa ước có hiệu lực từ tháng 6 năm 2024.", {"f": None, "m": None}),
    ("Thỏa ước có hiệu lực kể từ ngày đăng ký tại Sở Lao động.", {"f": None}),
    ("Bảng lương có hiệu lực từ ngày 01/7/2024. Thỏa ước có thời hạn 36 tháng.", {"f": None, "m": 36}),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "want"), EFFECT, ids=[s[:60] for s, _ in EFFECT])
def test_validity(sentence: str, want: dict[str, Any]) -> None:
    found = with_effect(sentence)
    got = {"f": found.effective_from, "m": found.term_months, "to": found.expires_on}
    assert {k: got[k] for k in want} == want


def test_validity_in_the_last_article() -> None:
    found = with_effect("Thỏa ước này có hiệu lực 02 năm kể từ ngày ký và gửi Sở Lao động trong 10 ngày.", "Điều khoản thi hành")
    assert (found.effective_from, found.term_months, found.expires_on) == (D(2024, 5, 20), 24, None)


SIGNED: list[tuple[str, str, date | None]] = [
    ("letterhead", "", D(2024, 5, 20)),
    ("blank letterhead", "Hà Tĩnh, ngày … tháng … năm 2024", None),
    ("blank day", "Hà Tĩnh, ngày       tháng 5 năm 2024", None),
    ("figures", "Hà Tĩnh, ngày 20/05/2024", D(2024, 5, 20)),
    ("dashes", "Hà Tĩnh, ngày 20-5-2024", D(2024, 5, 20)),
    ("words", "Hà Tĩnh, ngày hai mươi tháng năm năm hai nghìn không trăm hai mươi bốn", D(2024, 5, 20)),
    ("merged columns", "Số: 05/2024/TƯLĐTT-AP Hà Tĩnh, ngày 20 tháng 5 năm 2024", D(2024, 5, 20)),
    ("none", "Độc lập", None),
]


@pytest.mark.parametrize(("line", "want"), [pytest.param(x, w, id=n) for n, x, w in SIGNED])
def test_signing_date_of_the_letterhead(line: str, want: date | None) -> None:
    head = HEAD.replace("Hà Tĩnh, ngày 20 tháng 5 năm 2024", line) if line else HEAD
    assert with_effect("Thỏa ước gồm 3 điều.", head=head).signed_on == want


def test_signing_date_of_today() -> None:
    head = HEAD.replace("Hà Tĩnh, ngày 20 tháng 5 năm 2024\n", "").replace(
        "ĐẠI DIỆN NGƯỜI SỬ DỤNG", "Hôm nay, ngày 21 tháng 5 năm 2024, tại trụ sở Công ty, chúng tôi gồm:\nĐẠI DIỆN NGƯỜI SỬ DỤNG"
    )
    assert with_effect("Thỏa ước gồm 3 điều.", head=head).signed_on == D(2024, 5, 21)


def test_signing_date_of_the_signature_block() -> None:
    head = HEAD.replace("Hà Tĩnh, ngày 20 tháng 5 năm 2024\n", "")
    text = f"""{head}
    Điều 1. Phạm vi
    Toàn Công ty.
    Điều 2. Hiệu lực
    Thỏa ước có hiệu lực kể từ ngày ký, thời hạn 02 năm.
    Hà Tĩnh, ngày 22 tháng 5 năm 2024
    ĐẠI DIỆN NGƯỜI LAO ĐỘNG ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG
    CHỦ TỊCH CÔNG ĐOÀN GIÁM ĐỐC
    Phan Thị Mai Lê Văn Hải"""
    found = meta(text)
    assert found.signed_on == D(2024, 5, 22)
    assert found.effective_from == D(2024, 5, 22)


def test_dates_of_laws_and_votes_are_not_signing_dates() -> None:
    head = HEAD.replace("Hà Tĩnh, ngày 20 tháng 5 năm 2024\n", "")
    assert with_effect("Thỏa ước gồm 3 điều.", head=head).signed_on is None


def employer(party: str, head: str = "CÔNG TY TNHH X", more: str = "") -> str | None:
    text = f"""{head}
    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
    THỎA ƯỚC LAO ĐỘNG TẬP THỂ
    {party}
    ĐẠI DIỆN TẬP THỂ NGƯỜI LAO ĐỘNG: Công đoàn cơ sở
    Hai bên thống nhất ký kết như sau:
    Điều 1. Phạm vi
    Thỏa ước áp dụng tại Công ty. {more}"""
    return meta(text).employer


EMPLOYERS = [
    ("I. ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG: CÔNG TY TNHH GỖ SƠN LA (100% vốn trong nước)", "CÔNG TY TNHH GỖ SƠN LA"),
    ("BÊN A - NGƯỜI SỬ DỤNG LAO ĐỘNG: Công ty Cổ phần Thực phẩm Việt Nam (gọi tắt là Công ty)", "Công ty Cổ phần Thực phẩm Việt Nam"),
    ("1. Bên sử dụng lao động: Ông Trần An - Giám đốc Doanh nghiệp tư nhân Hoàng Long", "Doanh nghiệp tư nhân Hoàng Long"),
    ("A. Đại diện người sử dụng lao động\nHợp tác xã Dịch vụ nông nghiệp Tân Uyên, mã số thuế 6200", "Hợp tác xã Dịch vụ nông nghiệp Tân Uyên"),
    ("ĐẠI DIỆN BÊN NGƯỜI SỬ DỤNG LAO ĐỘNG\n- Ông: Kim Min Su, Tổng Giám đốc\n- Tên đơn vị: Công ty TNHH MTV Cấp nước Lai Châu. Địa chỉ: số 1",
     "Công ty TNHH MTV Cấp nước Lai Châu"),
    ("Đại diện người sử dụng lao động: Công ty TNHH một thành viên Lâm nghiệp và Dịch vụ Hương Sơn có trụ sở tại xã Sơn Tây",
     "Công ty TNHH một thành viên Lâm nghiệp và Dịch vụ Hương Sơn"),
    ("BÊN NGƯỜI SỬ DỤNG LAO ĐỘNG: Bệnh viện Đa khoa Tư nhân Hồng Hà do ông Lê An làm Giám đốc", "Bệnh viện Đa khoa Tư nhân Hồng Hà"),
    ("Người sử dụng lao động: Công ty CP Vận tải Ô tô số 2; đại diện: ông Bùi Văn Tải", "Công ty CP Vận tải Ô tô số 2"),
    ("ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG: Ông Trương Văn Bình, Giám đốc Công ty TNHH Gạch Ngàn Phố", "Công ty TNHH Gạch Ngàn Phố"),
    ("Người sử dụng lao động: Bà Hạng Thị Mai, chủ Cửa hàng Vật liệu Tam Đường", "Cửa hàng Vật liệu Tam Đường"),
]  # fmt: skip


@pytest.mark.parametrize(("party", "want"), EMPLOYERS, ids=[w for _, w in EMPLOYERS])
def test_employer(party: str, want: str) -> None:
    assert employer(party) == want


def test_employer_in_its_proper_case() -> None:
    party = "ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG: CÔNG TY TNHH GỖ SƠN LA"
    assert employer(party, more="Công ty TNHH Gỗ Sơn La cam kết thực hiện.") == "Công ty TNHH Gỗ Sơn La"


def test_employer_of_the_letterhead() -> None:
    head = "TỔNG CÔNG TY THÉP VIỆT NAM\nCÔNG TY CỔ PHẦN THÉP HÀ TĨNH"
    assert employer("ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG: Ông Lê An, Giám đốc", head) == "CÔNG TY CỔ PHẦN THÉP HÀ TĨNH"


PLACES = [
    ("Địa chỉ: số 5 đường Nguyễn Huệ, phường Tân Phong, thành phố Lai Châu, tỉnh Lai Châu. Điện thoại: 02133", "Lai Châu"),
    ("Trụ sở chính: Khu công nghiệp Hòa Cầm, quận Cẩm Lệ, TP. Đà Nẵng", "Đà Nẵng"),
    ("Địa chỉ: 12 Nguyễn Văn Linh, quận 7, TP.HCM", "Hồ Chí Minh"),
    ("Có trụ sở tại xã Sơn Tây, huyện Hương Sơn, Hà Tĩnh, mã số thuế 3000", "Hà Tĩnh"),
    ("Địa chỉ trụ sở: phường Thái Bình, thành phố Hòa Bình, tỉnh Hoà Bình", "Hòa Bình"),
    ("Địa chỉ: khu phố 3, phường Tam Phước, TP. Biên Hòa, tỉnh Đồng Nai; tài khoản tại Ngân hàng chi nhánh Bình Dương", "Đồng Nai"),
]


@pytest.mark.parametrize(("line", "want"), PLACES, ids=[w for _, w in PLACES])
def test_province(line: str, want: str) -> None:
    head = HEAD.replace("Địa chỉ: số 5 đường Hàm Nghi, thành phố Hà Tĩnh, tỉnh Hà Tĩnh. Điện thoại: 0239 1234567", line)
    head = head.replace("Hà Tĩnh, ngày", "Nơi ký, ngày")
    found = with_effect("Thỏa ước gồm 3 điều.", head=head)
    assert found.province == want


def test_province_of_the_letterhead() -> None:
    head = HEAD.replace("Địa chỉ: số 5 đường Hàm Nghi, thành phố Hà Tĩnh, tỉnh Hà Tĩnh. Điện thoại: 0239 1234567\n", "")
    assert with_effect("Thỏa ước gồm 3 điều.", head=head).province == "Hà Tĩnh"


def test_place_as_written() -> None:
    assert with_effect("Thỏa ước gồm 3 điều.").place == "số 5 đường Hàm Nghi, thành phố Hà Tĩnh, tỉnh Hà Tĩnh"


REGIONS = [
    ("Mức lương thấp nhất bằng mức lương tối thiểu vùng III do Chính phủ quy định.", "III"),
    ("Công ty đóng trên địa bàn vùng II nên lương tối thiểu là 4.410.000 đồng.", "II"),
    ("Công ty thuộc vùng 4, mức lương tối thiểu vùng 4 là 3.450.000 đồng.", "IV"),
    ("Lương tối thiểu: vùng I 4.960.000; vùng II 4.410.000; vùng III 3.860.000; vùng IV 3.450.000.", None),
    ("Trụ sở Công ty thuộc vùng III, các nhà máy thuộc vùng IV nhưng áp dụng chung theo vùng III.", "III"),
    ("Không bố trí lao động nữ làm việc ở vùng cao, vùng sâu, vùng xa.", None),
    ("Lương thấp nhất bằng lương tối thiểu vùng.", None),
]


@pytest.mark.parametrize(("sentence", "want"), REGIONS, ids=[s[:50] for s, _ in REGIONS])
def test_wage_region(sentence: str, want: str | None) -> None:
    assert with_effect(sentence, "Tiền lương").wage_region == want


NUMBERS = [
    ("Số: 05/2024/TƯLĐTT-AP", "05/2024/TƯLĐTT-AP"),
    ("Số 12 / TƯLĐTT", "12/TƯLĐTT"),
    ("Số: ……/2024/TƯLĐTT-AP", None),
    ("Số:      /TƯLĐTT", None),
    ("Số: 03/TULĐTT Hà Tĩnh, ngày 20 tháng 5 năm 2024", "03/TULĐTT"),
    ("Số: 7", "7"),
]


@pytest.mark.parametrize(("line", "want"), NUMBERS, ids=[x for x, _ in NUMBERS])
def test_number(line: str, want: str | None) -> None:
    assert with_effect("Thỏa ước gồm 3 điều.", head=HEAD.replace("Số: 05/2024/TƯLĐTT-AP", line)).number == want


WORKERS = [
    ("Thỏa ước áp dụng cho 85 người lao động đang làm việc tại Công ty.", 85),
    ("Tổng số lao động của Công ty tại ngày ký là 2.300 người.", 2300),
    ("Thỏa ước áp dụng với toàn bộ 6.200 NLĐ.", 6200),
    ("Khi có từ 10 người lao động trở lên yêu cầu thì đối thoại.", None),
]


@pytest.mark.parametrize(("sentence", "want"), WORKERS, ids=[s[:40] for s, _ in WORKERS])
def test_workers(sentence: str, want: int | None) -> None:
    assert with_effect(sentence, "Phạm vi").workers == want


def test_title_with_its_term() -> None:
    head = HEAD.replace("THỎA ƯỚC LAO ĐỘNG TẬP THỂ\n", "THỎA ƯỚC LAO ĐỘNG TẬP THỂ\n(Giai đoạn 2024 - 2027)\n")
    assert with_effect("Thỏa ước gồm 3 điều.", head=head).title == "THỎA ƯỚC LAO ĐỘNG TẬP THỂ (Giai đoạn 2024 - 2027)"


def test_silence_is_none() -> None:
    found = meta("Điều 1. Một\nNội dung.\nĐiều 2. Hai\nNội dung.")
    assert found == Metadata()


SIGNATURES = [
    (
        "two columns in one line",
        "ĐẠI DIỆN TẬP THỂ NLĐ ĐẠI DIỆN NSDLĐ\nCHỦ TỊCH CÔNG ĐOÀN GIÁM ĐỐC\n(Ký tên) (Ký tên)\nPhan Thị Mai Lê Văn Hải",
        {("workers", "CHỦ TỊCH CÔNG ĐOÀN", "Phan Thị Mai"), ("employer", "GIÁM ĐỐC", "Lê Văn Hải")},
    ),
    (
        "employer first, one side below the other",
        "ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG\nTỔNG GIÁM ĐỐC\n(đã ký)\nKim Dong Hyun\nTM. BAN CHẤP HÀNH CÔNG ĐOÀN\nCHỦ TỊCH\n(đã ký)\nPhan Thị Mai",
        {("employer", "TỔNG GIÁM ĐỐC", "Kim Dong Hyun"), ("workers", "CHỦ TỊCH", "Phan Thị Mai")},
    ),
    (
        "a board of representatives signs",
        "ĐẠI DIỆN NGƯỜI LAO ĐỘNG\nTRƯỞNG BAN ĐẠI DIỆN\nNgô Văn Tú\nĐẠI DIỆN CÔNG TY\nGIÁM ĐỐC\nLê Văn Hải",
        {("workers", "TRƯỞNG BAN ĐẠI DIỆN", "Ngô Văn Tú"), ("employer", "GIÁM ĐỐC", "Lê Văn Hải")},
    ),
]


@pytest.mark.parametrize(("block", "want"), [pytest.param(b, w, id=n) for n, b, w in SIGNATURES])
def test_signatories(block: str, want: set[tuple[str, str, str]]) -> None:
    agreement = parse(plain(f"{HEAD.strip()}\nĐiều 1. Một\nNội dung.\nĐiều 2. Hiệu lực\nTừ ngày ký.\n{block}"))
    assert {(s.side, s.office, s.name) for s in agreement.signatories} == want
