"""What the model card says of a run: figures on the validation glyphs."""

from __future__ import annotations

from reader.train.feed import Arrays
from reader.train.fit import FitResult
from reader.types import NOT_A_DIGIT


def validation_figures(result: FitResult, validation: Arrays) -> dict[str, float]:
    """Count what the network does on the validation glyphs; a part that has none is left out.

    These glyphs chose the best epoch and the temperature, so the figures are a little kind.

    Returns
    -------
    dict
        ``validation_digits``: digits read right, a reject being an error; ``validation_digits_among_ten``:
        with "not a digit" left out; ``validation_rejected``: the others rejected.
    """
    labels, found = validation.hard(), result.logits.argmax(axis=1)
    digits = labels != NOT_A_DIGIT
    among_ten = result.logits[:, :NOT_A_DIGIT].argmax(axis=1)
    figures = {}
    if digits.any():
        figures["validation_digits"] = float((found == labels)[digits].mean())
        figures["validation_digits_among_ten"] = float((among_ten == labels)[digits].mean())
    if not digits.all():
        figures["validation_rejected"] = float((found == labels)[~digits].mean())
    return {key: round(value, 5) for key, value in figures.items()}
