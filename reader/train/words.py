"""Random words and numbers as they stand on receipts, forms, cheques, tables and in newspapers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reader.train.fonts import DIGITS, LETTERS, SYMBOLS

Rng = np.random.Generator

_ALL = """
the of and to in is for that with on as are at be by from this have not or an will may which all been
total subtotal amount cash change tax invoice receipt date time number account bank cheque pay order
bearer rupees dollars only hundred thousand lakh crore million five seven eight nine ten twenty thirty
forty fifty item items quantity price unit discount rounding balance due paid visa card member cashier
counter table customer copy thank you please come again goods sold returnable exchange refund within days
street road phone tel fax email website company limited trading enterprise restaurant hardware stationery
market shop name address city state zip country signature title department manager office report project
study sample page subject reference comments approved received sent message confidential brand cigarette
tobacco national research general information service product program budget request estimated cost final
puzzle sudoku easy hard medium score solution yesterday weather edition news sport Monday Tuesday
Wednesday Thursday Friday Saturday Sunday January February March April May June July August September
October November December Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec jumlah tunai baki cukai resit tarikh
masa harga diskaun jalan taman kedai sdn bhd terima kasih sila datang lagi barang dijual tidak boleh
dikembalikan nama alamat nombor telefon pelanggan facture montant somme payable francs euros centimes lieu
ordre chèque banque rue boulevard nom prénom adresse ville téléphone quantité prix remise règlement cent
mille deux trois quatre cinq six sept huit neuf dix vingt trente quarante soixante contre ce Rechnung
Betrag Summe Datum Uhrzeit Steuer Zahlung Konto Kunde Nummer Straße Preis Menge Stück Rabatt Bargeld
Wechselgeld Danke Besuch Lieferung Gesamt netto brutto für und der die das mit von bis über Größe Öffnung
rice chicken tea coffee milk bread water sugar oil fish pork beef soup noodle egg juice apple paper pen
ink box bag set pack bottle large small blue red green white black zoo lol bill gas big boss glass sizzle
goal bob oslo illegal loose solid bills globe silo igloo soil oboe lobs gigs zigzag quiz BIOS SOS OIL LOGO
GST RM USD EUR SST PCS QTY KG ML CM MM NO ID TEL PO ATTN CC RE AM PM KL IFSC MICR PAN INR AC
"""
WORDS = tuple(_ALL.split())


def pick(rng: Rng, options: str | tuple[str, ...]) -> str:
    """Choose one of several texts, or characters of one."""
    return options[int(rng.integers(len(options)))]


def digits(rng: Rng, low: int, high: int) -> str:
    """Give a string of `low` to `high` digits."""
    return "".join(DIGITS[i] for i in rng.integers(0, 10, int(rng.integers(low, high + 1))))


def word(rng: Rng) -> str:
    """Give a word, real or of random letters, in any case, at times with a mark after it."""
    if rng.random() < 0.7:
        text = pick(rng, WORDS)
    else:
        text = "".join(LETTERS[i] for i in rng.integers(0, len(LETTERS), int(rng.integers(1, 9))))
    case = rng.random()
    if case < 0.35:
        text = text.upper()
    elif case < 0.55:
        text = text.capitalize()
    elif case < 0.75:
        text = text.lower()
    return text + pick(rng, (":", ",", ".", "-", "!", "?", ")", "/", ";")) if rng.random() < 0.15 else text


def _amount(rng: Rng) -> str:
    """Give an amount with two decimals, with or without marks of thousands and currency."""
    whole, cents = int(10 ** rng.uniform(0, 6)), digits(rng, 2, 2)
    form = rng.random()
    if form < 0.55:
        text = f"{whole}.{cents}"
    elif form < 0.8:
        text = f"{whole:,}.{cents}"
    else:
        text = f"{whole:,}".replace(",", pick(rng, (".", "'", " "))) + f",{cents}"
    before = pick(rng, ("", "", "", "", "$", "RM ", "RM", "£", "€", "-", "Rs ", "*", "$ "))
    return before + text + pick(rng, ("", "", "", "", "", "/-", "-", " €", " SR", "="))


def _date(rng: Rng) -> str:
    """Give a date or a time of day."""
    day, month = int(rng.integers(1, 32)), int(rng.integers(1, 13))
    year = int(rng.integers(1950, 2031))
    if rng.random() < 0.3:
        hour = f"{rng.integers(0, 24):02d}:{rng.integers(0, 60):02d}"
        return hour + pick(rng, ("", "", f":{rng.integers(0, 60):02d}", " PM", "AM"))
    mark = pick(rng, ("/", "/", "-", ".", " "))
    parts = (
        (f"{day:02d}", f"{month:02d}", str(year))
        if rng.random() < 0.7
        else (str(day), str(month), f"{year % 100:02d}")
    )
    return mark.join(parts if rng.random() < 0.8 else parts[::-1])


def phone(rng: Rng) -> str:
    """Give a telephone number."""
    area, first, last = digits(rng, 2, 3), digits(rng, 3, 4), digits(rng, 4, 4)
    return pick(
        rng,
        (
            f"({area}) {first}-{last}",
            f"{area}-{first} {last}",
            f"{area}-{first}-{last}",
            f"+{area} {first}{last}",
        ),
    )


def _code(rng: Rng) -> str:
    """Give an article, account or document number; some have letters in them."""
    text = digits(rng, 1, 13)
    return (
        pick(rng, ("", "", "", "#", "No.", "TD", "SO", "A", "CR", "Q", "("))
        + text
        + pick(rng, ("", "", "", "", "-", ")", "X"))
    )


def _lakh(rng: Rng) -> str:
    """Give an amount with the Indian grouping."""
    return f"Rs {digits(rng, 1, 2)},{digits(rng, 2, 2)},{digits(rng, 3, 3)}" + pick(rng, ("/-", "", ".00"))


def _figure(rng: Rng) -> str:
    """Give a short number as it stands in tables, lists and remarks, with what clings to it."""
    one, other = digits(rng, 1, 3), digits(rng, 1, 3)
    return pick(
        rng,
        (
            f"{one}%",
            f"({one}%)",
            f"+{one}",
            f"-{one}",
            f"{one}*",
            f"{one}-{other}",
            f"{one}/{other}",
            f"(#{one}/{other})",
            f"{one}.",
            f"{one})",
            f"({one})",
            f"'{digits(rng, 2, 2)}",
            f"{LETTERS[int(rng.integers(len(LETTERS)))].upper()}-{one}",
            f"{one} {other}",
        ),
    )


_FORMS: tuple[Callable[[Rng], str], ...] = (
    _amount,
    _amount,
    _amount,
    _date,
    _date,
    phone,
    _code,
    _code,
    lambda rng: digits(rng, 1, 4),
    lambda rng: digits(rng, 1, 4),
    lambda rng: digits(rng, 6, 12),
    _lakh,
    _figure,
    _figure,
    lambda rng: f"{digits(rng, 1, 2)}.{digits(rng, 1, 2)}%",
    lambda rng: f"-{digits(rng, 1, 2)}.{digits(rng, 2, 2)}",
)


def number(rng: Rng) -> str:
    """Give a number in one of the usual forms."""
    return _FORMS[int(rng.integers(len(_FORMS)))](rng)


def prices(rng: Rng) -> str:
    """Give one to three prices, as columns of a receipt have them."""
    return "  ".join(
        f"{int(10 ** rng.uniform(0, 3.3))}.{int(rng.integers(0, 100)):02d}"
        for _ in range(int(rng.integers(1, 4)))
    )


def symbols(rng: Rng) -> str:
    """Give one to four marks that are neither letters nor digits."""
    return "".join(SYMBOLS[i] for i in rng.integers(0, len(SYMBOLS), int(rng.integers(1, 5))))


def line(rng: Rng, longest: int) -> str:
    """Give the text of a line: words, numbers, or both.

    Parameters
    ----------
    rng : numpy.random.Generator
    longest : int
        The line ends at this many characters.
    """
    mix = rng.random()
    share_of_numbers = 0.5 if mix < 0.55 else 1.0 if mix < 0.8 else 0.0
    tokens: list[str] = []
    for _ in range(int(rng.integers(1, 6))):
        if rng.random() < 0.08:
            tokens.append(symbols(rng))
        tokens.append(number(rng) if rng.random() < share_of_numbers else word(rng))
    return " ".join(tokens)[:longest].strip()
