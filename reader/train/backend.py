"""Loads TensorFlow without its talk."""

from __future__ import annotations

import os

from reader.errors import MissingExtraError
from reader.io.quiet import muted


def load_tensorflow() -> None:
    """Import TensorFlow and Keras; whoever imports them afterwards finds them loaded.

    On standard error TensorFlow tells of absent GPUs and of its own arithmetic as if these were errors;
    real ones are raised.

    Raises
    ------
    MissingExtraError
        They are not installed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        with muted():
            import keras  # noqa: F401
            import tensorflow  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("training needs TensorFlow: install number-reader[train]") from error
