"""Build the recorded PDFs of this folder from agreements typed in different habits.

usage: .venv/bin/python tests/reading/recorded/build.py   (needs LibreOffice; run only to change the recorded files)
Each NAME.pdf has its NAME.txt: the lines that reading it must give, one a line, cells of a row joined with " | ".
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

HERE = Path(__file__).parent
FONT = "Noto Serif"  # the recording machine has it with every Vietnamese letter

LONG = [
    "Điều 1. Phạm vi điều chỉnh",
    "Thỏa ước này quy định quyền và nghĩa vụ của hai bên về việc làm, tiền lương, tiền thưởng, thời giờ làm việc, thời giờ nghỉ ngơi, bữa "
    "ăn giữa ca, an toàn lao động và phúc lợi tại Hợp tác xã Dệt lụa Sông Lam trong suốt thời hạn có hiệu lực.",
    "Những nội dung chưa nêu ở đây thực hiện theo Bộ luật Lao động, theo nội quy đã đăng ký và theo hợp đồng lao động của từng người.",
    "Điều 2. Tiền lương làm thêm giờ",
    "1. Người lao động làm thêm giờ được trả lương theo đơn giá tiền lương của công việc đang làm, tính như sau:",
    "a) vào ngày thường, ít nhất bằng 160% đơn giá giờ thực trả của chính công việc ấy trong tháng làm thêm;",
    "b) vào ngày nghỉ hằng tuần, ít nhất bằng 220%;",
    "c) vào ngày lễ, ngày Tết, ít nhất bằng 320%, chưa kể tiền lương của chính ngày lễ, ngày Tết đối với người hưởng lương theo ngày.",
    "2. Làm việc vào ban đêm, từ 22 giờ đến 06 giờ sáng hôm sau, được trả thêm 35% tiền lương; tiền làm thêm được chuyển cùng kỳ lương "
    "theo Điều 3 và khoản 1 Điều này.",
    "Điều 3. Kỳ hạn trả lương",
    "- Lương tháng trả vào ngày 08 của tháng sau qua tài khoản ngân hàng; trùng ngày nghỉ thì trả vào ngày làm việc liền trước đó, phí mở "
    "thẻ và phí chuyển khoản do Hợp tác xã chịu - kể cả phí nhận tin nhắn.",
    "- Mỗi người nhận một bảng kê ghi rõ lương, phụ cấp, số giờ làm thêm và các khoản khấu trừ.",
    "Điều 4. Nghỉ phép hằng năm",
    "4.1 Người làm đủ 12 tháng được nghỉ 14 ngày phép hưởng nguyên lương; cứ thêm 03 năm làm việc thì được nghỉ thêm 01 ngày.",
    "4.2 Người có con dưới 06 tuổi được ưu tiên chọn ngày nghỉ; lịch nghỉ phép của cả năm được niêm yết trước ngày "
    "15 tháng 01 tại bảng tin.",
]
TABLE = [
    ["STT", "Khoản hỗ trợ", "Mức (đồng/tháng)", "Điều kiện được hưởng"],
    ["1", "Xăng xe, đi lại", "350.000", "Nhà cách xưởng từ 05 km trở lên, không đi xe đưa đón"],
    ["2", "Nhà trọ", "400.000", "Có hợp đồng thuê nhà hoặc xác nhận của nơi tạm trú"],
    ["3", "Nuôi con nhỏ", "150.000", "Mỗi con dưới 72 tháng tuổi"],
    ["4", "Chuyên cần", "500.000", "Đi làm đủ ngày công trong tháng"],
]


class Writer:
    """A docx under one typing habit, and the lines that reading its PDF must give."""

    def __init__(self, size: float = 13, after: float = 0, line: float | None = None, margins: tuple[float, float] = (3, 2)) -> None:
        self.doc: Document = docx.Document()
        section = self.doc.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin, section.right_margin = Cm(margins[0]), Cm(margins[1])
        section.top_margin = section.bottom_margin = Cm(2)
        style = self.doc.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(size)
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.space_before = Pt(0)
        if line:
            style.paragraph_format.line_spacing = line
        self.lines: list[str] = []

    def para(self, text: str, *, align: object = None, indent: float = 0, hang: float = 0, bold: bool = False) -> None:
        p = self.doc.add_paragraph()
        run = p.add_run(text)
        run.bold = bold
        p.alignment = align
        if indent:
            p.paragraph_format.first_line_indent = Cm(indent)
        if hang:
            p.paragraph_format.left_indent, p.paragraph_format.first_line_indent = Cm(hang), Cm(-hang)
        self.lines.append(" ".join(text.split()))

    def beside(self, left: list[str], right: list[str]) -> None:
        cells = self.doc.add_table(rows=1, cols=2).rows[0].cells
        for cell, texts in zip(cells, (left, right), strict=True):
            for at, text in enumerate(texts):
                p = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
                p.alignment = ALIGN.CENTER
                p.add_run(text).bold = True
        self.lines += left + right

    def table(self, rows: list[list[str]], *, ruled: bool = True) -> None:
        table = self.doc.add_table(rows=0, cols=len(rows[0]))
        if ruled:
            table.style = self.doc.styles["Table Grid"]
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
            self.lines.append(" | ".join(row))

    def furniture(self, header: str, footer: str) -> None:
        section = self.doc.sections[0]
        section.header.paragraphs[0].add_run(header)
        p = section.footer.paragraphs[0]
        p.alignment = ALIGN.CENTER
        run = p.add_run(footer)
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = text
            run._r.append(element)

    def letterhead(self) -> None:
        self.beside(
            ["HỢP TÁC XÃ DỆT LỤA SÔNG LAM", "Số: 07/2025/TƯLĐTT"],
            ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Vinh, ngày 03 tháng 3 năm 2025"],
        )
        self.para("THỎA ƯỚC LAO ĐỘNG TẬP THỂ", align=ALIGN.CENTER, bold=True)

    def signatures(self) -> None:
        self.beside(
            ["ĐẠI DIỆN TẬP THỂ LAO ĐỘNG", "CHỦ TỊCH CÔNG ĐOÀN CƠ SỞ", "(Đã ký)", "Nguyễn Thị Tằm"],
            ["ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG", "GIÁM ĐỐC", "(Đã ký, đóng dấu)", "Lê Văn Kén"],
        )


def body(writer: Writer, times: int, **habits: object) -> None:
    for _ in range(times):
        for text in LONG:
            heading = text.startswith("Điều")
            writer.para(text, bold=heading, **habits)  # type: ignore[arg-type]


def ragged_no_space() -> Writer:
    writer = Writer(size=12)
    writer.letterhead()
    body(writer, 3)
    writer.signatures()
    return writer


def justified_indented() -> Writer:
    writer = Writer(size=14, after=6, line=1.3)
    writer.furniture("HỢP TÁC XÃ DỆT LỤA SÔNG LAM - Thỏa ước lao động tập thể", "Trang ")
    writer.letterhead()
    body(writer, 2, align=ALIGN.JUSTIFY, indent=1.0)
    writer.table(TABLE)
    body(writer, 1, align=ALIGN.JUSTIFY, indent=1.0)
    writer.signatures()
    return writer


def hanging() -> Writer:
    writer = Writer(size=13, margins=(2.5, 1.5))
    for _ in range(2):
        for text in LONG:
            label = text[0].isdigit() or text[1:2] == ")" or text.startswith("- ")
            writer.para(text, bold=text.startswith("Điều"), align=ALIGN.JUSTIFY, hang=0.8 if label else 0)
    return writer


def long_table() -> Writer:
    """A ruled table over two pages, its header repeated by Word, and a row cut by the page's end."""
    writer = Writer(size=13, after=6)
    rows = [TABLE[0], *([str(at), *TABLE[1 + at % 4][1:]] for at in range(1, 31))]
    writer.para("Điều 9. Các khoản hỗ trợ hằng tháng", bold=True)
    writer.table(rows)
    first = writer.doc.tables[0].rows[0]._tr.get_or_add_trPr()
    mark = OxmlElement("w:tblHeader")
    first.append(mark)
    writer.para("Điều 10. Hiệu lực", bold=True)
    return writer


