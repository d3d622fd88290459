"""How sure a network of ten classes is that a glyph is a digit at all, learned from glyphs that are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_STEPS = 50
_RIDGE = 1e-2
"""Keeps the weights finite where one value parts digits and others without an error."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Gives ten logits z the eleventh.

    With z' = z / temperature, the energy ``log sum exp z'`` (Liu et al., "Energy-based out-of-distribution
    detection", 2020, https://arxiv.org/abs/2010.03759) and the peak ``max z' - energy``, the logarithm of the
    largest probability (Hendrycks and Gimpel, 2017, https://arxiv.org/abs/1610.02136), the odds of "not a
    digit" are ``exp(bias + energy_weight * energy + peak_weight * peak)``. The probabilities of the digits
    keep their proportions.

    Attributes
    ----------
    temperature : float
        Of the ten digits.
    bias, energy, peak : float
        The weights.
    """

    temperature: float
    bias: float
    energy: float
    peak: float

    def eleventh(self, logits: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Give the logit of "not a digit", to stand beside `logits` and be divided by the same temperature.

        Parameters
        ----------
        logits : ndarray, shape (N, 10)

        Returns
        -------
        ndarray of float64, shape (N,)
        """
        energy, peak = features(logits, self.temperature).T
        odds = self.bias + self.energy * energy + self.peak * peak
        logit: NDArray[np.float64] = self.temperature * (energy + odds)
        return logit


def features(logits: NDArray[np.floating[Any]], temperature: float) -> NDArray[np.float64]:
    """Give energy and peak of logits (N, 10); shape (N, 2)."""
    cold = logits.astype(np.float64) / temperature
    top = cold.max(axis=1)
    energy = top + np.log(np.exp(cold - top[:, None]).sum(axis=1))
    both: NDArray[np.float64] = np.stack([energy, top - energy], axis=1)
    return both


def learn_rule(logits: NDArray[np.floating[Any]], is_digit: NDArray[np.bool_], temperature: float) -> Rule:
    """Fit the rule by logistic regression.

    Parameters
    ----------
    logits : ndarray, shape (N, 10)
        Of digits and of glyphs that are none; both are needed.
    is_digit : ndarray of bool, shape (N,)
    temperature : float
        At which the digits are calibrated among each other.
    """
    values = features(logits, temperature)
    mean, spread = values.mean(axis=0), values.std(axis=0)
    # The energy of log-probabilities is always 0 and says nothing.
    spread = np.where(spread > 1e-6, spread, np.inf)
    x = np.column_stack([np.ones(len(values)), (values - mean) / spread])
    ridge = _RIDGE * np.diag([0.0, 1.0, 1.0])
    weights = np.zeros(3)
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (chance - ~is_digit) + ridge @ weights
        curve = (x * (chance * (1 - chance))[:, None]).T @ x + ridge + 1e-9 * np.eye(3)
        weights -= np.clip(np.linalg.solve(curve, slope), -2, 2)
    energy, peak = weights[1:] / spread
    bias = weights[0] - mean @ (weights[1:] / spread)
    return Rule(temperature, float(bias), float(energy), float(peak))
