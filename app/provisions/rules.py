"""The pattern files of `grading_rules/patterns` and `grading_rules/unlawful`, loaded strictly and compiled once.

Reads YAML as `docs/patterns.md` defines it; writes `Rules`. Unknown keys, names, units and kinds are refused with a Vietnamese message
that names the file, the place and what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import yaml

from app.provisions.collector import held_off
from app.provisions.phrases import PhraseError
from app.provisions.promise import Verdict, WorkerGroup
from app.provisions.quantity import QuantityKind, Role
from app.provisions.vocabulary import Vocabulary
from app.provisions.words import forms

FOLDER = Path(__file__).parents[2] / "grading_rules"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Names = tuple[tuple[str, ...], ...]  # every one of; each is any of


class RulesError(ValueError):
    """A rule file that cannot be used; `code` is stable, the message is Vietnamese."""

    def __init__(self, file: Path | str, place: str, problem: str) -> None:
        self.code = "bad_rules"
        super().__init__(f"{Path(file).name}: {place}: {problem}" if place else f"{Path(file).name}: {problem}")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way of wording a provision (`find`) or of deciding it (`…_when`)."""

    id: str
    all: Names = ()
    with_: Names = ()
    heading: Names = ()
    title: Names = ()
    without: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    context_without: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    within: int | None = None
    group: WorkerGroup = "normal"
    ruling: Verdict | None = None
    no_amount: bool = False
    value: float | None = None
    unit: str | None = None
    provision: str | None = None  # of an unlawful kind: the provision that such a clause also is, judged below


@dataclass(frozen=True, slots=True)
class WordAmount:
    """Words that are an amount where no figure stands: "nguyên lương" is 100 percent."""

    names: tuple[str, ...]
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An amount that is brought to the provision's own way of counting: `add` is added, `to` is its unit then."""

    unit: str
    at_least: float
    add: float
    to: str
    names: tuple[str, ...]  # only where one of these stands in the statement or its introduction; () = always


@dataclass(frozen=True, slots=True)
class ProvisionRules:
    """Everything one provision (or unlawful kind) is found and decided by."""

    id: str
    topic: str
    find: tuple[Alternative, ...]
    units: tuple[str, ...]
    pick: str
    increments: str
    word_amounts: tuple[WordAmount, ...]
    adjust: tuple[Adjustment, ...]
    days: tuple[WordAmount, ...]  # words that are so many days or shifts a week; () = the amount is never hours times days
    roles: tuple[str, ...]  # quantity roles that may be its amount
    plausible: Mapping[str, tuple[float, float]]  # unit -> range: outside it is no amount; a figure with no period takes the unit it fits
    bare: str  # better | equal | vague | skip
    whens: tuple[tuple[Verdict, Alternative], ...]
    examples: tuple[Mapping[str, Any], ...]
    near_misses: tuple[Any, ...]
    yields_to: tuple[str, ...] = ()  # of an unlawful kind: the kinds that a statement is instead, where it could be both


@dataclass(frozen=True, slots=True)
class Rules:
    """All pattern files, compiled."""

    vocabulary: Vocabulary
    provisions: Mapping[str, ProvisionRules]
    unlawful: Mapping[str, ProvisionRules]
    skips: tuple[Alternative, ...]  # statements that promise nothing whatever they name
    abbreviations: Mapping[str, tuple[str, ...]]
    catalogue: Mapping[str, Any]
    files: Mapping[str, Path]  # provision or kind -> its file


_ALTERNATIVE = {
    "all", "with", "heading", "title", "without", "unless", "denied", "context_without", "needs", "lacks", "within",
    "group", "ruling", "amount", "value", "unit", "provision",
}  # fmt: skip
_PROVISION = {"find", "amount", "judge", "examples", "near_misses"}
_AMOUNT = {"days", "units", "pick", "increments", "words", "roles", "plausible", "adjust"}
_ROLES = get_args(Role)
_JUDGE = {"bare", "below_when", "better_when", "equal_when", "vague_when"}
_PICKS = ("lowest", "highest", "first", "last", "total")
_INCREMENTS = ("amount", "add", "ignore")
_BARE = ("better", "equal", "vague", "skip")
_KINDS = frozenset(get_args(QuantityKind))
_GROUPS = frozenset(get_args(WorkerGroup))
_VERDICTS = frozenset(get_args(Verdict))


