"""A publication as schema.org JSON-LD (`Legislation` would claim a law; an agreement is a `DigitalDocument` with its parties)."""

from __future__ import annotations

import json
from typing import Any

from app.publications.document import PublicDocument


def json_ld(document: PublicDocument, home: str) -> dict[str, Any]:
    """The JSON-LD object; `home` is the publication's address."""
    about = [{"@type": "Thing", "name": one["label"], "identifier": one["provision"]} for one in document["better_provisions"]]
    out: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DigitalDocument",
        "@id": home,
        "url": home,
        "inLanguage": "vi",
        "name": document["title"],
        "identifier": document["number"],
        "genre": "Thỏa ước lao động tập thể",
        "datePublished": document["published_at"],
        "dateModified": document["changed_at"],
        "dateCreated": document["signed_on"],
        "expires": document["expires_on"],
        "temporalCoverage": _term(document),
        "author": {"@type": "Organization", "name": document["employer"]} if document["employer"] else None,
        "contributor": {"@type": "Organization", "name": document["unit"]} if document["unit"] else None,
        "spatialCoverage": {"@type": "AdministrativeArea", "name": document["province"]} if document["province"] else None,
        "contentRating": {"@type": "Rating", "ratingValue": document["grade"], "bestRating": "A", "worstRating": "C"},
        "about": about or None,
        "isAccessibleForFree": True,
    }
    return {key: value for key, value in out.items() if value is not None}


def script(document: PublicDocument, home: str) -> str:
    """The object inside a `<script>` element: `<` is written so that no text of it can end the element."""
    text = json.dumps(json_ld(document, home), ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


def _term(document: PublicDocument) -> str | None:
    start, end = document["effective_from"], document["expires_on"]
    return f"{start or '..'}/{end or '..'}" if start or end else None
