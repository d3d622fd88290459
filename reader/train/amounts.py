"""Number strings as people write them on cheques, forms and notes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_Rng = np.random.Generator


def random_amount(rng: _Rng) -> str:
    """Invent a number as written.

    Parameters
    ----------
    rng : numpy.random.Generator

    Returns
    -------
    str
        Characters of `allographs.CHARACTERS`; a blank is a wider gap, all after "^" is small and raised.
    """
    weights = np.array([weight for weight, _ in _FORMS])
    return _FORMS[int(rng.choice(len(_FORMS), p=weights / weights.sum()))][1](rng)


def plain_digits(rng: _Rng, low: int = 1, high: int = 9) -> str:
    """Digits without a leading zero, often ending in zeros as sums of money do."""
    count = int(rng.integers(low, high + 1))
    digits = [str(rng.integers(1, 10)), *(str(digit) for digit in rng.integers(0, 10, count - 1))]
    if count > 2 and rng.random() < 0.2:
        zeros = int(rng.integers(1, min(count - 1, 5) + 1))
        digits[-zeros:] = "0" * zeros
    return "".join(digits)


def _pick(rng: _Rng, *choices: str) -> str:
    return choices[int(rng.integers(len(choices)))]


def _any_digits(rng: _Rng) -> str:
    """Digits with all values alike, leading zeros too: account numbers, dates in boxes."""
    return "".join(str(digit) for digit in rng.integers(0, 10, int(rng.integers(1, 10))))


def _grouped(rng: _Rng) -> str:
    digits = plain_digits(rng, 4, 8)
    mark = _pick(rng, ".", ".", ".", ",", " ")
    head = len(digits) % 3 or 3
    return mark.join([digits[:head], *(digits[i : i + 3] for i in range(head, len(digits), 3))])


def _ended(rng: _Rng) -> str:
    body = _grouped(rng) if rng.random() < 0.5 else plain_digits(rng, 2, 6)
    return body + _pick(
        rng, "=", "=", ".-", ",-", "-", "/-", "//", ".", ",", "~", "-", ".=", "x", "/", "*", ".--"
    )


def _cents(rng: _Rng) -> str:
    body = _grouped(rng) if rng.random() < 0.4 else plain_digits(rng, 1, 5)
    return body + _pick(rng, ",", ".") + f"{rng.integers(100):02d}"


def _raised_cents(rng: _Rng) -> str:
    cents = _pick(rng, "00", f"{rng.integers(100):02d}")
    return plain_digits(rng, 1, 5) + _pick(rng, "", ".", ",") + "^" + cents


def _indian(rng: _Rng) -> str:
    digits = plain_digits(rng, 4, 8)
    groups: list[str] = []
    head = digits[:-3]
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ",".join([*groups, digits[-3:]]) + _pick(rng, "/-", "/-", "", "/=", ".00")


def hard_date(rng: _Rng) -> str:
    """Give a date, at best one whose slashes stand beside ones."""
    for _ in range(3):
        text = _date(rng)
        if "1/" in text or "/1" in text:
            break
    return text


def _date(rng: _Rng) -> str:
    day, month, year = int(rng.integers(1, 32)), int(rng.integers(1, 13)), int(rng.integers(1950, 2035))
    if rng.random() < 0.3:  # the ones beside the strokes of slashes are what is hard
        day, month = int(rng.choice((1, 10, 11, 12, 21, 31))), int(rng.choice((1, 10, 11, 12)))
    pad = rng.random() < 0.5
    mark = _pick(rng, "/", "/", "-", ".", "")
    parts = [f"{day:02d}" if pad or not mark else str(day), f"{month:02d}" if pad or not mark else str(month)]
    return mark.join([*parts, str(year) if rng.random() < 0.7 else f"{year % 100:02d}"])


def _money(rng: _Rng) -> str:
    sign, blank = _pick(rng, "$", "$", "£", "€", "R"), _pick(rng, " ", "")
    body = _cents(rng) if rng.random() < 0.7 else _grouped(rng)
    return f"{body}{blank}€" if sign == "€" and rng.random() < 0.5 else f"{sign}{blank}{body}"


def _fenced(rng: _Rng) -> str:
    body = _pick(rng, plain_digits(rng, 2, 6), _grouped(rng), _cents(rng))
    left, right = ("(", ")") if rng.random() < 0.2 else 2 * (_pick(rng, "#", "#", "*", "=", "-", "~"),)
    blank = _pick(rng, " ", "")
    return f"{left}{blank}{body}{blank}{right}"


def _joined(rng: _Rng) -> str:
    return plain_digits(rng, 1, 4) + _pick(rng, ":", "-", "/", "x", "+") + plain_digits(rng, 1, 4)


_FORMS: tuple[tuple[float, Callable[[_Rng], str]], ...] = (
    (0.22, plain_digits),
    (0.1, _any_digits),
    (0.16, _grouped),
    (0.16, _ended),
    (0.07, _cents),
    (0.05, _raised_cents),
    (0.05, _indian),
    (0.1, _date),
    (0.06, _money),
    (0.04, _fenced),
    (0.02, _joined),
)
