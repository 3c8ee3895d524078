"""TCVN3 and VNI text: decoded by font, by style, by theme; guessed where no font tells."""

from __future__ import annotations

import unicodedata

import pytest

from app.reading import read
from app.reading.legacy_fonts import decode, encoding_of, guess, restore_capitals
from tests.reading.docx_maker import NAMESPACES, abstract, docx, lvl, num, p, r

TCVN3_LOWER = "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵăâđêôơưĂÂĐÊÔƠƯ"
TCVN3_BYTES = bytes.fromhex(
    "b5b6b7b8b9bbbcbdbec6c7c8c9cacbcccecfd0d1d2d3d4d5d6d7d8dcdddedfe1e2e3e4e5e6e7e8e9eaebecedeeeff1f2f3f4f5f6f7f8f9fafbfcfdfe"
    "a8a9aeaaabacada1a2a7a3a4a5a6"
)
TO_TCVN3 = dict(zip(TCVN3_LOWER, TCVN3_BYTES.decode("latin-1"), strict=True))
_VNI_TONES = {"\u0300": "ø", "\u0301": "ù", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_VNI_HAT = {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
_VNI_BREVE = {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
_VNI_I = {"\u0300": "ì", "\u0301": "í", "\u0309": "æ", "\u0303": "ó", "\u0323": "ò"}
TEXT = "Điều 5. Người lao động nghỉ hưởng nguyên lương, được trợ cấp ốm đau; quỹ thưởng ở Mỹ Đức là 500.000 đồng"


def to_tcvn3(text: str) -> str:
    return "".join(TO_TCVN3.get(c) or TO_TCVN3.get(c.lower()) or c for c in text)


def to_vni(text: str) -> str:
    """Encode independently of the decoder's tables."""
    out = []
    for char in text:
        marks = unicodedata.normalize("NFD", char.lower())
        base, rest = marks[0], marks[1:]
        tone = next((m for m in rest if m in _VNI_TONES), "")
        if char.lower() == "đ":
            code = "ñ"
        elif base == "i" and tone:
            code = _VNI_I[tone]
        elif base == "y" and tone == "\u0323":
            code = "î"
        elif "\u0302" in rest:
            code = base + _VNI_HAT[tone]
        elif "\u0306" in rest:
            code = base + _VNI_BREVE[tone]
        elif "\u031b" in rest:
            code = {"o": "ô", "u": "ö"}[base] + (_VNI_TONES[tone] if tone else "")
        elif tone:
            code = base + _VNI_TONES[tone]
        else:
            out.append(char)
            continue
        out.append(code.upper() if char.isupper() else code)
    return "".join(out)


@pytest.mark.parametrize(
    ("font", "want"),
    [
        (".VnTime", "tcvn3"), (".VnTimeH", "tcvn3_capitals"), (".VnArial NarrowH", "tcvn3"), (".vnArialH", "tcvn3_capitals"),
        ("VnTime", "tcvn3"), (".VnAvant", "tcvn3"), ("VNI-Times", "vni"), ("VNI-Helve-Condense", "vni"), ("vni-times", "vni"),
        ("Times New Roman", ""), ("Vnexpress", ""), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_font_names(font: str | None, want: str) -> None:
    assert encoding_of(font) == want


def test_every_letter_of_tcvn3() -> None:
    assert decode(TCVN3_BYTES.decode("latin-1"), "tcvn3") == TCVN3_LOWER


def test_every_letter_of_vni() -> None:
    letters = TCVN3_LOWER + TCVN3_LOWER.upper()
    assert unicodedata.normalize("NFC", decode(to_vni(letters), "vni")) == letters


def test_both_survive_the_whole_reader() -> None:
    for font, coded in ((".VnTime", to_tcvn3(TEXT)), ("VNI-Times", to_vni(TEXT))):
        fonts = '<w:rFonts w:ascii="' + font + '" w:hAnsi="' + font + '"/>'
        body = "<w:p>" + r(coded[:20], fonts) + r(coded[20:31], fonts) + r(coded[31:], fonts) + "</w:p>"
        document = read(docx(body))
        assert document.text == TEXT
        assert [notice.code for notice in document.warnings] == ["legacy_font"]


def test_a_letter_of_two_runs() -> None:
    """VNI writes ồ as oà: a run may end between them."""
    fonts = '<w:rFonts w:ascii="VNI-Times" w:hAnsi="VNI-Times"/>'
    assert read(docx("<w:p>" + r("ño", fonts) + r("àng", fonts) + "</w:p>")).text == "đồng"


def test_soft_hyphen_is_u_horn_in_tcvn3_only() -> None:
    fonts = '<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>'
    assert read(docx("<w:p>" + r("l\u00ad¬ng", fonts) + "</w:p>")).text == "lương"
    element = "<w:p>" + r("l", fonts) + "<w:r><w:rPr>" + fonts + "</w:rPr><w:softHyphen/><w:t>¬ng</w:t></w:r></w:p>"
    assert read(docx(element)).text == "lương"
    assert read(docx(p("lương\u00ad tháng"))).text == "lương tháng"


def test_the_font_of_the_style_the_defaults_and_the_theme() -> None:
    text = to_tcvn3(TEXT)
    style = '<w:style w:type="paragraph" w:styleId="Cu"><w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr></w:style>'
    assert read(docx(p(text, style="Cu"), styles=style)).text == TEXT
    run = '<w:style w:type="character" w:styleId="Cu"><w:rPr><w:rFonts w:hAnsi=".VnTime"/></w:rPr></w:style>'
    assert read(docx("<w:p>" + r(text, '<w:rStyle w:val="Cu"/>') + "</w:p>", styles=run)).text == TEXT
    defaults = '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr></w:rPrDefault></w:docDefaults>'
    assert read(docx(p(text), styles=defaults)).text == TEXT


def test_capital_fonts() -> None:
    fonts = '<w:rFonts w:ascii=".VnTimeH" w:hAnsi=".VnTimeH"/>'
    assert read(docx("<w:p>" + r(to_tcvn3("thỏa ước lao động"), fonts) + "</w:p>")).text == "THỎA ƯỚC LAO ĐỘNG"


def test_labels_drawn_in_a_legacy_font() -> None:
    level = lvl(0, to_tcvn3("Điều") + " %1.").replace("</w:lvl>", '<w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr></w:lvl>')
    document = read(docx(p("X", num=1, level=0), numbering=abstract(0, level) + num(1, 0)))
    assert document.text == "Điều 1. X"
    assert document.lines[0].label == "Điều 1."


def test_unicode_text_that_kept_its_old_font_name_is_left_alone() -> None:
    fonts = '<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>'
    body = "<w:p>" + r(TEXT, fonts) + "</w:p><w:p>" + r("Công ty có", fonts) + "</w:p>"
    document = read(docx(body))
    assert document.text == TEXT + "\nCông ty có"
    assert document.warnings == ()


def test_a_guess_where_no_font_tells() -> None:
    assert guess(to_tcvn3(TEXT)) == "tcvn3"
    assert guess(to_vni(TEXT)) == "vni"
    assert guess(TEXT) == ""
    assert guess("Résumé à la carte: façade, naïve, crème brûlée, élève") == ""
    assert read(docx(p(to_vni(TEXT)))).text == TEXT


def test_short_texts_follow_the_long_ones() -> None:
    """A cell of two words cannot tell by itself; Unicode words beside them stay."""
    body = p(to_tcvn3("Nơi nhận: lưu")) + p(to_tcvn3(TEXT)) + p("500.000 " + to_tcvn3("đ")) + p("Công ty")
    assert read(docx(body)).text.split("\n") == ["Nơi nhận: lưu", TEXT, "500.000 đ", "Công ty"]


@pytest.mark.parametrize(
    ("decoded", "want"),
    [
        ("CộNG HòA Xã HộI CHủ NGHĩA VIệT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("Số: 02/TƯ-NNTB", "Số: 02/TƯ-NNTB"),
        ("Công ty CP Vận tải", "Công ty CP Vận tải"),
        ("CHủ TịCH Và GIáM ĐốC", "CHỦ TỊCH VÀ GIÁM ĐỐC"),
        ("Và CôNG ĐOàN cơ sở", "Và CÔNG ĐOÀN cơ sở"),
    ],
)
def test_capitals_come_back(decoded: str, want: str) -> None:
    assert restore_capitals(decoded) == want


def test_theme_fonts() -> None:
    from lxml import etree

    from app.reading.docx_styles import Styles, theme_fonts

    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    theme = etree.fromstring(
        f'<a:theme xmlns:a="{a}"><a:themeElements><a:fontScheme><a:majorFont><a:latin typeface=".VnTimeH"/></a:majorFont>'
        '<a:minorFont><a:latin typeface=".VnTime"/></a:minorFont></a:fontScheme></a:themeElements></a:theme>'
    )
    styles = Styles(None, theme_fonts(theme))
    fonts = etree.fromstring(f'<w:rFonts {NAMESPACES} w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi" w:ascii="Arial"/>')
    assert styles.font(fonts) == ".VnTime"
