"""The grammar of Vietnamese agreements: clause tree, metadata, kind, amendments."""

from app.structure.agreement import Agreement, Amendment, Clause, Kind, Metadata, Signatory
from app.structure.parse import parse

__all__ = ["Agreement", "Amendment", "Clause", "Kind", "Metadata", "Signatory", "parse"]
