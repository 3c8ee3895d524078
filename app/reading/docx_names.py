"""Clark names of WordprocessingML, computed once: comparing strings is what makes the walk fast."""

from __future__ import annotations

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
CONTENT_TYPE = "{http://schemas.openxmlformats.org/package/2006/content-types}"

P, PPR, RUN, RPR, T, TAB, PTAB, BR, CR = (W + n for n in ("p", "pPr", "r", "rPr", "t", "tab", "ptab", "br", "cr"))
TBL, TBLPR, TR, TRPR, TC, TCPR = (W + n for n in ("tbl", "tblPr", "tr", "trPr", "tc", "tcPr"))
SDT, SDTPR, SDTCONTENT, CUSTOMXML, SMARTTAG = (W + n for n in ("sdt", "sdtPr", "sdtContent", "customXml", "smartTag"))
INS, DEL, MOVEFROM, MOVETO = (W + n for n in ("ins", "del", "moveFrom", "moveTo"))
HYPERLINK, FLDSIMPLE, FLDCHAR, INSTRTEXT = (W + n for n in ("hyperlink", "fldSimple", "fldChar", "instrText"))
BDO, DIR, RUBY, RUBYBASE = (W + n for n in ("bdo", "dir", "ruby", "rubyBase"))
NOBREAKHYPHEN, SOFTHYPHEN, SYM, RENDEREDBREAK = (W + n for n in ("noBreakHyphen", "softHyphen", "sym", "lastRenderedPageBreak"))
FOOTNOTEREF, ENDNOTEREF = W + "footnoteReference", W + "endnoteReference"
DRAWING, PICT, OBJECT, TXBX = W + "drawing", W + "pict", W + "object", W + "txbxContent"
ALTERNATE, CHOICE, FALLBACK = MC + "AlternateContent", MC + "Choice", MC + "Fallback"
OMATH, OMATHPARA, MT = M + "oMath", M + "oMathPara", M + "t"
PSTYLE, NUMPR, NUMID, ILVL, JC, OUTLINE = (W + n for n in ("pStyle", "numPr", "numId", "ilvl", "jc", "outlineLvl"))
SECTPR, PAGEBREAKBEFORE, TYPE = W + "sectPr", W + "pageBreakBefore", W + "type"
RSTYLE, BOLD, VANISH, RFONTS = W + "rStyle", W + "b", W + "vanish", W + "rFonts"
VAL, FONT, CHAR, ID, FORMAT = W + "val", W + "font", W + "char", W + "id", W + "fmt"
STYLE, STYLEID, BASEDON, NAME, DEFAULT, DOCDEFAULTS = (W + n for n in ("style", "styleId", "basedOn", "name", "default", "docDefaults"))
ABSTRACTNUM, ABSTRACTNUMID, NUM, LVL, LVLOVERRIDE, STARTOVERRIDE = (
    W + n for n in ("abstractNum", "abstractNumId", "num", "lvl", "lvlOverride", "startOverride")
)
NUMSTYLELINK, STYLELINK, START, NUMFMT, LVLTEXT, LVLRESTART, ISLGL, SUFF = (
    W + n for n in ("numStyleLink", "styleLink", "start", "numFmt", "lvlText", "lvlRestart", "isLgl", "suff")
)
GRIDSPAN, VMERGE, GRIDBEFORE, TBLHEADER, TBLBORDERS, TCBORDERS, SHD, TBLSTYLE = (
    W + n for n in ("gridSpan", "vMerge", "gridBefore", "tblHeader", "tblBorders", "tcBorders", "shd", "tblStyle")
)

_FALSE = frozenset(("0", "false", "off", "none"))


def on(element: etree._Element) -> bool:
    """Whether a toggle element (`<w:b/>`, `<w:b w:val="0"/>`) is switched on."""
    return element.get(VAL, "1") not in _FALSE


def value(parent: etree._Element, name: str) -> str | None:
    """Return `w:val` of the child `name`, None where there is no such child."""
    child = parent.find(name)
    return None if child is None else child.get(VAL)


def number(text: str | None, default: int = 0) -> int:
    """Return `text` as an integer within 32 bits, `default` where it is none."""
    try:
        parsed = int(text) if text else default
    except ValueError:
        return default
    return parsed if -(2**31) <= parsed < 2**31 else default
