# ruff: noqa: E501 (texts of agreements in tables)
"""Trees of agreements in many shapes: each case is a text and the clauses that must come out of it, as (path, heading)."""

from __future__ import annotations

import pytest

from app.reading.document import Method
from app.structure import parse
from tests.structure.documents import plain

# name, text, expected clauses in order: "path" or "path|heading", parted by "; "; chapters and the like included, preamble left out
CASES: list[tuple[str, str, str]] = [
    (
        "ordinals in figures",
        """
        **Điều thứ 1: Phạm vi
        1. Thỏa ước này quy định quan hệ lao động.
        **Điều thứ 2: Thời hạn
        Thỏa ước có thời hạn 36 tháng.
        """,
        "1|Phạm vi; 1.1; 2|Thời hạn",
    ),
    (
        "nothing between a label in capitals and its heading",
        """
        ĐIỀU 1 Phạm vi áp dụng
        Áp dụng cho mọi người lao động theo
        Điều 2 Luật Công đoàn và các quy định khác.
        ĐIỀU 2 Thỏa ước và hợp đồng lao động
        1. Hợp đồng không được trái Thỏa ước.
        ĐIỀU 3 Điều khoản thi hành
        Có hiệu lực từ ngày ký.
        """,
        "1|Phạm vi áp dụng; 2|Thỏa ước và hợp đồng lao động; 2.1; 3|Điều khoản thi hành",
    ),
    (
        "a chapter whose title begins as a citation would",
        """
        Chương I. Quy định chung
        Điều 1. Phạm vi
        1. Thỏa ước này quy định quan hệ lao động.
        Chương II. Điều khoản thi hành
        Điều 2. Hiệu lực
        Có hiệu lực từ ngày ký.
        """,
        "C1|Quy định chung; 1|Phạm vi; 1.1; C2|Điều khoản thi hành; 2|Hiệu lực",
    ),
    (
        "roman chapters, one of them with sections",
        """
        **I. QUY ĐỊNH CHUNG
        **Điều 1. Phạm vi
        Thỏa ước này quy định quan hệ lao động.
        **II. VIỆC LÀM
        **Mục 1. Hợp đồng lao động
        **Điều 2. Giao kết
        Giao kết bằng văn bản.
        **III. TIỀN LƯƠNG
        **Điều 3. Trả lương
        Trả lương ngày 05.
        """,
        "C1|QUY ĐỊNH CHUNG; 1|Phạm vi; C2|VIỆC LÀM; C2.M1|Hợp đồng lao động; 2|Giao kết; C3|TIỀN LƯƠNG; 3|Trả lương",
    ),
    (
        "no Điều, and a clause that says what the line before the body says",
        """
        Sau khi thương lượng trên tinh thần tự nguyện, bình đẳng, hai bên thống nhất ký kết bản Thỏa ước lao động tập thể với những điều khoản như sau:
        **I. QUY ĐỊNH CHUNG
        **1. Phạm vi
        1.1. Thỏa ước này quy định quan hệ lao động.
        **2. Thời hạn
        2.1. Trong thời hạn này hai bên cam kết thực hiện như sau:
        **II. TIỀN LƯƠNG
        **3. Trả lương
        3.1. Trả lương ngày 05.
        """,
        "C1|QUY ĐỊNH CHUNG; 1|Phạm vi; 1.1; 2|Thời hạn; 2.1; C2|TIỀN LƯƠNG; 3|Trả lương; 3.1",
    ),
    (
        "letters glued to figures",
        """
        **Điều 1. Nghỉ hằng năm
        1.1.Người lao động được nghỉ:
        a.12 ngày làm việc trong điều kiện bình thường;
        b.14 ngày làm việc nặng nhọc.
        """,
        "1|Nghỉ hằng năm; 1.1; 1.1.a; 1.1.b",
    ),
    (
        "dots",
        """
        THỎA ƯỚC LAO ĐỘNG TẬP THỂ
        **Điều 1. Phạm vi
        1. Thỏa ước này quy định quan hệ lao động.
        2. Áp dụng cho mọi người lao động.
        **Điều 2. Nghỉ việc riêng
        Người lao động được nghỉ:
        a) Kết hôn: 3 ngày;
        b) Con kết hôn: 1 ngày.
        """,
        "1|Phạm vi; 1.1; 1.2; 2|Nghỉ việc riêng; 2.a; 2.b",
    ),
    (
        "upper with dash",
        """
        ĐIỀU 1 – PHẠM VI ÁP DỤNG
        1) Thỏa ước này áp dụng cho toàn Công ty.
        2) Thời hạn là ba năm.
        ĐIỀU 2 – HIỆU LỰC
        Có hiệu lực từ ngày ký.
        """,
        "1|PHẠM VI ÁP DỤNG; 1.1; 1.2; 2|HIỆU LỰC",
    ),
    (
        "title on the next line",
        """
        **Điều 1
        **Phạm vi điều chỉnh
        Thỏa ước này quy định quyền và nghĩa vụ của hai bên.
        **Điều 2
        **Thời hạn
        1. Thỏa ước có thời hạn 36 tháng.
        """,
        "1|Phạm vi điều chỉnh; 2|Thời hạn; 2.1",
    ),
    (
        "no headings",
        """
        Điều 1
        Thỏa ước này quy định quyền và nghĩa vụ của hai bên trong thời hạn có hiệu lực.
        Điều 2
        1. Người lao động được nghỉ mỗi năm 14 ngày.
        2. Người lao động làm việc nặng nhọc được nghỉ 16 ngày.
        Điều 3.
        Công ty trả lương vào ngày mồng 5 hằng tháng.
        """,
        "1; 2; 2.1; 2.2; 3",
    ),
    (
        "text on the line of the label",
        """
        Điều 1. Thỏa ước này áp dụng cho tất cả người lao động của Công ty.
        Điều 2. Công ty bảo đảm việc làm cho người lao động trong suốt thời hạn hợp đồng.
        Điều 3: Người lao động được nghỉ phép năm 12 ngày, hưởng nguyên lương.
        """,
        "1; 2; 3",
    ),
    (
        "heading and text in one line",
        """
        Điều 1. Thời hạn. Thỏa ước có hiệu lực trong 24 tháng kể từ ngày ký.
        Điều 2: Tiền ăn ca: Công ty chi 25.000 đồng một suất.
        Điều 3. Nghỉ phép
        1. Mười bốn ngày một năm.
        """,
        "1|Thời hạn; 2|Tiền ăn ca; 3|Nghỉ phép; 3.1",
    ),
    (
        "parts, chapters, sections",
        """
        PHẦN THỨ NHẤT
        QUY ĐỊNH CHUNG
        Điều 1. Phạm vi
        Nội dung một.
        PHẦN THỨ HAI: NỘI DUNG
        Chương I
        TIỀN LƯƠNG
        Mục 1. Lương
        Điều 2. Mức lương
        1. Không thấp hơn lương tối thiểu vùng.
        Mục 2. Thưởng
        Điều 3. Thưởng Tết
        Một tháng lương.
        Chương II. PHÚC LỢI
        Điều 4. Tham quan
        Mỗi năm một lần.
        """,
        "P1|QUY ĐỊNH CHUNG; 1|Phạm vi; P2|NỘI DUNG; C1|TIỀN LƯƠNG; C1.M1|Lương; 2|Mức lương; 2.1; C1.M2|Thưởng; 3|Thưởng Tết; "
        "C2|PHÚC LỢI; 4|Tham quan",
    ),
    (
        "khoản of the article's number",
        """
        Điều 5: Nghỉ hằng năm
        5.1 Người lao động được nghỉ 14 ngày.
        5.2. Cứ 3 năm thêm 1 ngày.
        5.2.1. Tính từ ngày vào làm.
        5.2.2. Không tính thời gian nghỉ không lương.
        5.3 Lịch nghỉ do Công ty lập.
        Điều 6: Lễ tết
        6.1 Mười một ngày.
        """,
        "5|Nghỉ hằng năm; 5.1; 5.2; 5.2.1; 5.2.2; 5.3; 6|Lễ tết; 6.1",
    ),
    (
        "words before the numbers",
        """
        Điều 1. Tiền lương
        Khoản 1. Lương trả ngày 10.
        Khoản 2: Lương tháng 13 bằng một tháng lương.
        a/ Đủ 12 tháng thì hưởng đủ.
        b/ Chưa đủ thì theo tỷ lệ.
        Khoản 3. Thưởng lễ 500.000 đồng.
        """,
        "1|Tiền lương; 1.1; 1.2; 1.2.a; 1.2.b; 1.3",
    ),
    (
        "typed and automatic letters",
        """
        Điều 1. Nghỉ
        1. Các trường hợp:
        a) Kết hôn;
        b) Con kết hôn;
        c) Cha mẹ chết;
        d) Vợ sinh con;
        đ) Sinh nhật;
        e) Ngày thành lập;
        g) Việc nhà.
        2. Các trường hợp khác:
        a) Một;
        b) Hai;
        c) Ba;
        d) Bốn;
        e) Năm;
        f) Sáu;
        g) Bảy;
        h) Tám;
        i) Chín;
        j) Mười.
        """,
        "1|Nghỉ; 1.1; 1.1.a; 1.1.b; 1.1.c; 1.1.d; 1.1.đ; 1.1.e; 1.1.g; 1.2; 1.2.a; 1.2.b; 1.2.c; 1.2.d; 1.2.e; 1.2.f; 1.2.g; 1.2.h; 1.2.i; 1.2.j",
    ),
    (
        "sub-points",
        """
        Điều 1. Phụ cấp
        1. Các khoản phụ cấp:
        a) Phụ cấp trách nhiệm:
        a.1) Tổ trưởng: 300.000 đồng;
        a.2) Tổ phó: 200.000 đồng;
        b) Phụ cấp khác:
        i) Điện thoại;
        ii) Xăng xe;
        iii) Nhà ở.
        c) Thâm niên.
        2. Chi trả cùng kỳ lương.
        """,
        "1|Phụ cấp; 1.1; 1.1.a; 1.1.a.1; 1.1.a.2; 1.1.b; 1.1.b.i; 1.1.b.ii; 1.1.b.iii; 1.1.c; 1.2",
    ),
    (
        "roman i after h is a letter",
        """
        Điều 1. Danh mục
        g) Bảy;
        h) Tám;
        i) Chín;
        k) Mười.
        """,
        "1|Danh mục; 1.g; 1.h; 1.i; 1.k",
    ),
    (
        "numbers inside a numbered item",
        """
        Điều 1. Nghỉ việc riêng
        1. Được nghỉ hưởng lương:
        1) Kết hôn: 3 ngày;
        2) Con kết hôn: 1 ngày;
        2. Được nghỉ không hưởng lương một ngày.
        """,
        "1|Nghỉ việc riêng; 1.1; 1.1.1; 1.1.2; 1.2",
    ),
    (
        "a number and its point in one line",
        """
        Điều 1. Chế độ
        1. a) Kết hôn được 3 ngày;
        b) Con kết hôn được 1 ngày.
        2. Tang lễ được 3 ngày.
        """,
        "1|Chế độ; 1.1; 1.1.a; 1.1.b; 1.2",
    ),
    (
        "label and khoản in one line",
        """
        Điều 1. 1. Công ty trả lương đúng hạn.
        2. Công ty chịu phí chuyển khoản.
        Điều 2. 1. Thưởng Tết một tháng lương.
        """,
        "1; 1.1; 1.2; 2; 2.1",
    ),
    (
        "skipped and doubled numbers",
        """
        Điều 1. Một
        1. Nội dung đầu.
        3. Nội dung sau.
        Điều 2. Hai
        1. Nội dung đầu.
        1. Nội dung lặp số.
        2. Nội dung sau.
        Điều 4. Bốn
        Nội dung.
        Điều 4. Bốn nữa
        Nội dung.
        Điều 5. Năm
        """,
        "1|Một; 1.1; 1.3; 2|Hai; 2.1; 2.1bis; 2.2; 4|Bốn; 4bis|Bốn nữa; 5|Năm",
    ),
    (
        "orphan points",
        """
        Điều 7. Trợ cấp
        Người lao động được hưởng các khoản sau đây.
        c) Trợ cấp thôi việc;
        d) Trợ cấp mất việc.
        """,
        "7|Trợ cấp; 7.c; 7.d",
    ),
    (
        "citations and sums at the start of lines",
        """
        Điều 1. Làm thêm giờ
        Việc trả lương làm thêm theo
        Điều 98 Bộ luật Lao động quy định về tiền lương làm thêm giờ.
        Điều 107, Điều 108 Bộ luật Lao động được áp dụng.
        Khoản 2 Điều này không áp dụng cho lái xe.
        Chương XIV Bộ luật Lao động quy định về tranh chấp.
        Mục 3 Chương VII Bộ luật Lao động cũng vậy.
        1.500.000 đồng cho mỗi ngày lễ.
        2. 000 đồng cho mỗi bữa.
        1.5 tháng lương cho người làm đủ năm.
        15/8 hằng năm là ngày truyền thống.
        30-4 và 1-5 là ngày lễ.
        Phụ lục 2 quy định mức cụ thể.
        Điều 2. Làm đêm
        Thêm 30%.
        """,
        "1|Làm thêm giờ; 2|Làm đêm",
    ),
    (
        "a citation with a full stop",
        """
        Điều 11. Thôi việc
        Nội dung theo quy định tại
        Điều 36. Trường hợp bất khả kháng thì không áp dụng.
        Điều 12. Trợ cấp
        Nửa tháng lương.
        Điều 13. Hưu trí
        Một tháng lương.
        """,
        "11|Thôi việc; 12|Trợ cấp; 13|Hưu trí",
    ),
    (
        "annex after the signature",
        """
        Điều 1. Phụ cấp
        Theo Phụ lục 1.
        Điều 2. Hiệu lực
        Có hiệu lực từ ngày ký.
        **ĐẠI DIỆN TẬP THỂ LAO ĐỘNG
        **CHỦ TỊCH CÔNG ĐOÀN
        (đã ký)
        Nguyễn Thị Lan
        **ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG
        **GIÁM ĐỐC
        (đã ký)
        Trần Văn Nam
        **PHỤ LỤC 1: MỨC PHỤ CẤP
        1. Xăng xe: 200.000 đồng
        2. Điện thoại: 100.000 đồng
        a) Tổ trưởng: 150.000 đồng
        **Phụ lục số 02
        **MỨC THƯỞNG
        Thưởng Tết: 01 tháng lương.
        """,
        "1|Phụ cấp; 2|Hiệu lực; KY; PL1|MỨC PHỤ CẤP; PL1.1; PL1.2; PL1.2.a; PL2|MỨC THƯỞNG",
    ),
    (
        "annex before the signature",
        """
        Điều 1. Phụ cấp
        Theo phụ lục.
        Điều 2. Hiệu lực
        Có hiệu lực từ ngày ký.
        **PHỤ LỤC I
        **BẢNG PHỤ CẤP
        1. Xăng xe: 200.000 đồng
        ĐẠI DIỆN NGƯỜI LAO ĐỘNG ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG
        CHỦ TỊCH CÔNG ĐOÀN GIÁM ĐỐC
        Nguyễn Thị Lan Trần Văn Nam
        """,
        "1|Phụ cấp; 2|Hiệu lực; PLI|BẢNG PHỤ CẤP; PLI.1; KY",
    ),
    (
        "annex with articles",
        """
        Điều 1. Một
        Nội dung.
        Điều 2. Hai
        Nội dung.
        **PHỤ LỤC
        **QUY CHẾ TRẢ LƯƠNG
        Điều 1. Nguyên tắc
        1. Trả đúng hạn.
        Điều 2. Bậc lương
        Năm bậc.
        """,
        "1|Một; 2|Hai; PL1|QUY CHẾ TRẢ LƯƠNG; PL1.1|Nguyên tắc; PL1.1.1; PL1.2|Bậc lương",
    ),
    (
        "annexes announced in the last article",
        """
        Điều 1. Một
        Nội dung.
        Điều 2. Phụ lục kèm theo
        Phụ lục 1: Thang lương;
        Phụ lục 2: Mức thưởng.
        **ĐẠI DIỆN NGƯỜI LAO ĐỘNG
        **CHỦ TỊCH CÔNG ĐOÀN
        **ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG
        **GIÁM ĐỐC
        **PHỤ LỤC 1: THANG LƯƠNG
        Bậc 1: 4.000.000 đồng
        """,
        "1|Một; 2|Phụ lục kèm theo; KY; PL1|THANG LƯƠNG",
    ),
    (
        "roman titles instead of chapters",
        """
        **I. QUY ĐỊNH CHUNG
        Điều 1. Phạm vi
        Nội dung.
        Điều 2. Đối tượng
        Nội dung.
        **II. TIỀN LƯƠNG
        Điều 3. Mức lương
        Nội dung.
        """,
        "C1|QUY ĐỊNH CHUNG; 1|Phạm vi; 2|Đối tượng; C2|TIỀN LƯƠNG; 3|Mức lương",
    ),
    (
        "numbered lines only",
        """
        THỎA ƯỚC LAO ĐỘNG TẬP THỂ
        I. ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG: Công ty TNHH An Phát
        II. ĐẠI DIỆN TẬP THỂ LAO ĐỘNG: Công đoàn cơ sở
        Hai bên thống nhất ký kết thỏa ước với nội dung như sau:
        1. Thời giờ làm việc
        Ngày làm 8 giờ.
        2. Tiền lương
        2.1 Trả ngày 5 hằng tháng.
        2.2 Lương tháng 13: một tháng lương.
        a) Đủ năm hưởng đủ.
        b) Chưa đủ theo tỷ lệ.
        3. Thưởng lễ: mỗi dịp 300.000 đồng.
        ĐẠI DIỆN NGƯỜI LAO ĐỘNG ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG
        CHỦ TỊCH CÔNG ĐOÀN GIÁM ĐỐC
        """,
        "1|Thời giờ làm việc; 2|Tiền lương; 2.1; 2.2; 2.2.a; 2.2.b; 3|Thưởng lễ; KY",
    ),
    (
        "roman clauses with numbers that begin anew",
        """
        Hai bên cùng thỏa thuận các điều khoản như sau:
        I. Thời giờ làm việc
        1. Ngày làm 8 giờ.
        2. Tuần làm 44 giờ.
        II. Tiền lương
        1. Trả ngày 5.
        2. Nâng lương mỗi năm.
        III. Phúc lợi
        1. Tham quan mỗi năm một lần.
        """,
        "I|Thời giờ làm việc; I.1; I.2; II|Tiền lương; II.1; II.2; III|Phúc lợi; III.1",
    ),
    (
        "roman chapters with numbers that run on",
        """
        Hai bên thống nhất ký kết như sau:
        I. QUY ĐỊNH CHUNG
        1. Phạm vi áp dụng
        Toàn Công ty.
        2. Thời hạn
        Ba năm.
        II. TIỀN LƯƠNG
        3. Mức lương
        Theo bảng lương.
        4. Thưởng
        Một tháng lương.
        III. PHÚC LỢI
        5. Tham quan
        Mỗi năm một lần.
        """,
        "C1|QUY ĐỊNH CHUNG; 1|Phạm vi áp dụng; 2|Thời hạn; C2|TIỀN LƯƠNG; 3|Mức lương; 4|Thưởng; C3|PHÚC LỢI; 5|Tham quan",
    ),
    (
        "chapters without articles",
        """
        Hai bên thống nhất ký kết như sau:
        CHƯƠNG I: VIỆC LÀM
        1. Công ty bảo đảm việc làm.
        2. Không cho thôi việc trái luật.
        CHƯƠNG II: TIỀN LƯƠNG
        1. Trả ngày 5.
        2. Thưởng Tết một tháng lương.
        """,
        "C1|VIỆC LÀM; C1.1; C1.2; C2|TIỀN LƯƠNG; C2.1; C2.2",
    ),
    (
        "chapter and title in one line without a stop",
        """
        CHƯƠNG I NHỮNG QUY ĐỊNH CHUNG
        Điều 1: Phạm vi
        Nội dung.
        CHƯƠNG 2 - VIỆC LÀM
        Điều 2: Tuyển dụng
        Nội dung.
        """,
        "C1|NHỮNG QUY ĐỊNH CHUNG; 1|Phạm vi; C2|VIỆC LÀM; 2|Tuyển dụng",
    ),
    (
        "table of contents",
        """
        THỎA ƯỚC LAO ĐỘNG TẬP THỂ
        MỤC LỤC
        Chương I. QUY ĐỊNH CHUNG .......... 2
        Điều 1. Phạm vi .......... 2
        Điều 2. Đối tượng .......... 3
        Chương II. TIỀN LƯƠNG .......... 4
        Điều 3. Mức lương .......... 4
        Chương I. QUY ĐỊNH CHUNG
        Điều 1. Phạm vi
        Nội dung.
        Điều 2. Đối tượng
        Nội dung.
        Chương II. TIỀN LƯƠNG
        Điều 3. Mức lương
        Nội dung.
        """,
        "C1|QUY ĐỊNH CHUNG; 1|Phạm vi; 2|Đối tượng; C2|TIỀN LƯƠNG; 3|Mức lương",
    ),
    (
        "amendment with a quoted article",
        """
        THỎA ƯỚC SỬA ĐỔI, BỔ SUNG THỎA ƯỚC LAO ĐỘNG TẬP THỂ
        Điều 1. Sửa đổi Điều 14 như sau:
        “Điều 14. Nghỉ hằng năm
        1. Người lao động được nghỉ 15 ngày.
        2. Cứ 3 năm thêm 1 ngày.”
        Điều 2. Hiệu lực
        Có hiệu lực từ ngày ký.
        """,
        "1; 2|Hiệu lực",
    ),
    (
        "inserted article",
        """
        Điều 5. Ăn ca
        Nội dung.
        Điều 5a. Ăn ca đêm
        1. Suất ăn 30.000 đồng.
        Điều 6. Khám sức khỏe
        Nội dung.
        """,
        "5|Ăn ca; 5a|Ăn ca đêm; 5a.1; 6|Khám sức khỏe",
    ),
    (
        "numbers of chapters without articles",
        """
        Hai bên thống nhất ký kết như sau:
        CHƯƠNG I: VIỆC LÀM
        1.1 Công ty bảo đảm việc làm.
        1.2 Không cho thôi việc trái luật.
        CHƯƠNG II: TIỀN LƯƠNG
        2.1 Trả ngày 5.
        2.2 Thưởng Tết:
        a) Đủ năm: một tháng lương;
        b) Chưa đủ: theo tỷ lệ.
        """,
        "C1|VIỆC LÀM; 1.1; 1.2; C2|TIỀN LƯƠNG; 2.1; 2.2|Thưởng Tết; 2.2.a; 2.2.b",
    ),
    (
        "translation below each paragraph",
        """
        Điều 1. Nghỉ phép
        Article 1. Annual leave
        1. Người lao động được nghỉ 14 ngày mỗi năm.
        1. Employees are entitled to 14 days of leave a year.
        2. Người lao động nghỉ việc riêng:
        2. Employees take personal leave:
        a) Kết hôn được nghỉ 3 ngày;
        a) Marriage: three days;
        b) Con kết hôn được nghỉ 1 ngày.
        b) Marriage of a child: one day.
        """,
        "1|Nghỉ phép; 1.1; 1.2; 1.2.a; 1.2.b",
    ),
    (
        "headings that read as sentences",
        """
        Điều 1. Những việc Công ty phải thực hiện
        1. Trả lương đúng hạn.
        Điều 2. Người lao động được nghỉ việc riêng hưởng lương
        1. Kết hôn: 3 ngày.
        Điều 3. Phúc lợi
        1. Tham quan mỗi năm một lần.
        """,
        "1|Những việc Công ty phải thực hiện; 1.1; 2|Người lao động được nghỉ việc riêng hưởng lương; 2.1; 3|Phúc lợi; 3.1",
    ),
    (
        "spaced and starred labels",
        """
        * Điều 1: Phạm vi
        Nội dung.
        ĐIỀU 2 : Đối tượng
        1.NSDLĐ là Công ty.
        2.NLĐ là mọi người ký hợp đồng.
        Điều 3- Thời hạn
        1 - Ba năm.
        2 - Được gia hạn.
        """,
        "1|Phạm vi; 2|Đối tượng; 2.1; 2.2; 3|Thời hạn; 3.1; 3.2",
    ),
]


