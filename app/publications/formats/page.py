"""A publication as a whole web page that needs no other file: the fragment, its looks, JSON-LD and OpenGraph for whoever shares it."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from html import escape

from app.publications.document import PublicDocument
from app.publications.formats.atom import heading, told
from app.publications.formats.fragment import fragment
from app.publications.formats.json_ld import script

STYLE = """
:root{--ink:#1c2733;--soft:#5a6b7b;--line:#dde4ea;--paper:#fff;--back:#f4f6f8;--mark:#0b5fa5;--good:#0a7a4b;--goodback:#e8f6ef}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:17px/1.65 "Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif}
a{color:var(--mark)}
.thuoc-top{max-width:60rem;margin:0 auto;padding:1rem 1.5rem;display:flex;gap:1.25rem;flex-wrap:wrap;font-size:.9rem}
.thuoc-top strong{margin-right:auto}
.thuoc{max-width:60rem;margin:0 auto 3rem;background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:2rem 2.5rem}
.thuoc h1{font-size:1.65rem;line-height:1.3;margin:0 0 1rem}
.thuoc h2{font-size:1.2rem;margin:1.75rem 0 .6rem}
.thuoc h3{font-size:1.05rem;margin:1.75rem 0 .5rem;text-align:center}
.thuoc h4{font-size:1rem;margin:1.25rem 0 .35rem}
.thuoc dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.75rem 1.5rem;margin:0;padding:1rem 1.25rem;
background:var(--back);border-radius:8px}
.thuoc dt{font-size:.8rem;color:var(--soft)}
.thuoc dd{margin:0;font-weight:600}
.thuoc-better{background:var(--goodback);border-radius:8px;padding:.25rem 1.25rem 1rem;margin-top:1.25rem}
.thuoc-better h2{color:var(--good);margin-top:1rem}
.thuoc-better ul{margin:0;padding-left:1.2rem;columns:2 20rem;column-gap:2.5rem}
.thuoc-better li{break-inside:avoid;margin:.15rem 0}
.thuoc-text{margin-top:1.75rem}
.thuoc-text p{margin:.4rem 0}
.thuoc table{border-collapse:collapse;width:100%;margin:.75rem 0;font-size:.95rem;display:block;overflow-x:auto}
.thuoc td,.thuoc th{border:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}
.thuoc th{background:var(--back)}
.thuoc-note{margin-top:2rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
@media(max-width:40rem){.thuoc{border:0;border-radius:0;padding:1.25rem}}
@media print{body{background:#fff}.thuoc{border:0;padding:0}.thuoc-top{display:none}}
"""
# What the page may load: its own style by digest, nothing else. The JSON-LD element is data, no script that runs.
STYLE_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'"


def page(document: PublicDocument, address: str, home: str, forms: Sequence[tuple[str, str]]) -> str:
    """The page. `address` is its own, `home` that of the list; `forms` are (name, address) of the other forms."""
    title, description = heading(document), told(document)
    links = "".join(f'<a href="{escape(where)}">{escape(name)}</a>' for name, where in forms)
    graph = {
        "og:type": "article",
        "og:locale": "vi_VN",
        "og:title": title,
        "og:description": description,
        "og:url": address,
        "og:site_name": "Thỏa ước lao động tập thể tốt",
        "article:published_time": document["published_at"],
        "article:modified_time": document["changed_at"],
    }
    tags = "\n".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in graph.items())
    return f"""<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<meta name="description" content="{escape(description)}">
<link rel="canonical" href="{escape(address)}">
{tags}
<style>{STYLE}</style>
{script(document, address)}
</head>
<body>
<nav class="thuoc-top"><strong><a href="{escape(home)}">Thỏa ước lao động tập thể tốt</a></strong>{links}</nav>
<main>
{fragment(document)}
</main>
</body>
</html>
"""
