"""What stands on forms: what is filled in, and text in which letters and digits are taken for each other."""

from __future__ import annotations

from reader.train.fonts import LETTERS
from reader.train.words import WORDS, Rng, digits, phone, pick, word

_SHORT = """
as is of so do go to by By or on oz oz. lb lb. gal. bbl. Ill. Ill ill all Oil oil bio Bill jr. Jr. Sr. Co.
P.O. F.O.B. a.m. p.m. e.g. i.e. No. pg. Dr. St. IL OK SO GO Bob Lil Gil zig
"""
SHORT = tuple(_SHORT.split())
"""Short words of letters that look like digits, and what stands beside such."""
UNITS = (
    *("%", "%", " %", "¢", "¢", " ¢", "mg", " mg", " lb.", " oz.", " days"),
    *("th", "st", "nd", "mm", '"', "'", "#"),
)
"""What is written behind figures."""


def entry(rng: Rng) -> str:
    """Give what is filled into a form: a date with slashes, a per cent, a number in brackets, a telephone.

    In close type slash, bracket and per cent touch the digits beside them, and look like a 1 or an 8 then.
    """
    form = rng.random()
    if form < 0.4:
        first, second = int(rng.integers(1, 13)), int(rng.integers(1, 32))
        year = str(rng.integers(1950, 2031))[2 if rng.random() < 0.7 else 0 :]
        parts = (first, second) if rng.random() < 0.7 else (second, first)
        text = "/".join([*(f"{p:02d}" if rng.random() < 0.4 else str(p) for p in parts), year])
        return text[: text.rindex("/")] if rng.random() < 0.1 else text
    one, grouped = digits(rng, 1, 3), f"{int(10 ** rng.uniform(2, 7)):,}"
    if form < 0.55:
        return pick(rng, (f"{one}%", f"{one}%", f"({one}%)", f"{one}.{digits(rng, 1, 2)}%"))
    if form < 0.75:
        inner = pick(rng, (grouped, one, digits(rng, 3, 5), f"{one}.{digits(rng, 1, 2)}"))
        return pick(rng, (f"({inner})", f"({inner})", f"${inner}", f"[{inner}]", f"({inner}-{one})"))
    if form < 0.9:
        return phone(rng)
    return f"{digits(rng, 1, 2)}-{rng.integers(1, 10)}/{pick(rng, ('2', '4', '8', '16'))}"


def entries(rng: Rng, longest: int) -> str:
    """Give a line of one to three entries, with a word before some of them; at most so many characters."""
    tokens: list[str] = []
    for _ in range(int(rng.integers(1, 4))):
        tokens += [word(rng)] if rng.random() < 0.4 else []
        tokens.append(entry(rng))
    return " ".join(tokens)[:longest].strip()


def remark(rng: Rng) -> str:
    """Give a piece of a form's text in which digits and letters are easily taken for each other.

    Initials, short words and units; numbers of lists, with units, of many thousands, of telephones.
    """
    one, two = (LETTERS[int(i)].upper() for i in rng.integers(0, len(LETTERS), 2))
    figure = digits(rng, 1, 3)
    form = rng.random()
    if form < 0.2:
        name = pick(rng, WORDS).capitalize()
        initials = f"{one}.", f"{one}.{two}.", f"{one}. {two}. {name}", f"{one}. {name}", f"Mr. {one}."
        return pick(rng, initials)
    if form < 0.4:
        return pick(rng, SHORT)
    if form < 0.55:
        item = f"{figure[0]}.", f"{figure[0]}.", f"({figure[0]})", f"{figure[:2]}.", f"{figure[:2]})"
        text = pick(rng, item)
        return f"{text} {word(rng)}" if rng.random() < 0.5 else text
    if form < 0.7:
        return figure + pick(rng, UNITS)
    if form < 0.85:
        grouped = f"{int(10 ** rng.uniform(3, 7)):,}"
        thousands = f"{10 ** int(rng.integers(3, 7)):,}"
        cents = digits(rng, 2, 2)
        return pick(rng, (f"${grouped}", f"${grouped}.{cents}", f"(to ${thousands})", f"${thousands}"))
    return pick(
        rng,
        (
            f"{digits(rng, 5, 5)}",
            f"{digits(rng, 5, 5)}-{digits(rng, 4, 4)}",
            phone(rng),
            "-".join(digits(rng, 2, 2) for _ in range(4)),
            f"+ {figure[0]}",
            f"{figure} @ ${figure[0]}.{digits(rng, 2, 2)}",
            f"{figure[:2]} {word(rng)}",
            f"{pick(rng, WORDS)} {figure[0]}, {rng.integers(1950, 2031)}",
        ),
    )


def remarks(rng: Rng, longest: int) -> str:
    """Give a line of one to four remarks; at most so many characters."""
    return " ".join(remark(rng) for _ in range(int(rng.integers(1, 5))))[:longest].strip()
