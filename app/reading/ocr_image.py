"""The image of one scanned page made ready: red stamps dropped, upright, deskewed; its rulings found.

Reads and writes numpy arrays (grey, 0 = black, 200 dpi). Knows nothing of the recogniser.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.reading.ocr import DPI, Gray
from app.reading.pdf_geometry import Rule

POINTS = 72.0 / DPI  # points a pixel
MAX_PIXELS = 25_000_000
_A4 = 842.0  # points, the long side
_BLOCK = 8  # pixels
_STAMP = (130, 700)  # pixels: stamps measure 16 to 90 mm
_SKEWED = 0.2  # degrees: the recogniser and the layout bear less than this, turning the page costs sharpness
_COARSE = [half / 2 for half in range(-12, 13)]  # degrees
_Mask = npt.NDArray[np.bool_]
_Points = npt.NDArray[np.float32]


def scale_of(width: float, height: float) -> float:
    """Pixels a point at which a page of this size (points) is drawn: 200 dpi, less for pages larger than A3 (their size is unreal)."""
    longest = max(width, height, 1.0)
    scale = DPI / 72.0
    if longest > 1250:
        scale *= _A4 / longest
    return min(scale, math.sqrt(MAX_PIXELS / max(1.0, width * height)))


def fit_to_page(image: Image.Image) -> Image.Image:
    """Bring a photo or a scanned image to the pixels of an A4 page at 200 dpi."""
    longest = max(image.size)
    wanted = round(_A4 / POINTS)
    if abs(longest - wanted) <= 0.12 * wanted:
        return image
    ratio = wanted / longest
    return image.resize((max(1, round(image.width * ratio)), max(1, round(image.height * ratio))), Image.Resampling.LANCZOS)


def to_gray(image: Image.Image) -> Gray:
    """Grey levels of an image; the red of stamps and seals turns to paper."""
    if image.mode in ("L", "1"):
        return np.asarray(image.convert("L"))
    colour = np.asarray(image.convert("RGB"))
    gray = np.asarray(image.convert("L")).copy()
    red = colour[..., 0].astype(np.int16)
    other = np.maximum(colour[..., 1], colour[..., 2])
    stamp = (red - other) > 40
    if stamp.any():
        gray[stamp] = colour[..., 0][stamp]  # through a red glass: the stamp is as light as paper, ink under it stays dark
    return gray


def level_light(gray: Gray) -> Gray:
    """Even out the light of a photo: every place is divided by the brightness of the paper round it."""
    small = Image.fromarray(gray).reduce(16)
    paper = np.asarray(small, dtype=np.float32)
    for axis in (0, 1):
        paper = _running_max(paper, 7, axis)
    even = Image.fromarray(paper).resize((gray.shape[1], gray.shape[0]), Image.Resampling.BILINEAR)
    level = np.asarray(gray, dtype=np.float32) * (235.0 / np.maximum(np.asarray(even), 40.0))
    out: Gray = level.clip(0, 255).astype(np.uint8)
    return out


def _running_max(values: npt.NDArray[np.float32], size: int, axis: int) -> npt.NDArray[np.float32]:
    padded = np.pad(values, [(size // 2, size // 2) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, size, axis=axis)
    out: npt.NDArray[np.float32] = windows.max(axis=-1)
    return out


def clear_paper(gray: Gray) -> Gray:
    """Stretch the grey levels: paper and its noise to white, ink to black."""
    paper = float(np.median(gray[::16, ::16]))
    ink = min(float(np.percentile(gray[::8, ::8], 0.5)), 0.5 * paper)
    levels = ((np.arange(256) - ink) * (255.0 / max(1.0, 0.93 * paper - ink))).clip(0, 255).astype(np.uint8)
    return np.frombuffer(gray.tobytes().translate(levels.tobytes()), dtype=np.uint8).reshape(gray.shape)


def drop_stamp(gray: Gray) -> Gray:
    """Erase the flat middle grey of stamps (a red stamp on a grey scan); letters and rulings are darker, thinner or larger together.

    Expects cleared paper (white 255). A page whose letters are no darker than a stamp is left as it is.
    """
    middle = (gray > 70) & (gray < 190)
    core = middle[1:-1, 1:-1] & middle[:-2, 1:-1] & middle[2:, 1:-1] & middle[1:-1, :-2] & middle[1:-1, 2:]
    flat = int(np.count_nonzero(core))
    if flat < 500 or flat > 0.2 * np.count_nonzero(gray <= 70):
        return gray
    height, width = (side // _BLOCK for side in core.shape)
    blocks: _Mask = core[: height * _BLOCK, : width * _BLOCK].reshape(height, _BLOCK, width, _BLOCK).max(axis=(1, 3))
    out = gray.copy()
    for y0, x0, y1, x1, cells in _clusters(blocks):
        sides = (y1 - y0 + 1) * _BLOCK, (x1 - x0 + 1) * _BLOCK
        if min(sides) < _STAMP[0] or max(sides) > _STAMP[1] or max(sides) > 1.7 * min(sides):
            continue
        mask = np.zeros_like(blocks)
        for y, x in cells:
            mask[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2] = True
        area = mask.repeat(_BLOCK, axis=0).repeat(_BLOCK, axis=1)
        view = out[1 : 1 + area.shape[0], 1 : 1 + area.shape[1]]
        view[area & (view > 70)] = 255
    return out


def _clusters(blocks: _Mask) -> list[tuple[int, int, int, int, list[tuple[int, int]]]]:
    """Touching blocks taken together: (top, left, bottom, right, members)."""
    left = set(zip(*(axis.tolist() for axis in np.nonzero(blocks)), strict=True))
    found = []
    while left:
        open_ = [left.pop()]
        members = []
        while open_:
            y, x = open_.pop()
            members.append((y, x))
            for near in ((y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)):
                if near in left:
                    left.remove(near)
                    open_.append(near)
        ys, xs = [y for y, _ in members], [x for _, x in members]
        found.append((min(ys), min(xs), max(ys), max(xs), members))
    return found


def dark(gray: Gray) -> _Mask:
    """Which pixels are ink: darker than half-way between paper and black."""
    paper = float(np.median(gray[::16, ::16]))
    mask: _Mask = gray < 0.62 * paper
    return mask


def is_sideways(gray: Gray) -> bool:
    """Whether the lines of text run up and down the image."""
    ys, xs = _ink_points(gray)
    if len(ys) < 400:
        return False
    across = max(_sharpness(ys, xs, degrees) for degrees in _COARSE)
    down = max(_sharpness(xs, ys, degrees) for degrees in _COARSE)
    return down > 1.25 * across


def skew_of(gray: Gray) -> float:
    """The slope of the text lines in degrees, -6 to 6; positive when they fall to the right. 0.0 where there is too little text."""
    ys, xs = _ink_points(gray)
    if len(ys) < 400:
        return 0.0
    best = max(_COARSE, key=lambda degrees: _sharpness(ys, xs, degrees))
    best = max((best + a / 10 for a in range(-5, 6)), key=lambda degrees: _sharpness(ys, xs, degrees))
    return max((best + a / 40 for a in range(-4, 5)), key=lambda degrees: _sharpness(ys, xs, degrees))


def _ink_points(gray: Gray) -> tuple[_Points, _Points]:
    """Rows and columns of dark pixels, at a third of the size and no more than 30,000; the margins, where scans have shadows, left out."""
    ink = dark(np.asarray(Image.fromarray(gray).reduce(3)))
    margin = max(4, ink.shape[0] // 60)
    ink[:margin], ink[-margin:], ink[:, :margin], ink[:, -margin:] = False, False, False, False
    ys, xs = np.nonzero(ink)
    step = len(ys) // 30_000 + 1
    return ys[::step].astype(np.float32), xs[::step].astype(np.float32)


def _sharpness(heights: _Points, offsets: _Points, degrees: float) -> float:
    """How clearly lines part from the white between them when the page is looked at under this angle."""
    rows = heights - offsets * np.float32(math.tan(math.radians(degrees)))
    counts = np.bincount((rows - rows.min()).astype(np.int64))
    return float(np.square(np.diff(counts.astype(np.float64))).sum())


def deskew(gray: Gray) -> Gray:
    """Turn the page so that its lines are level."""
    slope = skew_of(gray)
    if abs(slope) < _SKEWED:
        return gray
    paper = int(np.median(gray[::16, ::16]))
    return np.asarray(Image.fromarray(gray).rotate(slope, resample=Image.Resampling.BILINEAR, fillcolor=paper))


def find_rules(gray: Gray) -> list[Rule]:
    """The straight rulings of a level page, in points: long dark runs, across and down."""
    ink = dark(gray)
    height, width = (side // 2 * 2 for side in ink.shape)
    ink = ink[:height, :width]
    half = ink[0::2, 0::2] | ink[1::2, 0::2] | ink[0::2, 1::2] | ink[1::2, 1::2]
    unit = 2 * POINTS
    across = [(x0 * unit, y * unit, x1 * unit, y * unit) for y, x0, x1 in _runs(half, 50)]
    down = [(x * unit, y0 * unit, x * unit, y1 * unit) for x, y0, y1 in _runs(half.T, 34)]
    return [Rule(*line) for line in across + down]


def _runs(ink: _Mask, least: int) -> list[tuple[float, int, int]]:
    """Runs of at least `least` dark pixels along the rows of `ink`: (row, start, end), rows that touch taken as one ruling.

    A run may wander to the next row (a page is never quite level) and lack single pixels.
    """
    joined = ink.copy()
    joined[1:] |= ink[:-1]
    rows = np.nonzero(joined.sum(axis=1, dtype=np.int32) >= least)[0]
    found: list[list[float]] = []  # first row, last row, start, end
    for row in rows.tolist():
        line = np.concatenate(([False], joined[row], [False]))
        edges = np.flatnonzero(line[1:] != line[:-1])
        starts, ends = edges[0::2], edges[1::2]
        if len(starts) > 1:  # close gaps of two pixels
            apart = starts[1:] - ends[:-1] > 2
            starts = starts[np.concatenate(([True], apart))]
            ends = ends[np.concatenate((apart, [True]))]
        long = ends - starts >= least
        for start, end in zip(starts[long].tolist(), ends[long].tolist(), strict=True):
            for run in reversed(found[-60:]):
                if row - run[1] <= 1 and start <= run[3] and end >= run[2]:
                    run[1], run[2], run[3] = row, min(run[2], start), max(run[3], end)
                    break
            else:
                found.append([row, row, start, end])
    return [((run[0] + run[1]) / 2, int(run[2]), int(run[3])) for run in found if run[1] - run[0] <= 8]
