"""Order statistics are NumPy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.imaging.order import median, percentile

numbers = st.lists(st.floats(-1e6, 1e6) | st.integers(-1000, 1000), min_size=1, max_size=30)


@given(numbers, st.sampled_from((0, 10, 25, 30, 50, 60, 80, 95, 100)) | st.floats(0, 100))
def test_percentiles_are_numpys_to_the_bit(values: list[float], q: float) -> None:
    assert percentile(values, q) == float(np.percentile(np.array(values, float), q))


@given(numbers)
def test_medians_are_numpys(values: list[float]) -> None:
    assert median(values) == pytest.approx(float(np.median(values)), rel=1e-15)


@pytest.mark.parametrize("of", [median, lambda values: percentile(values, 10)])
def test_nothing_has_no_order(of: object) -> None:
    with pytest.raises(ValueError, match="no values"):
        of([])  # type: ignore[operator]
