"""Firm or vague: vagueness in its many disguises, and firm promises that hold harmless words."""

from __future__ import annotations

import pytest

from app.provisions import find_promises
from app.provisions.examples import clause
from app.provisions.promise import Promise

VAGUE = [
    "Thưởng năng suất cao nhất 02 tháng lương, mức của từng tổ do Hội đồng thi đua bình xét.",
    "Hỗ trợ tiền nhà trọ tối đa 500.000 đồng/tháng do Giám đốc xưởng duyệt.",
    "Tiền thưởng Tết tùy thuộc hiệu quả sản xuất kinh doanh của năm.",
    "Hằng năm, nếu kinh doanh có lãi Công ty tổ chức cho người lao động đi tham quan, nghỉ mát.",
    "Công ty sẽ xem xét mua bảo hiểm sức khỏe cho người lao động khi có nguồn.",
    "Tùy khả năng tài chính, doanh nghiệp hỗ trợ tiền nhà trọ cho công nhân.",
    "Công ty hỗ trợ tiền nhà trọ cho công nhân tùy vào tình hình từng năm.",
    "Việc chi lương tháng 13 do Tổng Giám đốc quyết định căn cứ kết quả kinh doanh.",
    "Mức thưởng Tết do Hội đồng quản trị quyết định.",
    "Khi làm ăn có lời, chủ doanh nghiệp thưởng thêm cho anh em dịp Tết.",
    "Công ty ráng lo cho công nhân có quà Tết.",
    "Nhà máy phấn đấu nâng suất ăn ca lên 30.000 đồng.",
    "Nhà máy phấn đấu để mức ăn ca không dưới 25.000 đồng/suất.",
    "Công ty khuyến khích các đơn vị tổ chức hội thao hằng năm.",
    "Khi quỹ phúc lợi còn dư, Công ty tặng quà sinh nhật cho người lao động.",
    "Quà sinh nhật sẽ được tặng nếu điều kiện cho phép.",
    "Công ty và Công đoàn bàn bạc việc tổ chức tham quan phù hợp với điều kiện thực tế.",
    "Giám đốc có toàn quyền quyết định việc thưởng năng suất.",
    "Chế độ hỗ trợ xăng xe thực hiện theo quy chế nội bộ của Công ty từng thời kỳ.",
    "Thưởng Tết Nguyên đán: 01 tháng lương, tùy tình hình kinh doanh.",
    "Công ty dự kiến thưởng Tết 01 tháng lương.",
    "Người lao động có thể được thưởng tháng lương thứ 13.",
    "Trường hợp người lao động khó khăn đột xuất, Công ty sẽ xét trợ cấp.",
    "Công ty quan tâm xây dựng nhà ở cho công nhân.",
    "Công ty tạo điều kiện cho người lao động học tập nâng cao tay nghề.",
    "Trong khả năng của mình, Công ty bố trí xe đưa đón công nhân.",
    "Công ty đang nghiên cứu phương án bố trí xe đưa đón công nhân.",
    "Khi đủ số lượng người đăng ký, Công ty bố trí xe đưa đón.",
    "Tham quan, nghỉ mát hằng năm căn cứ vào nguồn quỹ phúc lợi và tình hình sản xuất.",
    "Công ty từng bước nâng cao chất lượng bữa ăn ca.",
    "Hằng năm tổ chức cho người lao động đi nghỉ mát nếu đạt kế hoạch lợi nhuận.",
    "Hai bên sẽ thảo luận về việc mua bảo hiểm sức khỏe cho người lao động.",
    "Nâng lương trước hạn cho người có thành tích xuất sắc do Giám đốc xem xét, quyết định.",
    "Việc điều chỉnh lương hằng năm phụ thuộc vào kết quả kinh doanh và mặt bằng thị trường.",
    "Công ty sẽ có hình thức động viên thích hợp cho lao động nữ nhân ngày 8/3.",
    "Công ty chủ trương hỗ trợ một phần học phí cho người lao động tự học.",
    "Nếu thu xếp được công việc, người lao động được nghỉ thêm có hưởng lương.",
    "Phụ cấp điện thoại cho bộ phận kinh doanh do Công ty ấn định theo từng thời kỳ.",
    "Tiền thưởng các ngày lễ tùy theo tình hình tài chính của đơn vị tại thời điểm chi.",
    "Công ty sẽ vận động các nhà hảo tâm hỗ trợ công nhân bị thiên tai.",
]