def merged_cells() -> Writer:
    writer = Writer(size=13, after=6)
    writer.para("Điều 12. Mức thưởng", bold=True)
    table = writer.doc.add_table(rows=5, cols=4)
    table.style = writer.doc.styles["Table Grid"]
    texts = {
        (0, 0): "Nhóm", (0, 1): "Chức danh", (0, 2): "Mức thưởng (đồng)", (1, 2): "Dưới 03 năm", (1, 3): "Từ 03 năm",
        (2, 0): "A", (2, 1): "Thợ chính", (2, 2): "2.000.000", (2, 3): "3.500.000",
        (3, 1): "Thợ phụ", (3, 2): "1.500.000", (3, 3): "2.500.000",
        (4, 0): "B", (4, 1): "Tạp vụ", (4, 2): "1.000.000", (4, 3): "1.800.000",
    }  # fmt: skip
    for (row, column), text in texts.items():
        table.cell(row, column).text = text
    table.cell(0, 2).merge(table.cell(0, 3))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(1, 1))
    table.cell(2, 0).merge(table.cell(3, 0))
    writer.lines += [
        "Nhóm | Chức danh | Mức thưởng (đồng)",
        "Nhóm | Chức danh | Dưới 03 năm | Từ 03 năm",
        "A | Thợ chính | 2.000.000 | 3.500.000",
        "A | Thợ phụ | 1.500.000 | 2.500.000",
        "B | Tạp vụ | 1.000.000 | 1.800.000",
    ]
    writer.para("Mức trên áp dụng từ ngày ký.")
    return writer


