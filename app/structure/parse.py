"""From a document to an agreement: the one public function of the room.

Reads `reading.Document`; writes `structure.Agreement`. It never refuses text and never loses any: the clauses partition the text.
"""

from __future__ import annotations

from app.reading.document import Document
from app.structure.agreement import Agreement
from app.structure.amendments import amendments_in
from app.structure.definitions import definitions_in
from app.structure.kind import kind_of
from app.structure.metadata import MetadataReader
from app.structure.rules import StructureRules, load
from app.structure.source import read
from app.structure.tree import TreeBuilder


def parse(document: Document, rules: StructureRules | None = None) -> Agreement:
    """Return the clauses, the metadata and the kind of a document; `rules` default to the project's own phrase files."""
    rules = rules or load()
    source = read(document)
    tree = TreeBuilder(source, rules)
    clauses = tree.build()
    reader = MetadataReader(source, rules, clauses)
    metadata, signatories = reader.read()
    return Agreement(
        document=document,
        clauses=clauses,
        metadata=metadata,
        kind=kind_of(source, rules, clauses),
        signatories=signatories,
        amendments=amendments_in(source, rules, clauses),
        definitions=definitions_in(source, rules, clauses, metadata.employer),
        warnings=(*tree.notices, *reader.notices),
    )