FIRM = [
    "Công ty bố trí công việc phù hợp cho lao động nữ mang thai từ tháng thứ 7.",
    "Căn cứ Điều 112 Bộ luật Lao động, người lao động được nghỉ 11 ngày lễ, tết hưởng nguyên lương.",
    "Thưởng Tết tùy kết quả kinh doanh nhưng không thấp hơn 01 tháng lương.",
    "Tùy theo chức danh, người lao động được phụ cấp điện thoại từ 100.000 đồng đến 500.000 đồng/tháng.",
    "Tùy từng chức danh, mức phụ cấp trách nhiệm như sau: tổ trưởng 500.000 đồng/tháng, chuyền trưởng 800.000 đồng/tháng.",
    "Công ty tạo điều kiện cho lao động nữ nuôi con dưới 12 tháng nghỉ mỗi ngày 60 phút hưởng đủ lương.",
    "Công ty quan tâm chăm lo sức khỏe, tổ chức khám sức khỏe định kỳ 02 lần/năm.",
    "Công ty khuyến khích người lao động đi làm đều bằng tiền chuyên cần 500.000 đồng/tháng.",
    "Hằng năm Công ty xét nâng lương một lần vào tháng 01, mức nâng tối thiểu 5%.",
    "Người lao động được lựa chọn nghỉ phép thành nhiều lần, mỗi năm 14 ngày.",
    "Căn cứ thời gian làm việc, người lao động có thể nghỉ gộp 14 ngày phép tối đa 3 năm một lần.",
    "Công ty cấp 02 bộ đồng phục mỗi năm, kích cỡ phù hợp với từng người.",
    "Công ty trang bị phương tiện bảo vệ cá nhân phù hợp với tính chất công việc.",
    "Mức ăn ca 25.000 đồng/suất; khi giá thị trường biến động hai bên xem xét điều chỉnh.",
    "Mức ăn ca 25.000 đồng/suất, khi giá biến động lớn hai bên sẽ xem xét điều chỉnh cho phù hợp.",
    "Tiền xăng xe 300.000 đồng/tháng không phụ thuộc vào khoảng cách.",
    "Người lao động được nghỉ 03 ngày khi kết hôn, có thể xin nghỉ thêm không lương.",
    "Mừng cưới 1.000.000 đồng theo đề nghị của Công đoàn.",
    "Công ty thưởng thâm niên 10 năm: 2.000.000 đồng, xét vào tháng 12 hằng năm.",
    "Trợ cấp khó khăn từ 1.000.000 đồng đến 5.000.000 đồng tùy mức độ thiệt hại.",
    "Công ty hỗ trợ tiền nhà trọ 400.000 đồng/tháng cho người ở xa, phù hợp với quy định của pháp luật.",
    "Phụ cấp chức vụ trả theo quyết định bổ nhiệm, mức thấp nhất 500.000 đồng/tháng.",
    "Người lao động bị tai nạn lao động được bố trí công việc phù hợp với sức khỏe, hỗ trợ thêm 5.000.000 đồng.",
    "Trong trường hợp ốm đau, người lao động được Công ty thăm hỏi 500.000 đồng/lần.",
    "Khi có điều kiện về tuổi đời nghỉ hưu, người lao động được tặng 02 tháng lương.",
    "Công ty bố trí xe đưa đón miễn phí; lịch chạy có thể thay đổi theo ca.",
    "Công ty mua bảo hiểm tai nạn 24/24 cho người lao động mức phí 100.000 đồng/người/năm, tùy thâm niên có thể cao hơn.",
    "Thưởng sáng kiến bằng 10% giá trị làm lợi năm đầu.",
    "Lao động nữ ngày 8/3 được tặng 200.000 đồng và được tạo điều kiện tham gia hội thi nấu ăn.",
    "Người lao động nghỉ việc riêng do kết hôn: 05 ngày; con kết hôn: 02 ngày, nếu cần nghỉ thêm thì trừ vào phép.",
]


def _is_vague(promise: Promise) -> bool:
    return promise.ruling is None and promise.firmness == "vague"


@pytest.mark.parametrize("text", VAGUE)
def test_vague_in_disguise(text: str) -> None:
    found = find_promises(clause(text))
    assert found
    assert all(_is_vague(promise) for promise in found)


@pytest.mark.parametrize("text", FIRM)
def test_firm_with_harmless_words(text: str) -> None:
    found = find_promises(clause(text))
    assert found
    assert not any(_is_vague(promise) for promise in found)


def test_a_minimum_cures_discretion_but_not_striving() -> None:
    left_open = find_promises(clause("Thưởng Tết tùy kết quả kinh doanh nhưng không thấp hơn 01 tháng lương."))
    striven_for = find_promises(clause("Nhà máy phấn đấu để mức ăn ca không dưới 25.000 đồng/suất."))
    assert [p.firmness for p in left_open] == ["firm_minimum"]
    assert [p.firmness for p in striven_for] == ["vague"]
