"""The list of publications as a web page; with filters that need no server where all of them stand on the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from app.grading.wording import day
from app.publications.formats.atom import heading
from app.publications.formats.page import STYLE
from app.publications.summary import Summary

TITLE = "Thỏa ước lao động tập thể tốt"
_PROMISES = 4
LIST_STYLE = """
.list{max-width:60rem;margin:0 auto;padding:0 1.5rem 3rem}
.list h1{font-size:1.8rem;margin:.5rem 0 .25rem}
.list .lead{color:var(--soft);margin:0 0 1.25rem}
.filters{display:flex;flex-wrap:wrap;gap:.75rem;margin:0 0 1rem}
.filters[hidden]{display:none}
.filters input,.filters select{font:inherit;padding:.45rem .7rem;border:1px solid var(--line);border-radius:8px;background:#fff;
color:inherit}
.filters input{flex:1 1 100%}
.filters select{max-width:16rem}
.count{color:var(--soft);font-size:.9rem;margin:0 0 .75rem}
.cards{list-style:none;margin:0;padding:0;display:grid;gap:.9rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.4rem;display:grid;
grid-template-columns:3rem 1fr;gap:.2rem 1rem}
.card[hidden]{display:none}
.card h2{grid-column:2;font-size:1.1rem;line-height:1.35;margin:0}
.card h2 a{text-decoration:none}
.card h2 a:hover{text-decoration:underline}
.grade{grid-row:1/4;align-self:start;width:3rem;height:3rem;border-radius:50%;display:grid;place-items:center;font-weight:700;
font-size:1.25rem;background:var(--goodback);color:var(--good)}
.facts{grid-column:2;color:var(--soft);font-size:.9rem;margin:0}
.card ul{grid-column:2;margin:.35rem 0 0;padding:0;list-style:none;display:flex;flex-wrap:wrap;gap:.4rem}
.card li{background:var(--back);border-radius:6px;padding:.1rem .6rem;font-size:.85rem}
.next{display:inline-block;margin-top:1.25rem}
"""


def index_page(
    entries: Sequence[Summary],
    page: Callable[[str], str],
    links: Sequence[tuple[str, str]],
    *,
    address: str,
    feed: str,
    script: str | None = None,
    more: str | None = None,
) -> str:
    """`page` gives the address of a publication, `script` that of the filters' script, `more` that of the next page of the list."""
    shown = "".join(_card(one, page(one["id"])) for one in entries)
    nav = "".join(f'<a href="{escape(where)}">{escape(name)}</a>' for name, where in links)
    run = f'<script src="{escape(script)}" defer></script>' if script else ""
    after = f'<a class="next" href="{escape(more)}">Trang sau</a>' if more else ""
    return f"""<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{TITLE}</title>
<meta name="description" content="Những thỏa ước lao động tập thể đã được công đoàn xếp loại và công bố, đã bỏ dữ liệu cá nhân">
<link rel="canonical" href="{escape(address)}">
<link rel="alternate" type="application/atom+xml" title="{TITLE}" href="{escape(feed)}">
<style>{STYLE}{LIST_STYLE}</style>
{run}
</head>
<body>
<nav class="thuoc-top"><strong>{TITLE}</strong>{nav}</nav>
<main class="list">
<h1>{TITLE}</h1>
<p class="lead">Đã được công đoàn xếp loại và công bố; dữ liệu cá nhân đã được bỏ.</p>
{_filters(entries) if script else ""}<p class="count" aria-live="polite">{len(entries)} thỏa ước</p>
<ol class="cards">{shown}</ol>
{after}
</main>
</body>
</html>
"""


def _filters(entries: Sequence[Summary]) -> str:
    """Hidden until the script shows them: without it they would do nothing."""
    topics = {one["topic"]: one["topic_label"] for entry in entries for one in entry["better_provisions"] if one["topic"]}
    choices = (
        ("grade", "Mọi loại", [(grade, f"Loại {grade}") for grade in sorted({one["grade"] for one in entries})]),
        ("province", "Mọi tỉnh, thành phố", [(name, name) for name in sorted({one["province"] for one in entries if one["province"]})]),
        ("sector", "Mọi ngành nghề", [(name, name) for name in sorted({one["sector"] for one in entries if one["sector"]})]),
        ("topics", "Mọi nội dung", sorted(topics.items(), key=lambda one: one[1])),
    )
    selects = "".join(
        f'<select name="{name}" aria-label="{every}"><option value="">{every}</option>'
        + "".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in options)
        + "</select>"
        for name, every, options in choices
    )
    search = '<input type="search" name="q" placeholder="Tìm chữ, có dấu hoặc không dấu" aria-label="Tìm chữ">'
    return f'<form class="filters" hidden>{search}{selects}</form>\n'


def _card(one: Summary, where: str) -> str:
    facts = [
        one["province"],
        one["sector"],
        f"số {one['number']}" if one["number"] else None,
        f"ký {day(one['signed_on'])}" if one["signed_on"] else None,
        f"hiệu lực đến {day(one['expires_on'])}" if one["expires_on"] else None,
    ]
    promises = [
        f"{promise['label']}: {promise['amount_label']}" if promise.get("amount_label") else promise["label"]
        for promise in one["better_provisions"]
    ]
    more = len(promises) - _PROMISES
    told = "".join(f"<li>{escape(text)}</li>" for text in promises[:_PROMISES]) + (f"<li>và {more} nội dung khác</li>" if more > 0 else "")
    topics = " ".join(sorted({promise["topic"] for promise in one["better_provisions"] if promise["topic"]}))
    data = {"grade": one["grade"], "province": one["province"] or "", "sector": one["sector"] or "", "topics": topics}
    marks = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    return (
        f'<li class="card" id="{escape(one["id"])}"{marks}><span class="grade" title="Loại {one["grade"]}">{one["grade"]}</span>'
        f'<h2><a href="{escape(where)}">{escape(heading(one))}</a></h2>'
        f'<p class="facts">{escape(" · ".join(fact for fact in facts if fact))}</p><ul>{told}</ul></li>'
    )