def outline(text: str) -> list[str]:
    agreement = parse(plain("\n".join(line.strip() for line in text.strip().splitlines())))
    return [f"{c.path}|{c.heading}" if c.heading else c.path for c in agreement.clauses if c.kind != "preamble"]


@pytest.mark.parametrize(("text", "spec"), [pytest.param(t, s, id=n) for n, t, s in CASES])
def test_outline(text: str, spec: str) -> None:
    assert outline(text) == spec.split("; ")


def test_a_heading_that_is_all_the_article_says_is_its_body() -> None:
    text = "**Điều 1. Phạm vi\nToàn Công ty.\n**Điều 2. Công ty hỗ trợ tiền xăng 150 nghìn đồng mỗi tháng cho người ở xa.\n**Điều 3. Phúc lợi\n"
    agreement = parse(plain(text))
    assert [agreement.text[c.body : c.end].strip() for c in agreement.clauses] == [
        "Toàn Công ty.",
        "Công ty hỗ trợ tiền xăng 150 nghìn đồng mỗi tháng cho người ở xa.",
        "",
    ]
    assert agreement.clauses[1].heading == "Công ty hỗ trợ tiền xăng 150 nghìn đồng mỗi tháng cho người ở xa"


@pytest.mark.parametrize("method", ["docx", "ocr"])
@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        ((1, 2, 3, 54, 55), "Điều 4 đến Điều 53"),
        ((12, 13, 14), "Điều 1 đến Điều 11"),
        ((1, 2, 3, 6, 7), ""),
        ((2, 3, 4), ""),
    ],
)
def test_articles_left_out_by_the_page_are_told(method: Method, numbers: tuple[int, ...], missing: str) -> None:
    """Also on a scan, whose numbers may be repaired: nobody reads 54 for a 4."""
    text = "\n".join(f"**Điều {n}. Trả lương lần {n} trong năm\nCông ty trả lương đúng hạn." for n in numbers)
    agreement = parse(plain(text, method))
    assert [clause.number for clause in agreement.clauses if clause.kind == "article"] == [str(n) for n in numbers]
    told = [notice.message for notice in agreement.warnings if notice.code == "articles_missing"]
    assert len(told) == bool(missing)
    assert all(f"Không thấy {missing}, có thể thiếu trang." in one for one in told)
