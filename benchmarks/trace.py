"""Turns the picture of a digit back into the strokes of a pen: its skeleton, walked along."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.morphology import skeletonize

Points = NDArray[np.float64]
"""(N, 2), x and y."""
TIMES = 8
"""A glyph is enlarged so much before it is thinned."""
_SPUR = 12
"""Shorter side branches come from bumps of the outline, in enlarged pixels."""
_SMOOTH = 5
_BLOT = 2.0
"""Widths of the pen from which ink is a loop that it has filled."""
_LEVELS = (0.42, 0.5, 0.6, 0.7, 0.8)
_NEIGHBOURS = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0)]
Place = tuple[int, int]


def trace(glyph: NDArray[np.uint8]) -> list[Points]:
    """Give the strokes of a digit in its own pixels; a loop ends where it begins.

    Parameters
    ----------
    glyph : ndarray of uint8, shape (28, 28)
        Ink bright.
    """
    large = cv2.resize(glyph, None, fx=TIMES, fy=TIMES, interpolation=cv2.INTER_CUBIC)
    even = cv2.GaussianBlur(large, (0, 0), TIMES / 3).astype(np.float64) / max(float(glyph.max()), 1.0)
    thin = skeletonize(np.pad(_carved(_opened(np.where(_debris(even > _LEVELS[0]), 0.0, even))), 1))
    places = {(int(y), int(x)) for y, x in np.argwhere(thin)}
    paths = _joined(_without_spurs(_paths(places)))
    return [_smooth(np.array(path, float)[:, ::-1]) / TIMES for path in paths]


def _opened(level: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell ink from paper at the level that opens most loops and breaks no stroke: a narrow loop is grey
    inside."""
    masks = [level > least for least in _LEVELS]
    counted = [_pieces_and_holes(mask) for mask in masks]
    whole = [k for k, (pieces, _) in enumerate(counted) if pieces <= counted[0][0]]
    return masks[max(whole, key=lambda k: (counted[k][1], -k))]


def _debris(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Find what no hand would trace: specks, and upright lines beside the digit, which the form has left."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    area, width, height = (stats[:, k] for k in (cv2.CC_STAT_AREA, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
    largest = max(range(1, count), key=lambda k: int(area[k]), default=0)
    line = (width <= 3 * TIMES) & (height >= 2 * width) & (height < 1.5 * height[largest])
    speck = area < 0.04 * area[largest]
    odd = [k for k in range(1, count) if k != largest and (line[k] or speck[k])]
    return np.asarray(np.isin(labels, odd))


def _carved(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Open what is much wider than the pen: a loop that its ink has filled."""
    deep = cv2.distanceTransform(ink.astype(np.uint8), cv2.DIST_L2, 5)
    pen = float(np.median(deep[skeletonize(ink)]))
    return ink & ~(deep > _BLOT * pen)


def _pieces_and_holes(mask: NDArray[np.bool_]) -> tuple[int, int]:
    ground = np.pad(~mask, 1, constant_values=True).astype(np.uint8)
    pieces = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)[0] - 1
    return pieces, cv2.connectedComponents(ground, connectivity=4)[0] - 2


def _around(place: Place, places: set[Place]) -> list[Place]:
    """Give the neighbours of a skeleton's pixel, a diagonal one only where no straight one leads to it."""
    y, x = place
    near = [(y + dy, x + dx) for dy, dx in _NEIGHBOURS if (y + dy, x + dx) in places]
    straight = {p for p in near if p[0] == y or p[1] == x}
    return [p for p in near if p in straight or not {(p[0], x), (y, p[1])} & straight]


def _paths(places: set[Place]) -> list[list[Place]]:
    """Walk every edge of the skeleton once, from node to node; what has no node is a loop."""
    near = {place: _around(place, places) for place in places}
    nodes = [place for place in sorted(places) if len(near[place]) != 2]
    used: set[frozenset[Place]] = set()
    paths = []
    for start in [*nodes, *sorted(places)]:
        for step in near[start]:
            if frozenset((start, step)) in used:
                continue
            path = [start, step]
            used.add(frozenset((start, step)))
            while len(near[path[-1]]) == 2 and path[-1] != start:
                onward = [p for p in near[path[-1]] if p != path[-2]]
                if not onward or frozenset((path[-1], onward[0])) in used:
                    break
                used.add(frozenset((path[-1], onward[0])))
                path.append(onward[0])
            paths.append(path)
    return paths or [[place, place] for place in sorted(places)[:1]]


def _without_spurs(paths: list[list[Place]]) -> list[list[Place]]:
    """Take away short branches with a free end, if something longer is left."""
    ends = [end for path in paths for end in (path[0], path[-1])]
    kept = [
        path
        for path in paths
        if len(path) >= _SPUR or path[0] == path[-1] or min(ends.count(path[0]), ends.count(path[-1])) > 1
    ]
    return kept or [max(paths, key=len)]


def _joined(paths: list[list[Place]]) -> list[list[Place]]:
    """Go straight on through crossings, as a pen does: join the pair of ends that bends least."""
    paths = [*paths]
    while True:
        best: tuple[float, int, int, list[Place]] | None = None
        for i, first in enumerate(paths):
            for j in range(i + 1, len(paths)):
                for a in (first, first[::-1]):
                    for b in (paths[j], paths[j][::-1]):
                        if a[-1] == b[0] and a[0] != a[-1] and b[0] != b[-1]:
                            bend = _bend(a, b)
                            if bend < 0.9 and (best is None or bend < best[0]):
                                best = (bend, i, j, a + b[1:])
        if best is None:
            return paths
        _, i, j, joined = best
        paths = [path for k, path in enumerate(paths) if k not in (i, j)] + [joined]


def _bend(first: list[Place], second: list[Place], reach: int = 8) -> float:
    """Give by how much two paths bend where one goes over into the other, in radians."""
    before = np.subtract(first[-1], first[max(-reach, -len(first))])
    after = np.subtract(second[min(reach, len(second)) - 1], second[0])
    cosine = (before @ after) / max(float(np.hypot(*before) * np.hypot(*after)), 1e-9)
    return float(np.arccos(np.clip(cosine, -1, 1)))


def _smooth(points: Points) -> Points:
    """Take away the steps of pixels; the ends stay."""
    width = 2 * _SMOOTH + 1
    padded = np.pad(points, ((_SMOOTH, _SMOOTH), (0, 0)), mode="edge")
    even = np.stack([np.convolve(padded[:, k], np.ones(width) / width, "valid") for k in (0, 1)], axis=1)
    even[0], even[-1] = points[0], points[-1]
    return even[:: max(1, _SMOOTH // 2)] if len(even) > 2 * _SMOOTH else even
