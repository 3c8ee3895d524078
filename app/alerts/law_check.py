"""Which promises of a reading a later law has overtaken, by the legal values as they are now and not as they were when it was read.

Reads the stored record of a reading; writes `facts`: the employer and number in the text, and every promise with the day since when
the law says more. No text of the agreement is kept, only catalogue labels, places and figures.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any

from app.assess import judge_reading
from app.grading.catalogue import RULES, load_catalogue
from app.grading.wording import amount


@lru_cache(maxsize=1)
def law_digest() -> str:
    """SHA-256 over the files that legal values come from: another one means that stored facts are out of date."""
    digest = hashlib.sha256()
    for path in sorted((RULES / "law").rglob("*.yaml")):
        digest.update(path.relative_to(RULES).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def facts_of(record_text: str, judging_text: str | None) -> dict[str, Any]:
    """The facts of a record; judged anew where the reading kept what that needs."""
    record: dict[str, Any] = json.loads(record_text)
    if judging_text is not None:
        record = judge_reading(record, json.loads(judging_text))
    catalogue = load_catalogue()
    labels = {clause["path"]: clause["label"] for clause in record["clauses"]}
    overtaken = []
    for one in record["overtaken"]:
        finding, base = record["findings"][one["finding"]], one["baseline"]
        if finding["superseded_by"]:
            continue
        overtaken.append(
            {
                "provision": finding["provision"],
                "label": catalogue.label(finding["provision"]),
                "clause": labels.get(finding["path"], finding["path"]),
                "promised": amount(finding["amount"], finding["unit"]),
                "law": amount(base["amount"], base["unit"]),
                "source": base["source"],
                "since": one["since"],
            }
        )
    agreement = record["agreement"]
    return {"employer": agreement["employer"], "number": agreement["number"], "overtaken": overtaken}
