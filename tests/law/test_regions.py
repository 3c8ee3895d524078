from __future__ import annotations

import pytest

from app.law.loader import Law
from app.law.regions import wage_region
from app.structure.agreement import Metadata
from tests.law.makers import day


@pytest.mark.parametrize(
    ("province", "place", "on", "region"),
    [
        # districts until 30 June 2025
        ("Hà Tĩnh", "phường Kỳ Thịnh, thị xã Kỳ Anh, tỉnh Hà Tĩnh", "2024-08-15", "III"),
        ("Hà Tĩnh", "xã Kỳ Phú, huyện Kỳ Anh, tỉnh Hà Tĩnh", "2024-08-15", "IV"),
        ("Hà Tĩnh", "số 5 đường Trần Phú, thành phố Hà Tĩnh", "2023-01-01", "III"),
        ("Hà Tĩnh", "TX. Hồng Lĩnh, Hà Tĩnh", "2023-01-01", "IV"),
        ("Hà Tĩnh", "thị trấn Hương Khê, huyện Hương Khê, tỉnh Hà Tĩnh", "2023-10-02", "IV"),
        ("Lai Châu", "bản Xuân Én, xã Mường Than, huyện Than Uyên, tỉnh Lai Châu", "2022-03-10", "IV"),
        ("Lai Châu", "118 đường Trần Hưng Đạo, phường Tân Phong, TP. Lai Châu", "2024-02-28", "III"),
        (None, "thành phố Lai Châu, tỉnh Lai Châu", "2024-02-28", "III"),
        ("Bình Dương", "lô C2, KCN Việt Hương, thành phố Thuận An, tỉnh Bình Dương", "2023-11-06", "I"),
        ("Hồ Chí Minh", "xã Bình Khánh, huyện Cần Giờ, TP. Hồ Chí Minh", "2024-09-12", "II"),
        ("Hồ Chí Minh", "12 đường số 3, phường 14, quận 10, thành phố Hồ Chí Minh", "2024-09-12", "I"),
        ("Hà Nội", "thị trấn Tây Đằng, huyện Ba Vì, Hà Nội", "2022-08-01", "II"),
        # communes from 1 July 2025
        ("Lai Châu", "số 118 đường Trần Phú, phường Tân Phong, tỉnh Lai Châu", "2025-09-05", "III"),
        ("Lai Châu", "xã Mường Than, tỉnh Lai Châu", "2025-07-01", "IV"),
        ("Hà Tĩnh", "phường Vũng Áng, tỉnh Hà Tĩnh", "2026-03-16", "III"),
        ("Hà Tĩnh", "phường Bắc Hồng Lĩnh, tỉnh Hà Tĩnh", "2026-03-16", "IV"),
        ("Hà Tĩnh", "xã Thạch Khê, tỉnh Hà Tĩnh", "2026-03-16", "III"),
        ("Hà Tĩnh", "đường Trần Phú, phường Nam Hồng Lĩnh, tỉnh Hà Tĩnh", "2026-03-16", "IV"),
    ],
)
def test_region_by_place_of_work(law: Law, province: str | None, place: str, on: str, region: str) -> None:
    found = wage_region(Metadata(province=province, place=place), law.provinces, day(on))
    assert (found.region, found.candidates, found.basis) == (region, (region,), "place")
    assert found.notice is None


def test_stated_region_wins(law: Law) -> None:
    metadata = Metadata(province="Lai Châu", place="huyện Than Uyên, tỉnh Lai Châu", wage_region="II")
    assert wage_region(metadata, law.provinces, day("2024-01-01")).region == "II"


def test_old_district_in_a_later_address_is_found_in_the_older_list_with_a_notice(law: Law) -> None:
    metadata = Metadata(province="Hà Tĩnh", place="thị xã Hồng Lĩnh, tỉnh Hà Tĩnh")
    found = wage_region(metadata, law.provinces, day("2025-09-01"))
    assert found.region == "IV"
    assert found.notice is not None
    assert found.notice.code == "wage_region_by_other_list"


def test_province_without_a_list_is_unknown_with_a_notice(law: Law) -> None:
    found = wage_region(Metadata(province="Nghệ An", place="thành phố Vinh, tỉnh Nghệ An"), law.provinces, day("2024-01-01"))
    assert (found.region, found.candidates) == (None, ("I", "II", "III", "IV"))
    assert found.notice is not None
    assert found.notice.code == "wage_region_unknown"
    assert found.notice.message == "Chưa có danh mục địa bàn lương tối thiểu của Nghệ An; cần người xem xác định vùng lương."


def test_province_alone_leaves_its_regions_as_candidates(law: Law) -> None:
    found = wage_region(Metadata(province="Hà Tĩnh"), law.provinces, day("2024-01-01"))
    assert (found.region, found.candidates, found.basis) == (None, ("III", "IV"), "province")


def test_district_dissolved_before_the_day_is_no_longer_found_in_the_list_of_that_day(law: Law) -> None:
    metadata = Metadata(province="Hà Tĩnh", place="xã Hộ Độ, huyện Lộc Hà, tỉnh Hà Tĩnh")
    assert wage_region(metadata, law.provinces, day("2024-12-31")).region == "IV"
    assert wage_region(metadata, law.provinces, day("2025-01-01")).region != "IV"


def test_every_commune_of_both_provinces_is_listed(law: Law) -> None:
    counts = {p.name: sum(len(x) for x in p.lists[-1].regions.values()) for p in law.provinces if p.lists[-1].level == "commune"}
    assert counts == {"Lai Châu": 38, "Hà Tĩnh": 69}
