"""Word files as unions send them: typed text, or nothing but photographs of the pages pasted in.

Reads docx bytes; writes the Document of `docx`, or, where the file holds pictures and hardly a word, that of `images`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.reading import docx_names as n
from app.reading.document import Document, Method, ReadingError
from app.reading.docx import DOCX_TYPE, Package, read_docx
from app.reading.guard import Archive, parse_xml
from app.reading.sniff import is_image

_FEW = 200  # characters: a cover line over pasted pages, no agreement
_PAGE_PICTURE = 30_000  # bytes: a photographed page, not a logo
_EMBED, _ID = n.R + "embed", n.R + "id"
_BLIP, _IMAGEDATA = n.A + "blip", "{urn:schemas-microsoft-com:vml}imagedata"


def read_word(
    data: bytes,
    sha256: str,
    filename: str = "",
    *,
    method: Method = "docx",
    media_type: str = DOCX_TYPE,
    progress: Callable[[int, int], None] | None = None,
) -> Document:
    """Read a docx; its pictures are recognised as pages when its text is none or next to none."""
    try:
        document = read_docx(data, sha256, filename, method=method, media_type=media_type)
    except ReadingError as error:
        if error.code != "no_text" or not (pictures := page_pictures(data)):
            raise
    else:
        if len(document.text) >= _FEW or not (pictures := page_pictures(data)):
            return document
    from app.reading.images import read_images

    return read_images(pictures, sha256=sha256, filename=filename, media_type=media_type, progress=progress)


def page_pictures(data: bytes) -> list[bytes]:
    """Return the large pictures of a docx in the order they stand in it, each once."""
    package = Package(Archive(data))
    found = []
    for name in dict.fromkeys(_names(package)):
        if package.archive.size(name) >= _PAGE_PICTURE:
            picture = package.archive.read(name)
            if is_image(picture):
                found.append(picture)
    return found


def _names(package: Package) -> Iterator[str]:
    targets = package.pictures()
    for element in parse_xml(package.raw).iter(_BLIP, _IMAGEDATA):
        name = targets.get(element.get(_EMBED) or element.get(_ID) or "")
        if name is not None:
            yield name