class _File:
    """One YAML file and the place in it, for messages."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fail(self, place: str, problem: str) -> RulesError:
        return RulesError(self.path, place, problem)

    def mapping(self, value: Any, place: str, allowed: set[str]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.fail(place, "phải là một bảng khóa – giá trị")
        unknown = sorted(str(k) for k in value if k not in allowed)
        if unknown:
            raise self.fail(place, f"khóa không biết {', '.join(unknown)}; được dùng: {', '.join(sorted(allowed))}")
        return value

    def choice(self, value: Any, place: str, allowed: Sequence[str]) -> str:
        if value not in allowed:
            raise self.fail(place, f"giá trị {value!r} không hợp lệ; được dùng: {', '.join(allowed)}")
        return str(value)

    def listing(self, value: Any, place: str) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fail(place, "phải là một danh sách")
        return value


def _names(file: _File, value: Any, place: str, known: frozenset[str]) -> Names:
    out = []
    for one in file.listing(value, place):
        options = tuple(part.strip() for part in str(one).split("|"))
        for option in options:
            if option not in known:
                raise file.fail(place, f"không có từ vựng {option!r}")
        out.append(options)
    return tuple(out)


def _flat(file: _File, value: Any, place: str, known: frozenset[str]) -> tuple[str, ...]:
    return tuple(option for options in _names(file, value, place, known) for option in options)


def _alternative(file: _File, value: Any, place: str, id_: str, known: frozenset[str]) -> Alternative:
    data = file.mapping(value, place, _ALTERNATIVE)
    needs = tuple(str(n) for n in file.listing(data.get("needs"), place))
    lacks = tuple(str(n) for n in file.listing(data.get("lacks"), place))
    for need in (*needs, *lacks):
        file.choice(need, f"{place}.needs", sorted(_KINDS))
    if not any(data.get(key) for key in ("all", "with", "heading", "title")):
        raise file.fail(place, "cần ít nhất một trong all, with, heading, title")
    if data.get("amount") not in (None, "none"):
        raise file.fail(place, "amount ở đây chỉ nhận giá trị none")
    return Alternative(
        id=id_,
        all=_names(file, data.get("all"), f"{place}.all", known),
        with_=_names(file, data.get("with"), f"{place}.with", known),
        heading=_names(file, data.get("heading"), f"{place}.heading", known),
        title=_names(file, data.get("title"), f"{place}.title", known),
        without=_flat(file, data.get("without"), f"{place}.without", known),
        unless=_flat(file, data.get("unless"), f"{place}.unless", known),
        denied=_flat(file, data.get("denied"), f"{place}.denied", known),
        context_without=_flat(file, data.get("context_without"), f"{place}.context_without", known),
        needs=needs,
        lacks=lacks,
        within=int(data["within"]) if "within" in data else None,
        group=file.choice(data.get("group", "normal"), f"{place}.group", sorted(_GROUPS)),  # type: ignore[arg-type]
        ruling=file.choice(data["ruling"], f"{place}.ruling", sorted(_VERDICTS)) if "ruling" in data else None,  # type: ignore[arg-type]
        no_amount=data.get("amount") == "none",
        value=float(data["value"]) if "value" in data else None,
        unit=str(data["unit"]) if "unit" in data else None,
        provision=str(data["provision"]) if "provision" in data else None,
    )


def _provision(
    file: _File, id_: str, topic: str, value: Any, entry: Mapping[str, Any], known: frozenset[str], units: list[str]
) -> ProvisionRules:
    data = file.mapping(value, id_, _PROVISION)
    find = [
        _alternative(file, one, f"{id_}.find[{n}]", f"{topic}/{id_}/{n}", known)
        for n, one in enumerate(file.listing(data.get("find"), f"{id_}.find"), 1)
    ]
    if topic != "unlawful" and any(one.provision for one in find):
        raise file.fail(f"{id_}.find", "provision chỉ dùng trong tệp của unlawful/")
    amount = file.mapping(data.get("amount") or {}, f"{id_}.amount", _AMOUNT)
    own_units = tuple(amount.get("units") or [u for u in entry.get("units", []) if u != "none"])
    for unit in own_units:
        file.choice(unit, f"{id_}.amount.units", units)
    word_amounts = []
    for n, one in enumerate(file.listing(amount.get("words"), f"{id_}.amount.words"), 1):
        place = f"{id_}.amount.words[{n}]"
        word = file.mapping(one, place, {"if", "value", "unit"})
        file.choice(word.get("unit"), place, units)
        names = _flat(file, [word.get("if")], place, known)
        word_amounts.append(WordAmount(names, float(word["value"]), str(word["unit"])))
    days = []
    for n, one in enumerate(file.listing(amount.get("days"), f"{id_}.amount.days"), 1):
        place = f"{id_}.amount.days[{n}]"
        week = file.mapping(one, place, {"if", "value"})
        days.append(WordAmount(_flat(file, [week.get("if")], place, known), float(week["value"]), "day"))
    adjust = []
    for n, one in enumerate(file.listing(amount.get("adjust"), f"{id_}.amount.adjust"), 1):
        place = f"{id_}.amount.adjust[{n}]"
        change = file.mapping(one, place, {"unit", "at_least", "add", "to", "if"})
        unit = file.choice(change.get("unit"), place, units)
        to = file.choice(change.get("to", unit), place, units)
        names = _flat(file, [change["if"]] if "if" in change else None, place, known)
        adjust.append(Adjustment(unit, float(change.get("at_least", 0)), float(change.get("add", 0)), to, names))
    roles = tuple(str(r) for r in file.listing(amount.get("roles"), f"{id_}.amount.roles")) or ("amount", "increment")
    for role in roles:
        file.choice(role, f"{id_}.amount.roles", _ROLES)
    plausible: dict[str, tuple[float, float]] = {}
    for unit, span in (amount.get("plausible") or {}).items():
        file.choice(unit, f"{id_}.amount.plausible", units)
        plausible[str(unit)] = (float(span[0]), float(span[1]))
    judge = file.mapping(data.get("judge") or {}, f"{id_}.judge", _JUDGE)
    whens = [
        (verdict, _alternative(file, one, f"{id_}.judge.{verdict}_when[{n}]", f"{topic}/{id_}/{verdict}{n}", known))
        for verdict in ("below", "better", "equal", "vague")
        for n, one in enumerate(file.listing(judge.get(f"{verdict}_when"), f"{id_}.judge"), 1)
    ]
    has_law = bool(entry.get("law"))
    default_pick = "highest" if entry.get("better") == "lower" else "lowest"
    return ProvisionRules(
        id=id_,
        topic=topic,
        find=tuple(find),
        units=own_units,
        pick=file.choice(amount.get("pick", default_pick), f"{id_}.amount.pick", _PICKS),
        increments=file.choice(amount.get("increments", "amount"), f"{id_}.amount.increments", _INCREMENTS),
        word_amounts=tuple(word_amounts),
        adjust=tuple(adjust),
        days=tuple(days),
        roles=roles,
        plausible=plausible,
        bare=file.choice(judge.get("bare", "equal" if has_law else "better"), f"{id_}.judge.bare", _BARE),
        whens=tuple(whens),  # type: ignore[arg-type]
        examples=tuple(file.listing(data.get("examples"), f"{id_}.examples")),
        near_misses=tuple(file.listing(data.get("near_misses"), f"{id_}.near_misses")),
    )


def _forbidden(file: _File, rules: ProvisionRules, data: Mapping[str, Any], catalogue: Mapping[str, Any]) -> ProvisionRules:
    """The rules of an unlawful kind with the kinds it yields to, and with the provision that each alternative also is."""
    kinds, provisions = list(catalogue["unlawful_kinds"]), list(catalogue["provisions"])
    yields = tuple(file.choice(one, "yields_to", kinds) for one in file.listing(data.get("yields_to"), "yields_to"))
    find = [replace(one, provision=one.provision or data.get("provision")) for one in rules.find]
    for one in find:
        if one.provision is not None:
            file.choice(one.provision, f"{one.id}.provision", provisions)
    return replace(rules, find=tuple(find), yields_to=yields)


def _read(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.YAMLError as error:
        raise RulesError(path, "", f"không phải YAML hợp lệ ({error})") from error


def load(folder: Path = FOLDER) -> Rules:
    """Load and compile the rules of a folder; raises RulesError."""
    with held_off():
        return _load(folder.resolve())


@lru_cache(maxsize=8)
def _load(folder: Path) -> Rules:
    catalogue = _read(folder / "provisions.yaml")
    units = list(catalogue["units"])
    topics = sorted((folder / "patterns").glob("*.yaml"))
    shared = folder / "unlawful" / "words.yaml"
    kinds = [path for path in sorted((folder / "unlawful").glob("*.yaml")) if path != shared]
    raw: dict[Path, dict[str, Any]] = {}
    names: dict[str, list[str]] = {}
    owner: dict[str, Path] = {}
    abbreviations: dict[str, tuple[str, ...]] = {}
    for path in [*topics, *kinds, *([shared] if shared.exists() else [])]:
        file = _File(path)
        allowed = {"vocabulary", "skip"} if path.stem == "common" else {"topic", "vocabulary", "provisions"}
        if path == shared:
            allowed = {"vocabulary"}
        elif path in kinds:
            allowed = {"kind", "provision", "yields_to", "vocabulary", "find", "examples", "near_misses"}
        if path.stem == "abbreviations":
            data = file.mapping(_read(path), "", {"abbreviations"})
            for short, full in data["abbreviations"].items():
                abbreviations[str(short).lower()] = tuple(forms(str(full)))
            continue
        data = file.mapping(_read(path) or {}, "", allowed)
        raw[path] = data
        for name, phrases in (data.get("vocabulary") or {}).items():
            if name in names:
                raise file.fail(f"vocabulary.{name}", f"đã có trong {owner[name].name}")
            if not isinstance(phrases, list) or not all(isinstance(p, str) for p in phrases):
                raise file.fail(f"vocabulary.{name}", "phải là danh sách cụm từ")
            names[name], owner[name] = phrases, path
    try:
        vocabulary = Vocabulary(names)
    except PhraseError as error:
        raise RulesError(folder / "patterns", "", str(error)) from error
    known = vocabulary.names
    provisions: dict[str, ProvisionRules] = {}
    unlawful: dict[str, ProvisionRules] = {}
    files: dict[str, Path] = {}
    skips: tuple[Alternative, ...] = ()
    for path, data in raw.items():
        file = _File(path)
        if path.stem == "common":
            skips = tuple(
                _alternative(file, one, f"skip[{n}]", f"common/skip/{n}", known)
                for n, one in enumerate(file.listing(data.get("skip"), "skip"), 1)
            )
        elif path in kinds:
            kind = file.choice(data.get("kind"), "kind", list(catalogue["unlawful_kinds"]))
            body = {k: v for k, v in data.items() if k in ("find", "examples", "near_misses")}
            rules = _provision(file, kind, "unlawful", body, {}, known, units)
            unlawful[kind], files[kind] = _forbidden(file, rules, data, catalogue), path
        elif path != shared:
            topic = file.choice(data.get("topic"), "topic", list(catalogue["topics"]))
            for id_, value in (data.get("provisions") or {}).items():
                entry = catalogue["provisions"].get(id_)
                if entry is None:
                    raise file.fail(str(id_), "không có trong provisions.yaml")
                if id_ in provisions:
                    raise file.fail(str(id_), f"đã có trong {files[id_].name}")
                provisions[id_] = _provision(file, id_, topic, value, entry, known, units)
                files[id_] = path
    return Rules(vocabulary, provisions, unlawful, skips, abbreviations, catalogue, files)
