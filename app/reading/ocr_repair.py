"""Repairs of recognised words that their neighbours make certain. (first version below)"""
from __future__ import annotations
from app.reading.document import Notice
from app.reading.pdf_geometry import PageContent
def repair_pages(pages: list[PageContent]) -> list[Notice]:
    return []
