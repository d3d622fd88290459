"""What the model card says of a run: figures on the validation glyphs."""

from __future__ import annotations

import numpy as np

from reader.recognize.classifier import softmax
from reader.train.feed import Arrays
from reader.train.fit import FitResult
from reader.train.judge import judge


def validation_figures(result: FitResult, validation: Arrays) -> dict[str, float]:
    """Count what the network does on the validation glyphs; a part that has none is left out.

    These glyphs chose the best epoch and the calibration, so the figures are a little kind.

    Returns
    -------
    dict
        ``validation_digits``: digits read right, a reject being an error; ``validation_digits_among_ten``:
        with "not a digit" left out; ``validation_rejected``: the others rejected;
        ``validation_calibration_error`` and ``validation_sure_wrong``, of the calibrated probabilities: see
        `reader.train.judge.DEFINITIONS`.
    """
    judged = judge(
        softmax(result.logits, result.temperature, result.power), validation.hard().astype(np.uint8)
    )
    figures = {
        "validation_digits": judged.with_eleventh.value,
        "validation_digits_among_ten": judged.among_ten.value,
        "validation_rejected": judged.rejected.value,
        "validation_calibration_error": judged.calibration_error,
        "validation_sure_wrong": judged.sure_wrong.value,
    }
    return {key: round(value, 5) for key, value in figures.items() if value is not None}
