"""Where columns spell two characters in one piece of ink."""

from __future__ import annotations

import numpy as np
from lined import FOOT, HEIGHT, solid

from reader.recognize.spelling import BLANK, OTHER, SPELLINGS, STRIDE
from reader.recognize.spelt_cuts import spelt_middles, spelt_pairs
from reader.recognize.transcribe import Spelled

LETTER = OTHER


def said(*characters: tuple[int, int], columns: int = 60, lean: float = 0.0) -> Spelled:
    """Say that characters are spelt in these columns, two wide, on a strip in the line's own scale."""
    logits = np.zeros((columns, SPELLINGS), np.float32)
    logits[:, BLANK] = 9
    for kind, at in characters:
        logits[at : at + 2] = 0
        logits[at : at + 2, kind] = 9
    return Spelled(logits, np.array([1.0, lean, 0.0]))


def test_the_middle_of_each_character_is_known() -> None:
    assert spelt_middles(said((3, 10), (LETTER, 20), (7, 22))) == [
        (STRIDE * 11, True),
        (STRIDE * 21, False),
        (STRIDE * 23, True),
    ]
    assert spelt_middles(said()) == []


def test_two_digits_in_one_piece_are_a_pair_and_a_digit_and_a_letter_are_none() -> None:
    piece = solid(10, w=60)
    for second, expected in ((7, [(12.0, 32.0)]), (LETTER, [])):
        line = said((3, 10), (second, 20))
        assert spelt_pairs(piece, line, spelt_middles(line)) == expected


def test_digits_of_two_pieces_are_no_pair() -> None:
    line = said((3, 10), (7, 20))
    assert spelt_pairs(solid(10, w=20), line, spelt_middles(line)) == []


def test_a_strip_that_was_stood_up_is_leant_back() -> None:
    middle = FOOT - HEIGHT / 2
    line = said((3, 10), (7, 20), lean=0.25)
    ((left, right),) = spelt_pairs(solid(-10, w=60), line, spelt_middles(line))
    assert left == STRIDE * 11 - 0.25 * middle + 10
    assert right - left == 20
