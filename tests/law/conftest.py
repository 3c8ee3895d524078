from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.grading.catalogue import Catalogue, load_catalogue
from app.law.loader import Law, load_law
from app.law.rules_path import RULES


@pytest.fixture(scope="session")
def law() -> Law:
    return load_law()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the rule folder that a test may change."""
    folder = tmp_path / "grading_rules"
    shutil.copytree(RULES / "law", folder / "law")
    shutil.copy(RULES / "provisions.yaml", folder / "provisions.yaml")
    return folder