def unruled_table() -> Writer:
    writer = Writer(size=13, after=6)
    writer.para("Điều 8. Các khoản hỗ trợ", bold=True)
    writer.table(TABLE, ruled=False)
    body(writer, 1, align=ALIGN.JUSTIFY)
    return writer


def no_vietnamese_letters() -> Writer:
    """A font without Vietnamese letters: the writer sets each line in several passes."""
    writer = Writer(size=13, after=6)
    writer.doc.styles["Normal"].font.name = "Times New Roman"
    body(writer, 1, align=ALIGN.JUSTIFY)
    return writer


BUILDERS: list[Callable[[], Writer]] = [
    ragged_no_space,
    justified_indented,
    hanging,
    long_table,
    merged_cells,
    unruled_table,
    no_vietnamese_letters,
]


def to_pdf(data: bytes, options: str = "pdf") -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "in.docx")
        source.write_bytes(data)
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                options,
                "--outdir",
                folder,
                source,
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        return Path(folder, "in.pdf").read_bytes()


def main() -> None:
    for build in BUILDERS:
        writer = build()
        out = io.BytesIO()
        writer.doc.save(out)
        (HERE / f"{build.__name__}.pdf").write_bytes(to_pdf(out.getvalue()))
        (HERE / f"{build.__name__}.txt").write_text("\n".join(writer.lines) + "\n", encoding="utf-8")
        print(build.__name__)
    locked = Writer()
    locked.para("Thỏa ước lao động tập thể")
    out = io.BytesIO()
    locked.doc.save(out)
    secret = '{"EncryptFile":{"type":"boolean","value":"true"},"DocumentOpenPassword":{"type":"string","value":"lua"}}'
    (HERE / "locked.pdf").write_bytes(to_pdf(out.getvalue(), f"pdf:writer_pdf_Export:{secret}"))


if __name__ == "__main__":
    main()
