"""The minimum wage region of an employer: stated in the agreement, else by its place and the dated place lists.

Districts rule until 30 June 2025, communes from 1 July 2025 (Decrees 74/2024, 128/2025, 293/2025). A province without a list is
undecided, with a notice: the caller then has every region as a candidate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal

from app.law.model import Verified
from app.law.schema import LawError, Node
from app.provisions.words import forms
from app.reading.document import Notice
from app.structure.agreement import Metadata

REGIONS = ("I", "II", "III", "IV")
_NO_PLACE = frozenset(forms("đường phố ngõ ngách thôn bản xóm ấp tổ số"))  # a street or hamlet of that name is no district
Basis = Literal["stated", "place", "province", "unknown"]
_KINDS = {
    "thành phố": ("thành phố", "tp"),
    "thị xã": ("thị xã", "tx"),
    "huyện": ("huyện", "h"),
    "quận": ("quận", "q"),
    "phường": ("phường", "p"),
    "xã": ("xã", "x"),
    "thị trấn": ("thị trấn", "tt"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A district or commune; `words` are the normal forms of its name."""

    kind: str
    name: str
    words: tuple[str, ...]
    end: date | None


@dataclass(frozen=True, slots=True)
class PlaceList:
    """The regions of a province's places over a period."""

    start: date
    end: date | None
    level: Literal["district", "commune"]
    regions: dict[str, tuple[Place, ...]]
    verified: Verified


@dataclass(frozen=True, slots=True)
class Province:
    code: str
    name: str
    words: tuple[str, ...]
    lists: tuple[PlaceList, ...]


@dataclass(frozen=True, slots=True)
class WageRegion:
    """`region` None = undecided; `candidates` are the regions it can be in."""

    region: str | None
    candidates: tuple[str, ...]
    basis: Basis
    notice: Notice | None = None


def wage_region(metadata: Metadata, provinces: Sequence[Province], day: date) -> WageRegion:
    """The wage region on `day` of the employer whom `metadata` describes."""
    stated = (metadata.wage_region or "").strip().upper()
    if stated in REGIONS:
        return WageRegion(stated, (stated,), "stated")
    province_words = forms(metadata.province or "")
    address = forms(metadata.place or "")
    province = _province(provinces, province_words) or _province(provinces, address)
    if province is None:
        where = metadata.province or metadata.place or "nơi làm việc"
        message = f"Chưa có danh mục địa bàn lương tối thiểu của {where}; cần người xem xác định vùng lương."
        return WageRegion(None, REGIONS, "unknown", Notice("wage_region_unknown", message))
    current = next((x for x in province.lists if x.start <= day and (x.end is None or day <= x.end)), None)
    ordered = ([current] if current else []) + [x for x in reversed(province.lists) if x is not current]
    for places in ordered:
        found = _regions(places, address, province, day)
        if len(found) == 1:
            notice = None
            if places is not current:
                message = f"Địa chỉ “{metadata.place}” chỉ có trong danh mục địa bàn của thời kỳ khác ({places.start}); vùng {found[0]}."
                notice = Notice("wage_region_by_other_list", message)
            return WageRegion(found[0], (found[0],), "place", notice)
    candidates = tuple(region for region in REGIONS if current is not None and region in current.regions) or REGIONS
    message = f"Không rõ địa bàn nơi làm việc trong tỉnh {province.name} (vùng {' hoặc '.join(candidates)}); cần người xem."
    return WageRegion(None, candidates, "province", Notice("wage_region_unknown", message))


def _province(provinces: Sequence[Province], words: list[str]) -> Province | None:
    return next((province for province in provinces if _positions(words, province.words)), None)


def _regions(places: PlaceList, address: list[str], province: Province, day: date) -> list[str]:
    """Regions of the places that the address names: by kind and name, else by a name that no other kind shares."""
    named: set[str] = set()
    bare: set[str] = set()
    for region, members in places.regions.items():
        for place in members:
            if place.end is not None and place.end < day:
                continue
            at = _positions(address, place.words)
            if any(_kind_before(address, i) == place.kind for i in at):
                named.add(region)
            elif place.words != province.words and any(_bare(address, i) for i in at):
                bare.add(region)
    return sorted(named or bare)


def _positions(words: list[str], name: tuple[str, ...]) -> list[int]:
    size = len(name)
    return [i for i in range(len(words) - size + 1) if tuple(words[i : i + size]) == name] if size else []


def _bare(words: list[str], at: int) -> bool:
    return _kind_before(words, at) is None and (at == 0 or words[at - 1] not in _NO_PLACE)


def _kind_before(words: list[str], at: int) -> str | None:
    for kind, spellings in _KINDS.items():
        for spelling in spellings:
            run = forms(spelling)
            if at >= len(run) and words[at - len(run) : at] == run:
                return kind
    return None


def read_provinces(
    raw: Any, place: str, known_document: Callable[[str], bool], verified: Callable[[Any, str], Verified]
) -> tuple[Province, ...]:
    """The provinces of regions.yaml. Raises LawError."""
    node = Node(raw, place, "how_to_use provinces")
    found = []
    for item in node.items("provinces"):
        province = Node(item, f"{place}, tỉnh", "code name periods")
        name = province.text("name")
        by_id: dict[str, dict[str, tuple[Place, ...]]] = {}
        periods = [
            Node(p, f"{place}, {name}", "from documents level verified", "to id regions regions_ref notes")
            for p in province.items("periods")
        ]
        for period in periods:
            if period.has("id"):
                by_id[period.text("id")] = _read_regions(period)
        lists = tuple(_read_list(p, by_id, known_document, verified) for p in periods)
        for before, after in pairwise(lists):
            if before.end is None or before.end.toordinal() + 1 != after.start.toordinal():
                raise LawError("law.dates_gap", f"{place}, {name}: các thời kỳ phải nối tiếp nhau tại {after.start}")
        found.append(Province(province.text("code"), name, tuple(forms(name)), lists))
    return tuple(found)


def _read_list(
    node: Node,
    by_id: dict[str, dict[str, tuple[Place, ...]]],
    known_document: Callable[[str], bool],
    verified: Callable[[Any, str], Verified],
) -> PlaceList:
    start = node.day("from")
    if start is None:
        raise node.bad("from", "ngày dạng 2025-07-01")
    for document in node.texts("documents"):
        if not known_document(document):
            raise LawError("law.unknown_document", f"{node.place}: văn bản “{document}” không có trong documents.yaml")
    if node.has("regions_ref"):
        reference = node.text("regions_ref")
        if reference not in by_id:
            raise LawError("law.unknown_reference", f"{node.place}: không có danh mục “{reference}”")
        regions = by_id[reference]
    else:
        regions = _read_regions(node)
    level = node.choice("level", ("district", "commune"))
    return PlaceList(start, node.day("to"), level, regions, verified(node.raw["verified"], node.place))


def _read_regions(node: Node) -> dict[str, tuple[Place, ...]]:
    regions: dict[str, tuple[Place, ...]] = {}
    for region, items in node.pairs("regions"):
        if region not in REGIONS:
            raise LawError("law.bad_value", f"{node.place}: vùng “{region}” không có; các vùng: {', '.join(REGIONS)}")
        places = []
        for item in items:
            place = Node(item, f"{node.place}, vùng {region}", "kind name", "code to")
            name = place.text("name")
            places.append(Place(place.choice("kind", tuple(_KINDS)), name, tuple(forms(name)), place.day("to")))
        regions[region] = tuple(places)
    return regions
