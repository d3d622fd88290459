"""What printing does to type: weight, slant, dots, gaps, rules and specks.

Each function takes ink cover (float32, (H, W), in [0, 1]) with its owners (int16, (H, W), as in
`LineSample`) and gives new arrays; what it was handed stays as it was.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.train.sample import RESIDUE

Rng = np.random.Generator
Alpha = NDArray[np.float32]
Owner = NDArray[np.int16]

DOUBLED, FADED = 0.06, 0.06
"""Part of the lines that is printed twice, and that loses its ink beyond a column."""
WIDENED = 1.2, 2.0
"""How much wider stretched type is than it was drawn."""


def _own(alpha: Alpha, owner: Owner) -> Owner:
    """Let owners follow the ink: none where it went, the nearest where it came."""
    ink = alpha > 0.5 * min(1.0, max(float(alpha.max()), 0.02))
    known = owner
    for _ in range(3):
        grown = cv2.dilate(known, np.ones((3, 3), np.uint8))
        known = np.where(known == 0, grown, known)
        if not (ink & (known == 0)).any():
            break
    return np.where(ink, known, 0).astype(np.int16)


def dots(alpha: Alpha, owner: Owner, height: float, rows: int = 9) -> tuple[Alpha, Owner]:
    """Write as a dot-matrix printer does: `rows` round dots for the height of a digit, in pixels."""
    pitch = height / rows
    shape = (max(int(alpha.shape[1] / pitch), 1), max(int(alpha.shape[0] / pitch), 1))
    low = cv2.resize(alpha, shape, interpolation=cv2.INTER_AREA) > 0.4
    cell = max(round(pitch), 2)
    centre = (cell - 1) / 2
    y, x = np.mgrid[:cell, :cell]
    dot = np.clip(0.5 * cell + 0.4 - np.hypot(x - centre, y - centre), 0, 1).astype(np.float32)
    drawn = np.kron(low.astype(np.float32), dot)
    mine = cv2.resize(owner, drawn.shape[::-1], interpolation=cv2.INTER_NEAREST)
    # the reduced picture inks cells whose middle is bare: those take the nearest owner
    return drawn, _own(drawn, np.where(mine == 0, cv2.dilate(mine, np.ones((cell, cell), np.uint8)), mine))


def stretch(rng: Rng, alpha: Alpha, owner: Owner) -> tuple[Alpha, Owner]:
    """Widen type by a fifth to twice: extended faces, and double-width print of receipts."""
    by = float(np.exp(rng.uniform(np.log(WIDENED[0]), np.log(WIDENED[1]))))
    shape = max(round(by * alpha.shape[1]), 1), alpha.shape[0]
    wide = np.asarray(cv2.resize(alpha, shape, interpolation=cv2.INTER_LINEAR), np.float32)
    return wide, _own(wide, np.asarray(cv2.resize(owner, shape, interpolation=cv2.INTER_NEAREST), np.int16))


def warp(rng: Rng, alpha: Alpha, owner: Owner, scale: float, *, slant: bool = True) -> tuple[Alpha, Owner]:
    """Reduce by `scale`, with a little squeeze, slant and turn."""
    squeeze = float(np.exp(rng.normal(0, 0.1))) if rng.random() < 0.6 else 1.0
    shear = float(rng.uniform(-0.12, 0.3)) if slant and rng.random() < 0.2 else 0.0
    turn = np.deg2rad(float(np.clip(rng.normal(0, 1.0), -3, 3))) if rng.random() < 0.5 else 0.0
    rotate = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    linear = scale * rotate @ np.array([[squeeze, -shear], [0.0, 1.0]])
    height, width = alpha.shape
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ linear.T
    low, high = corners.min(axis=0), corners.max(axis=0)
    # pixel centres: without the halves a reduction by two would drop every second pixel
    shift = linear @ np.array([0.5, 0.5]) - 0.5 - low
    matrix = np.column_stack([linear, shift])
    size = (int(np.ceil(high[0] - low[0])), int(np.ceil(high[1] - low[1])))
    new_alpha = np.asarray(cv2.warpAffine(alpha, matrix, size, flags=cv2.INTER_LINEAR), np.float32)
    new_owner = cv2.warpAffine(owner, matrix, size, flags=cv2.INTER_NEAREST)
    return new_alpha, _own(new_alpha, np.asarray(new_owner, np.int16))


def weight(rng: Rng, alpha: Alpha, owner: Owner, height: float) -> tuple[Alpha, Owner]:
    """Make strokes heavier or lighter, and their edges soft, hard or ragged."""
    if rng.random() < 0.4:
        return alpha, owner
    sigma = float(np.clip(height * rng.uniform(0.01, 0.05), 0.4, 2.5))
    blurred = cv2.GaussianBlur(alpha, (0, 0), sigma)
    level: float | Alpha = float(rng.uniform(0.22, 0.55))
    if rng.random() < 0.35:  # a fax: ragged edges
        level = np.asarray(level + rng.normal(0, 0.1, alpha.shape), np.float32)
        slope = 8.0
    else:
        slope = float(rng.uniform(2, 5))
    # measured against the thickest ink that the blur leaves, so that thin type does not vanish
    peak = min(1.0, float(np.quantile(blurred[owner > 0], 0.9)) * 1.15) if (owner > 0).any() else 1.0
    new_alpha = np.clip((blurred / peak - level) * slope + 0.5, 0, 1).astype(np.float32)
    return new_alpha, _own(new_alpha, owner)


def rules(rng: Rng, alpha: Alpha, owner: Owner, height: float) -> tuple[Alpha, Owner]:
    """Draw an underline, a dotted line, or the borders of a table cell near the text."""
    choice = rng.random()
    if choice > 0.22:
        return alpha, owner
    mask = np.zeros(alpha.shape, np.float32)
    thick = max(round(height * rng.uniform(0.03, 0.1)), 1)
    rows, columns = alpha.shape
    low, high = np.flatnonzero((owner > 0).any(axis=1))[[0, -1]] if (owner > 0).any() else (0, rows - 1)
    # A third of the underlines lies in the feet: the strokes that end in them are cut off there.
    gap = round(height * (rng.uniform(-0.1, 0.02) if rng.random() < 0.35 else rng.uniform(0.02, 0.3)))
    below, above = min(high + gap, rows - thick), max(low - abs(gap) - thick, 0)
    mask[below : below + thick] = 1
    if choice < 0.08:
        mask[above : above + thick] = 1
        sides = rng.integers(0, columns, 2) if choice < 0.03 else np.array([1, columns - thick - 1])
        for side in sides:
            if not (owner[:, max(side - 1, 0) : side + thick + 1] > 0).any():
                mask[:, side : side + thick] = 1
    elif choice < 0.12:
        mask[:, np.arange(columns) // (2 * thick + 1) % 2 == 0] = 0
    mask *= float(rng.uniform(0.6, 1.0))
    new_owner = np.where((owner == 0) & (mask > 0.5), RESIDUE, owner).astype(np.int16)
    return np.maximum(alpha, mask), new_owner


def dropouts(rng: Rng, alpha: Alpha, height: float) -> Alpha:
    """Lose ink: faint rows of a thermal head, faint patches, missing grains."""
    choice = rng.random()
    if choice > 0.3:
        return alpha
    rows, columns = alpha.shape
    if choice < 0.08:
        keep = np.ones((rows, 1), np.float32)
        keep[rng.integers(0, rows, 1 + int(rows / height))] = rng.uniform(0.0, 0.5)
        return np.asarray(alpha * keep, np.float32)
    if choice < 0.2:
        grid = (max(int(rows / height), 1) + 2, max(int(columns / height), 1) + 2)
        field = rng.uniform(0.25, 1.5, grid).astype(np.float32)
        patches = cv2.resize(field, (columns, rows), interpolation=cv2.INTER_CUBIC)
        return np.asarray(alpha * np.clip(patches, 0.25, 1), np.float32)
    grains = rng.random((rows, columns), dtype=np.float32) < rng.uniform(0.03, 0.2)
    holes = cv2.GaussianBlur(grains.astype(np.float32), (0, 0), max(height / 40, 0.4))
    return np.asarray(alpha * np.clip(1.1 - 1.5 * holes, 0, 1), np.float32)


def double(
    rng: Rng, alpha: Alpha, owner: Owner, height: float, share: float = DOUBLED
) -> tuple[Alpha, Owner]:
    """Print twice, the second time a dot to the right, as printers of receipts make bold type."""
    if rng.random() > share:
        return alpha, owner
    dot = max(round(height * rng.uniform(0.04, 0.12)), 1)
    second, whose = np.zeros_like(alpha), np.zeros_like(owner)
    second[:, dot:], whose[:, dot:] = alpha[:, :-dot], owner[:, :-dot]
    return np.maximum(alpha, second), np.where(owner == 0, whose, owner).astype(np.int16)


def fade(rng: Rng, alpha: Alpha, owner: Owner, height: float, share: float = FADED) -> Alpha:
    """Lose all beyond a column that halves a character, or a narrow strip: a worn edge, a worn head."""
    characters = np.unique(owner[owner > 0])
    if rng.random() > share or not len(characters):
        return alpha
    ends = rng.random() < 0.7
    hit = int(rng.choice(characters[[0, -1]] if ends else characters))
    left, right = np.flatnonzero((owner == hit).any(axis=0))[[0, -1]]
    at = left + (right - left) * float(rng.uniform(0.25, 0.75))
    column = np.arange(alpha.shape[1])
    if ends:
        beyond = (at - column if hit == characters[0] else column - at) / (height * rng.uniform(0.02, 0.4))
    else:
        beyond = 1 - np.abs(column - at) / (height * rng.uniform(0.05, 0.2))
    lost = np.clip(beyond, 0, 1) * float(rng.uniform(0.6, 1))
    return np.asarray(alpha * (1 - lost), np.float32)


def specks(rng: Rng, alpha: Alpha, owner: Owner) -> tuple[Alpha, Owner]:
    """Scatter dirt of one to a few pixels."""
    if rng.random() > 0.15:
        return alpha, owner
    new_alpha, new_owner = alpha.copy(), owner.copy()
    for _ in range(int(rng.integers(1, 12))):
        y, x = (int(rng.integers(0, side)) for side in alpha.shape)
        window = np.s_[y : y + int(rng.integers(1, 4)), x : x + int(rng.integers(1, 4))]
        new_alpha[window] = np.maximum(new_alpha[window], rng.uniform(0.5, 1.0))
        new_owner[window] = np.where(new_owner[window] == 0, RESIDUE, new_owner[window])
    return new_alpha, new_owner


def scan(rng: Rng, alpha: Alpha) -> NDArray[np.uint8]:
    """Scan a white sheet, as receipts and faxes are: next to no texture, a third in pure black and white.

    Returns
    -------
    ndarray of uint8, shape (H, W)
    """
    seen = alpha
    if rng.random() < 0.5:
        seen = np.asarray(cv2.GaussianBlur(alpha, (0, 0), float(rng.uniform(0.3, 0.8))), np.float32)
    paper, ink = float(rng.uniform(225, 256)), float(rng.uniform(0, 130))
    if rng.random() < 0.35:
        inked = seen[alpha > 0.2]
        peak = float(np.quantile(inked, 0.8)) if inked.size else 1.0  # thin type is pale: it has to stay
        return np.where(seen > peak * rng.uniform(0.3, 0.6), 0, 255).astype(np.uint8)
    noise = rng.standard_normal(alpha.shape, dtype=np.float32) * float(rng.uniform(0, 6))
    return np.clip(paper + (ink - paper) * seen + noise, 0, 255).astype(np.uint8)
