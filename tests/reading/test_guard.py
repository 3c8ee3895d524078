"""The hostile corpus: every file refused with its code or accepted with its text, in time and in memory; and a bounded fuzz run."""

from __future__ import annotations

import io
import os
import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.reading import read
from app.reading.document import ReadingError
from app.reading.guard import Archive
from app.reading.sandbox import Sandbox
from tests.reading import hostile, hostile_parts
from tests.reading.hostile import Case

REFUSED = list(hostile.refused())
ACCEPTED = list(hostile.accepted())
SECONDS = 10.0
MEGABYTES = 512
FUZZ_SECONDS = float(os.environ.get("THUOC_FUZZ_SECONDS", "8"))
SAMPLES = Path(__file__).parents[2] / "samples"


def test_the_corpus_is_large_enough() -> None:
    assert len({case.name for case in REFUSED}) >= 60
    assert len({case.name for case in ACCEPTED}) >= 20


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    found = Sandbox()
    yield found
    found.close()


def peak(sandbox: Sandbox) -> int:
    """Megabytes the idle children have used at most, 0 when none is left."""
    found = 0
    for pid in sandbox.idle:
        status = Path("/proc", str(pid), "status").read_text()
        found = max(found, int(status.split("VmHWM:")[1].split()[0]) // 1024)
    return found


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused(case: Case, sandbox: Sandbox) -> None:
    started = time.monotonic()
    with pytest.raises(ReadingError) as raised:
        sandbox.read(case.data, case.filename)
    assert raised.value.code == case.expect
    assert raised.value.message
    assert "\n" not in raised.value.message
    assert "Traceback" not in raised.value.message
    assert time.monotonic() - started < SECONDS
    assert peak(sandbox) < MEGABYTES


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)
def test_accepted(case: Case, sandbox: Sandbox) -> None:
    started = time.monotonic()
    document = sandbox.read(case.data, case.filename)
    assert case.expect in document.text
    assert time.monotonic() - started < SECONDS
    assert peak(sandbox) < MEGABYTES


def test_in_process_and_isolated_reading_refuse_alike(sandbox: Sandbox) -> None:
    for case in REFUSED[::7]:
        with pytest.raises(ReadingError) as raised:
            read(case.data, case.filename)
        assert raised.value.code == case.expect


def test_reading_stops_at_its_limit_while_streaming() -> None:
    archive = Archive(hostile_parts.DOCX)
    with pytest.raises(ReadingError) as raised:
        archive.read("word/document.xml", limit=10)
    assert raised.value.code == "zip_bomb"


def mutations(seed: random.Random, originals: list[bytes]) -> Iterator[bytes]:
    """Docx files with broken bytes, broken XML, shuffled and repeated elements, swapped and missing parts."""
    while True:
        data = bytearray(seed.choice(originals))
        if seed.random() < 0.25:
            for _ in range(seed.choice((1, 3, 20))):
                data[seed.randrange(len(data))] = seed.randrange(256)
            yield bytes(data[: seed.randrange(1, len(data))] if seed.random() < 0.2 else data)
            continue
        with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        names = [name for name in parts if name.endswith((".xml", ".rels"))]
        for _ in range(seed.choice((1, 1, 2, 5))):
            name = seed.choice(names)
            parts[name] = mutated_xml(seed, parts[name])
        if seed.random() < 0.1:
            del parts[seed.choice(list(parts))]
        if seed.random() < 0.1:
            one, two = seed.sample(names, 2)
            if one in parts and two in parts:
                parts[one], parts[two] = parts[two], parts[one]
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        yield out.getvalue()


