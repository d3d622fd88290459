"""Loads a Keras file or a SavedModel that came from elsewhere, without running code that it brings along."""

from __future__ import annotations

import json
import os
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reader.errors import InputError, MissingExtraError, ModelError
from reader.io.quiet import muted

SHAPES = ((28, 28, 1), (28, 28), (784,), (1, 28, 28))
"""What a network may take, after the batch: all of them hold one glyph row by row."""
_ZIP, _HDF5 = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"
_SIGNATURE = "serving_default"
_ONE_TO_ONE = "has not one float32 input and one output; only such models are imported"


@dataclass(frozen=True, slots=True)
class Source:
    """A network as it came.

    Attributes
    ----------
    run : callable
        From a float32 tensor (N, *shape) to a tensor (N, classes).
    shape : tuple of int
        One of `SHAPES`.
    form : str
        What it was read from: "Keras", "HDF5" or "SavedModel".
    parameters : int
    """

    run: Callable[[Any], Any]
    shape: tuple[int, ...]
    form: str
    parameters: int


def load(path: Path) -> Source:
    """Load a network for inference.

    Parameters
    ----------
    path : Path
        A ``.keras`` or ``.h5`` file, of Keras 3 or an older one, or a folder with a SavedModel.

    Raises
    ------
    InputError
        It is missing, or nothing of the kind.
    ModelError
        It cannot be loaded safely, or takes something else than one glyph.
    MissingExtraError
        TensorFlow is not installed.
    """
    if path.is_dir():
        if not (path / "saved_model.pb").is_file():
            raise InputError(f"{path}: a folder without saved_model.pb; give a SavedModel, .keras or .h5")
        return _checked(path, _saved_model)
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    forms = {_ZIP: ("Keras", (".keras",)), _HDF5: ("HDF5", (".h5", ".hdf5"))}
    form, endings = next((forms[magic] for magic in forms if head.startswith(magic)), ("", ()))
    if not form:
        raise InputError(f"{path}: neither a .keras file nor HDF5; save the whole model with model.save()")
    if path.suffix not in endings:
        raise InputError(f"{path}: is a {form} file by its content; rename it to {path.stem}{endings[0]}")
    return _checked(path, _keras_file)


@contextmanager
def silent() -> Iterator[None]:
    """Keep TensorFlow's news, and warnings meant for whoever wrote the model, out of the user's sight."""
    # Set before TensorFlow is imported; it tells of absent GPUs as if they were errors.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with warnings.catch_warnings(), muted():
        warnings.simplefilter("ignore")
        yield


def _checked(path: Path, read: Callable[[Path], Source]) -> Source:
    """Load, and see that one glyph goes in."""
    try:
        with silent():
            source = read(path)
    except ImportError as error:
        raise MissingExtraError("importing a model needs TensorFlow: install number-reader[train]") from error
    if source.shape not in SHAPES:
        known = ", ".join(_told(shape) for shape in SHAPES)
        raise ModelError(f"{path}: takes {_told(source.shape)}; only networks that take {known} are imported")
    return source


def _told(shape: tuple[int, ...]) -> str:
    return f"({', '.join(['N', *map(str, shape)])})"


def _keras_file(path: Path) -> Source:
    import keras

    config = _config(path)
    if "Lambda" in _class_names(config):
        raise ModelError(
            f"{path}: has a Lambda layer, which is code that the file brings along and that is not run; "
            "build the model with other layers, load its weights and save it again"
        )
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises whatever it stumbles over
        raise ModelError(f"{path}: {_why(config, error)}") from error
    inputs, outputs = getattr(model, "inputs", None) or [], getattr(model, "outputs", None) or []
    if len(inputs) != 1 or len(outputs) != 1 or inputs[0].dtype != "float32":
        raise ModelError(f"{path}: {_ONE_TO_ONE}")
    form = "Keras" if path.suffix == ".keras" else "HDF5"
    shape = tuple(inputs[0].shape[1:])
    return Source(lambda glyphs: model(glyphs, training=False), shape, form, model.count_params())


def _config(path: Path) -> Any:
    """Read how the network is built before Keras touches the file."""
    import h5py  # type: ignore[import-untyped]

    try:
        if path.suffix == ".keras":
            with zipfile.ZipFile(path) as archive:
                return json.loads(archive.read("config.json"))
        with h5py.File(path) as file:
            return json.loads(file.attrs["model_config"])
    except (KeyError, OSError, ValueError, TypeError, RecursionError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path}: damaged, or holds weights alone; save the whole model with model.save()"
        ) from error


def _class_names(config: Any) -> set[str]:
    """Name the classes of all layers, nested ones too."""
    if isinstance(config, dict):
        own = {config["class_name"]} if isinstance(config.get("class_name"), str) else set()
        return own.union(*map(_class_names, config.values()))
    return set().union(*map(_class_names, config)) if isinstance(config, list) else set()


def _why(config: Any, error: Exception) -> str:
    if "keras.src.engine" in json.dumps(config):
        return "was saved by Keras 2, whose .keras files Keras 3 cannot load; save it there as .h5"
    first = " ".join(str(error).split(". ")[0].split())[:200]
    return f"Keras cannot load it ({type(error).__name__}: {first}); only Keras' own layers are imported"


def _saved_model(path: Path) -> Source:
    import tensorflow as tf

    try:
        loaded = tf.saved_model.load(str(path))
    except Exception as error:  # the same as with Keras
        old = "add_slot" in str(error)
        what = "its optimiser is of an older Keras" if old else " ".join(str(error).split())[:200]
        raise ModelError(
            f"{path}: TensorFlow cannot load it ({what}); save it as .h5 or with model.export()"
        ) from error
    named = dict(loaded.signatures)
    if _SIGNATURE not in named and len(named) != 1:
        raise ModelError(f"{path}: has no signature {_SIGNATURE}; save it with model.export()")
    call = named[_SIGNATURE] if _SIGNATURE in named else next(iter(named.values()))
    inputs, outputs = call.structured_input_signature[1], call.structured_outputs
    if len(inputs) != 1 or len(outputs) != 1 or next(iter(inputs.values())).dtype != tf.float32:
        raise ModelError(f"{path}: {_ONE_TO_ONE}")
    (name, spec), (output,) = next(iter(inputs.items())), outputs

    def run(glyphs: Any, kept: Any = loaded) -> Any:  # the variables live as long as what was loaded
        return call(**{name: glyphs})[output]

    shape = tuple(spec.shape[1:]) if spec.shape.rank else ()
    return Source(run, shape, "SavedModel", sum(int(tf.size(one)) for one in call.variables))
