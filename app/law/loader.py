"""The law as dated data: `load_law(rules)` opens `grading_rules/law/` and reads each part the first time it is asked for.

A parameter family is one YAML stream, one document a parameter. Opening scans the ids only (a few milliseconds); a parameter is
parsed and checked when it is first looked up, so grading pays for the parameters it compares with and for no other. `Law.check()`
reads everything, as `thuoc rules check` does. All errors are `LawError` (code, Vietnamese message with the file's name).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from app.law.comparison import Comparison, read_comparison
from app.law.model import GoldenLookup, LegalDocument, Parameter, Value
from app.law.parameters import Register, read_parameter, read_verified
from app.law.regions import Province, read_provinces
from app.law.rules_path import law_folder
from app.law.schema import LawError, Node, parse, read_text

_SEPARATOR = re.compile(r"^---[ \t]*$", re.M)
_ID = re.compile(r"^id:[ \t]*(\S+)[ \t]*$", re.M)


def load_law(rules: Path | None = None) -> Law:
    """The law of the rule folder `rules` (default: the project's own `grading_rules`). Raises LawError."""
    return Law(law_folder(rules))


class Law:
    """Every legal parameter with its history, the documents cited, the wage regions and how provisions are compared."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._parameters: dict[str, Parameter] = {}
        self._blocks: dict[str, tuple[str, str, int]] = {}  # id -> (family, YAML text, lines before it)
        files = sorted((folder / "parameters").glob("*.yaml"))
        if not files:
            raise LawError("law.file_missing", f"không có tệp tham số nào trong {folder / 'parameters'}")
        for path in files:
            self._scan(path)

    def _scan(self, path: Path) -> None:
        lines = 0
        for number, block in enumerate(_SEPARATOR.split(read_text(path))):
            before, lines = lines, lines + block.count("\n")
            ids = _ID.findall(block)
            if not ids:
                if number and block.strip():
                    raise LawError("law.missing_key", f"{path.name}, tài liệu {number}: thiếu khóa “id”")
                continue
            if len(ids) > 1:
                place = f"{path.name}, tài liệu {number}"
                raise LawError("law.separator_missing", f"{place}: thiếu dòng “---” trước tham số “{ids[1]}”")
            if ids[0] in self._blocks:
                other = self._blocks[ids[0]][0]
                raise LawError("law.duplicate_id", f"{path.name}: tham số “{ids[0]}” đã có trong {other}.yaml")
            self._blocks[ids[0]] = (path.stem, block, before)

    # --- parameters ---
    def __contains__(self, parameter_id: str) -> bool:
        return parameter_id in self._blocks

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all parameters, by family and then in the order of the file."""
        return tuple(self._blocks)

    def parameter(self, parameter_id: str) -> Parameter:
        """The parameter; LawError `law.unknown_parameter` where there is none."""
        found = self._parameters.get(parameter_id)
        if found is None:
            if parameter_id not in self._blocks:
                raise LawError("law.unknown_parameter", f"không có tham số pháp luật “{parameter_id}”")
            family, block, before = self._blocks[parameter_id]
            place = f"{family}.yaml, {parameter_id}"
            found = read_parameter(parse(block, place, before), place, family, self._register)
            self._parameters[parameter_id] = found
        return found

    def parameters(self, topic: str | None = None) -> Iterator[Parameter]:
        """All parameters, or those of one family."""
        for parameter_id, (family, _, _) in self._blocks.items():
            if topic is None or family == topic:
                yield self.parameter(parameter_id)

    @cached_property
    def _register(self) -> Register:
        words = self.vocabulary
        return Register(
            self.documents.__contains__,
            self.sources.__contains__,
            frozenset(name for name, _ in words.pairs("units")),
            frozenset(name for name, _ in words.pairs("topics")),
        )

    # --- the files beside the parameters ---
    @cached_property
    def vocabulary(self) -> Node:
        return Node(self._file("vocabulary.yaml"), "vocabulary.yaml", "topics units directions floors verified")

    @property
    def units(self) -> dict[str, str]:
        """Units of parameters and their Vietnamese labels."""
        return {name: str(label) for name, label in self.vocabulary.pairs("units")}

    @property
    def topics(self) -> dict[str, str]:
        """Families and their Vietnamese labels."""
        return {name: str(label) for name, label in self.vocabulary.pairs("topics")}

    @cached_property
    def documents(self) -> dict[str, LegalDocument]:
        """Legal documents by number."""
        documents: dict[str, LegalDocument] = {}
        for item in Node(self._file("documents.yaml"), "documents.yaml", "documents").items("documents"):
            node = Node(item, "documents.yaml", "number cite_vi title_vi from verified", "to")
            number, start = node.text("number"), node.day("from")
            if number in documents:
                raise LawError("law.duplicate_id", f"documents.yaml: văn bản “{number}” ghi hai lần")
            if start is None:
                raise node.bad("from", "ngày dạng 2025-07-01")
            status = node.choice("verified", ("seen", "seen_secondary", "memory"))
            documents[number] = LegalDocument(number, node.text("cite_vi"), node.text("title_vi"), start, node.day("to"), status)
        return documents

    @cached_property
    def sources(self) -> dict[str, dict[str, str]]:
        """Where values were read, by the id that `where` names."""
        found: dict[str, dict[str, str]] = {}
        for name, item in Node(self._file("sources.yaml"), "sources.yaml", "sources").pairs("sources"):
            node = Node(item, f"sources.yaml, {name}", "what", "kind repo path commit url file")
            found[name] = {key: node.text(key) for key in node.raw}
        return found

    @cached_property
    def provinces(self) -> tuple[Province, ...]:
        """Wage regions by dated place lists."""
        verify = lambda raw, place: read_verified(raw, place, self._register)  # noqa: E731
        return read_provinces(self._file("regions.yaml"), "regions.yaml", self.documents.__contains__, verify)

    @cached_property
    def comparison(self) -> Comparison:
        """Which parameter a provision is compared with, and how."""
        return read_comparison(self._file("comparison.yaml"), "comparison.yaml", self.__contains__)

    @cached_property
    def golden(self) -> tuple[GoldenLookup, ...]:
        """Look-ups that must hold."""
        lookups = []
        file = Node(self._file("golden_lookups.yaml"), "golden_lookups.yaml", "golden_lookups")
        for item in file.items("golden_lookups"):
            node = Node(item, "golden_lookups.yaml", "parameter date expect")
            day: date | None = node.day("date")
            if day is None:
                raise node.bad("date", "ngày dạng 2025-07-01")
            expect: Value = node.raw["expect"]
            lookups.append(GoldenLookup(node.text("parameter"), day, expect))
        return tuple(lookups)

    def file(self, name: str) -> Any:
        """The parsed YAML of another file of the folder ("phrasing/labour_code_2019.yaml"). Raises LawError."""
        return self._file(name)

    def _file(self, name: str) -> Any:
        return parse(read_text(self.folder / name), name)