def mutated_xml(seed: random.Random, xml: bytes) -> bytes:
    pieces = xml.split(b"<")
    if len(pieces) < 4:
        return xml
    at, to = seed.randrange(1, len(pieces)), seed.randrange(1, len(pieces))
    match seed.randrange(7):
        case 0:
            pieces[at], pieces[to] = pieces[to], pieces[at]
        case 1:
            pieces[at:at] = pieces[min(at, to) : min(at, to) + 12]
        case 2:
            del pieces[at : at + seed.choice((1, 2, 4))]
        case 3:
            numbers = (b'"-1"', b'"99999999999999999999"', b'"x"', b'""', b'"0"', b'"%1%9"')
            head, quote, rest = pieces[at].partition(b'w:val="')
            pieces[at] = head + b"w:val=" + seed.choice(numbers) + rest.partition(b'"')[2] if quote else pieces[at]
        case 4:
            tags = (b"w:p>", b"w:tbl>", b"w:del>", b'w:fldChar w:fldCharType="begin"/>', b"w:vMerge/>", b"mc:AlternateContent/>", b"w:tc/>")
            pieces.insert(at, seed.choice(tags))
        case 5:
            tag = seed.choice((b"w:sdt", b"w:ins", b"w:del", b"w:customXml", b"w:tr", b"w:tc", b"w:txbxContent", b"w:moveTo"))
            pieces[at:at] = [tag + b">"]
            pieces.append(b"/" + tag + b">")
        case 6:
            pieces[at] = bytes(byte ^ (seed.random() < 0.05) for byte in pieces[at])
    return b"<".join(pieces)


def test_fuzz() -> None:
    """Mutated Word files are read or refused in one clear line; nothing else ever comes out, and nothing hangs."""
    originals = [case.data for case in ACCEPTED if case.data[:2] == b"PK" and len(case.data) < 20_000 and case.filename != "a.odt"]
    originals += [path.read_bytes() for path in SAMPLES.glob("*/docx-auto.docx")]
    ends = time.monotonic() + FUZZ_SECONDS
    read_through = refused = 0
    seed = random.Random(20_240)
    for data in mutations(seed, originals):
        started = time.monotonic()
        try:
            document = read(data, "a.docx")
        except ReadingError as error:
            clear = bool(error.code) and "\n" not in error.message
            refused += 1
        else:
            clear = "\n".join(document.line_text(line) for line in document.lines) == document.text
            read_through += 1
        assert clear
        now = time.monotonic()
        assert now - started < SECONDS
        if now > ends:
            break
    assert min(read_through, refused) > 20
    print(f"fuzz: {read_through} read, {refused} refused")


def damaged_pdfs(seed: random.Random, originals: list[bytes]) -> Iterator[bytes]:
    """Without end: PDFs with bytes flipped, pieces cut out, doubled or moved, and numbers of their objects changed."""
    while True:
        data = bytearray(seed.choice(originals))
        for _ in range(seed.choice((1, 1, 2, 5))):
            at, to = sorted((seed.randrange(len(data)), seed.randrange(len(data))))
            to = min(to, at + 400)
            match seed.randrange(5):
                case 0:
                    data[at] = seed.randrange(256)
                case 1:
                    del data[at:to]
                case 2:
                    data[at:at] = data[at:to]
                case 3:
                    digits = [i for i in range(at, to) if chr(data[i]).isdigit()]
                    for i in digits[: seed.choice((1, 3, 9))]:
                        data[i] = seed.choice(b"0123456789")
                case 4:
                    data[at:at] = seed.choice((b"<<", b">>", b"[", b"endobj\n", b"/Kids", b" 0 R ", b"stream\n", b"/Length 9"))
        yield bytes(data)


def test_fuzz_of_pdf(sandbox: Sandbox) -> None:
    """Damaged PDFs are read or refused in one clear line by the child that reads uploads, which lives on or is replaced."""
    originals = [hostile_parts.text_pdf(), *(case.data for case in ACCEPTED if case.data[:4] == b"%PDF" and len(case.data) < 200_000)]
    ends = time.monotonic() + FUZZ_SECONDS
    outcomes = {"read": 0, "refused": 0}
    for data in damaged_pdfs(random.Random(1_402), originals):
        started = time.monotonic()
        try:
            document = sandbox.read(data, "a.pdf")
        except ReadingError as error:
            clear = bool(error.code) and "\n" not in error.message
            outcomes["refused"] += 1
        else:
            clear = "\n".join(document.line_text(line) for line in document.lines) == document.text
            outcomes["read"] += 1
        assert clear
        now = time.monotonic()
        assert now - started < SECONDS
        if now > ends:
            break
    assert min(outcomes.values()) > 5
    print(f"fuzz of PDF: {outcomes}")
