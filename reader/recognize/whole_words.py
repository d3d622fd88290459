"""Words looked at whole before they are cut: most of what may hold a number at first sight holds none.

A word is cut wherever two digits may touch, and all that may be a digit then is classified: dozens of
candidates a word. The context network needs no cuts to say where digits may be, and on forms three words in
four hold none for it. They are left out before anything else is done with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.recognize.lattice import estimate_slant
from reader.recognize.line_context import Seen, see
from reader.recognize.spelt_cuts import spelt_middles
from reader.recognize.transcribe import Spelled
from reader.types import Classifier, TextLine


@dataclass(frozen=True, slots=True)
class Whole:
    """A word looked at whole.

    Attributes
    ----------
    slant : float
        Tangent of the lean of its writing.
    seen : Seen or None
        None where the classifier knows no lines, or this is too long to be one.
    """

    slant: float
    seen: Seen | None

    @property
    def spelled(self) -> Spelled | None:
        """What its columns spell."""
        return None if self.seen is None else self.seen.spelled

    def may_hold_digits(self) -> bool:
        """Tell whether there may be digits in it, for all that is known."""
        return self.seen is None or self.seen.may_hold_digits()

    def spells_digits(self) -> bool:
        """Tell whether its columns spell two digits or more."""
        return self.spelled is not None and sum(digit for _, digit in spelt_middles(self.spelled)) > 1


def look_at_whole(words: list[TextLine], gray: NDArray[np.uint8], classifier: Classifier) -> list[Whole]:
    """Look at words whole.

    Parameters
    ----------
    words : list of TextLine
    gray : ndarray of uint8, shape (h, w)
        The page's flattened ink.
    classifier : Classifier

    Returns
    -------
    list of Whole
    """
    slants = [estimate_slant(word.components, word.x_height) for word in words]
    return [Whole(*both) for both in zip(slants, see(classifier, words, slants, gray), strict=True)]
