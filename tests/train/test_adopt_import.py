"""Real Keras models of every form are imported, and what cannot be is refused in one line."""

from __future__ import annotations

import json
import sys
import zipfile

import cv2
import numpy as np
import pytest

from reader.errors import InputError, ModelError, ReaderError
from reader.io.model_check import check_model
from reader.io.model_file import load_model, read_card
from reader.train.adopt.graph import Runner, assemble, convert
from reader.train.adopt.importing import import_model
from reader.train.adopt.reject import Rule
from reader.train.adopt.source import load
from reader.train.onnx_export import drawn_glyphs

keras = pytest.importorskip("keras", reason="the extra 'train' is not installed", exc_type=ImportError)

# Keras' own savers trip over what numpy is about to change.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the data: 1,650 drawn glyphs of eleven classes, and the digits among them."""
    folder = tmp_path_factory.mktemp("adopt")
    glyphs, labels = drawn_glyphs(150, seed=2)
    np.savez(folder / "all.npz", images=glyphs, labels=labels, name="drawn", licence="ours")
    np.savez(folder / "digits.npz", images=glyphs[labels < 10], labels=labels[labels < 10])
    return folder


def trained(*layers, shape=(28, 28), prepare=lambda x: x, classes=10, logits=False):
    """Train a network for a moment on other drawings than those of the data."""
    keras.utils.set_random_seed(3)
    glyphs, labels = drawn_glyphs(200, seed=9)
    kept = labels < classes
    model = keras.Sequential([keras.Input(shape), *layers])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=logits)
    model.compile(keras.optimizers.Adam(3e-3), loss)
    x = prepare(glyphs[kept].astype(np.float32) / 255).reshape(-1, *shape)
    model.fit(x, labels[kept], epochs=15, batch_size=32, verbose=0)
    return model


@pytest.fixture(scope="module")
def dense(place):
    """A network of the plainest kind, on dark ink from 0 to 255, that ends in softmax."""
    k = keras.layers
    return trained(
        k.Rescaling(-1 / 255, offset=1.0),
        k.Flatten(),
        k.Dense(64, activation="relu"),
        k.Dense(10, activation="softmax"),
        prepare=lambda x: 255 - 255 * x,
    )


def imported(place, path, data="digits.npz", name="net"):
    card = import_model(path, place / data, place / "out", name)
    assert read_card(place / "out" / f"{name}.onnx").facts == card
    assert card["figures"]["onnx_difference"] < 1e-4
    assert check_model(place / "out" / f"{name}.onnx").tested == 22
    return card


def save_h5(model, path):
    model.save(path)
    return path


def save_keras(model, path):
    model.save(path.with_suffix(".keras"))
    return path.with_suffix(".keras")


def save_exported(model, path):
    model.export(path.with_suffix(""), verbose=False)
    return path.with_suffix("")


def save_by_tensorflow(model, path):
    import tensorflow as tf

    tf.saved_model.save(model, str(path.with_suffix("")))
    return path.with_suffix("")


@pytest.mark.parametrize(
    ("save", "form"),
    [
        (save_h5, "HDF5"),
        (save_keras, "Keras"),
        (save_exported, "SavedModel"),
        (save_by_tensorflow, "SavedModel"),
    ],
)
def test_every_form_gives_the_same_model(place, dense, save, form, tmp_path):
    card = imported(place, save(dense, tmp_path / "mnist.h5"))
    assert card["imported"]["form"] == form
    assert (card["imported"]["polarity"], card["imported"]["range"]) == ("ink dark", "0 to 255")
    assert card["imported"]["output"] == "softmax"
    assert card["parameters"] == dense.count_params()
    assert card["figures"]["judged_digits"] > 0.85
    assert (card["rejects"], card["classes"]) == (False, [*"0123456789"])
    glyphs, _ = drawn_glyphs()
    x = glyphs[..., None].astype(np.float32) / 255
    scores = load_model(place / "out" / "net.onnx").scores(x)
    odds = np.asarray(dense(255 - 255 * x[..., 0])) ** (1 / card["calibration"]["temperature"])
    np.testing.assert_allclose(scores[:, :10], odds / odds.sum(axis=1, keepdims=True), atol=2e-3)
    assert (scores[:, 10] == 0).all()


def test_a_network_is_calibrated_on_one_half_and_measured_on_the_other(place, dense, tmp_path):
    figures = imported(place, save_h5(dense, tmp_path / "mnist.h5"))["figures"]
    assert figures["judged_glyphs"] == 750
    assert figures["judged_confidence"] == pytest.approx(figures["judged_digits_among_ten"], abs=0.05)


def test_ten_classes_learn_to_reject_from_glyphs_that_are_none(place, dense, tmp_path):
    card = imported(place, save_h5(dense, tmp_path / "mnist.h5"), "all.npz")
    assert card["rejects"]
    assert len(card["classes"]) == 11
    assert set(card["imported"]["reject_rule"]) == {"bias", "energy", "peak", "logits"}
    assert {"judged_rejected", "judged_digits"} <= set(card["figures"])
    glyphs, labels = drawn_glyphs(30, seed=4)
    scores = load_model(place / "out" / "net.onnx").scores(glyphs[..., None].astype(np.float32) / 255)
    doubt, is_digit = scores[:, 10], labels < 10
    assert doubt[~is_digit].mean() > 2 * doubt[is_digit].mean() > 0
    assert doubt.mean() == pytest.approx((~is_digit).mean(), abs=0.05)
    assert card["imported"]["calibrated_on"][0]["name"] == "drawn"


def test_eleven_classes_need_nothing_more(place, tmp_path):
    k = keras.layers
    net = trained(
        k.Conv2D(8, 3, strides=2, activation="relu"),
        k.BatchNormalization(),
        k.Flatten(),
        k.Dropout(0.2),
        k.Dense(11),
        k.Softmax(),
        shape=(28, 28, 1),
        classes=11,
    )
    card = imported(place, save_keras(net, tmp_path / "eleven.h5"), "all.npz")
    assert card["rejects"]
    assert "reject_rule" not in card["imported"]
    assert card["figures"]["judged_rejected"] > 0.8
    assert (card["imported"]["polarity"], card["imported"]["range"]) == ("ink bright", "0 to 1")


@pytest.mark.parametrize("shape", [(784,), (1, 28, 28)])
def test_other_shapes_and_logits_and_a_standardised_range(place, tmp_path, shape):
    k = keras.layers
    net = trained(
        k.Flatten(),
        k.Dense(32, activation="tanh"),
        k.Dense(10),
        shape=shape,
        prepare=lambda x: (x - 0.1307) / 0.3081,
        logits=True,
    )
    card = imported(place, save_h5(net, tmp_path / "flat.h5"))
    assert card["imported"]["output"] == "logits"
    assert card["imported"]["range"].startswith("mean 0.1307")
    assert card["imported"]["polarity"] == "ink bright"


def test_probabilities_that_no_softmax_ends_in(place, tmp_path):
    """The mean of two networks' probabilities, say: nothing can be taken off, so its logarithm is taken."""
    k = keras.layers
    glyph = keras.Input((28, 28))
    flat = k.Flatten()(glyph)
    halves = [k.Dense(10, activation="softmax")(k.Dense(32, activation="relu")(flat)) for _ in range(2)]
    net = keras.Model(glyph, k.Average()(halves))
    net.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    glyphs, labels = drawn_glyphs(200, seed=9)
    digits = labels < 10
    net.fit(glyphs[digits] / np.float32(255), labels[digits], epochs=10, verbose=0)
    card = imported(place, save_keras(net, tmp_path / "mean.h5"), "all.npz")
    assert card["imported"]["output"] == "probabilities"
    assert card["figures"]["judged_digits_among_ten"] > 0.85


def test_sigmoids_are_taken_off(place, tmp_path):
    k = keras.layers
    net = trained(k.Flatten(), k.Dense(32, activation="relu"), k.Dense(10, activation="sigmoid"))
    card = imported(place, save_keras(net, tmp_path / "sigmoid.h5"))
    assert card["imported"]["output"] == "sigmoid"


def test_the_eleventh_logit_of_the_network_is_that_of_the_rule(place, dense, tmp_path):
    source = load(save_h5(dense, tmp_path / "mnist.h5"))
    graph = convert(source)
    glyphs = drawn_glyphs()[0][..., None].astype(np.float32) / 255
    rule = Rule(temperature=1.7, bias=-2.0, energy=0.4, peak=-1.3, logits=tuple(np.linspace(-1, 1, 10)))
    ten, eleven = Runner(assemble(graph))(glyphs), Runner(assemble(graph, rule=rule))(glyphs)
    np.testing.assert_allclose(eleven[:, :10], ten, atol=1e-5)
    np.testing.assert_allclose(eleven[:, 10], rule.eleventh(ten), rtol=1e-4, atol=1e-4)


def test_a_network_that_opencv_runs_otherwise_is_refused(place, dense, tmp_path, monkeypatch):
    path = save_h5(dense, tmp_path / "mnist.h5")

    def wrong(graph, *args, **more):
        return assemble(graph, 1.0, 0.0)

    monkeypatch.setattr("reader.train.adopt.importing.assemble", wrong)
    with pytest.raises(ModelError, match=r"mnist\.h5: OpenCV's results differ from Keras' by"):
        import_model(path, place / "digits.npz", tmp_path / "out", "net")
    assert list((tmp_path / "out").iterdir()) == [], "nothing is left behind"


def refused(path, place, kind=ModelError):
    with pytest.raises(ReaderError) as caught:
        import_model(path, place / "digits.npz", place / "refused", "net")
    assert type(caught.value) is kind
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    assert not (place / "refused" / "net.onnx").exists()
    return message


def untrained(*layers, shape=(28, 28)):
    return keras.Sequential([keras.Input(shape), *layers])


def test_other_inputs_and_outputs_are_refused(place, tmp_path):
    k = keras.layers
    wide = untrained(k.Flatten(), k.Dense(10), shape=(32, 32, 1))
    assert "takes (N, 32, 32, 1); only networks that take (N, 28, 28, 1)" in refused(
        save_keras(wide, tmp_path / "wide.h5"), place
    )
    letters = untrained(k.Flatten(), k.Dense(26))
    assert "gives (N, 26); only networks of ten" in refused(save_h5(letters, tmp_path / "az.h5"), place)
    whole = keras.Sequential(
        [keras.Input((28, 28), dtype="uint8"), k.Rescaling(1 / 255), k.Flatten(), k.Dense(10)]
    )
    assert "one float32 input" in refused(save_keras(whole, tmp_path / "whole.h5"), place)
    one = keras.Input((28, 28))
    two = keras.Model([one, keras.Input((28, 28))], k.Dense(10)(k.Flatten()(one)))
    assert "one float32 input" in refused(save_exported(two, tmp_path / "two.h5"), place)


def test_an_untrained_network_is_refused_with_its_figure(place, tmp_path):
    keras.utils.set_random_seed(1)
    k = keras.layers
    message = refused(save_keras(untrained(k.Flatten(), k.Dense(10)), tmp_path / "raw.h5"), place)
    assert "% of the digits in --data right at best" in message


@pytest.mark.parametrize("save", [save_h5, save_keras])
def test_layers_that_bring_code_are_refused_unrun(place, tmp_path, save):
    ran = tmp_path / "ran"
    code = compile(f"lambda x: [x, open({str(ran)!r}, 'w')][0]", "", "eval")
    k = keras.layers
    net = untrained(k.Lambda(lambda x: x), k.Flatten(), k.Dense(10))
    net.layers[0].function = eval(code)
    path = save(net, tmp_path / "evil.h5")
    assert "has a Lambda layer, which is code" in refused(path, place)
    assert not ran.exists()


def test_layers_of_ones_own_are_refused(place, tmp_path):
    @keras.saving.register_keras_serializable("nowhere")
    class Own(keras.layers.Layer):
        def call(self, x):
            return x

    path = save_keras(untrained(Own(), keras.layers.Flatten(), keras.layers.Dense(10)), tmp_path / "own.h5")
    keras.saving.get_custom_objects().clear()
    assert "Keras cannot load it" in refused(path, place)


def test_a_step_that_opencv_has_not_is_refused(place, tmp_path, monkeypatch):
    def broken(data):
        raise cv2.error("no such layer")

    k = keras.layers
    path = save_keras(untrained(k.Flatten(), k.Dense(10)), tmp_path / "odd.h5")
    monkeypatch.setattr(cv2.dnn, "readNetFromONNX", broken)
    assert "OpenCV cannot run a step of this network" in refused(path, place)


def test_files_that_are_no_model(place, tmp_path):
    k = keras.layers
    net = untrained(k.Flatten(), k.Dense(10))
    assert "cannot be read" in refused(tmp_path / "gone.h5", place, InputError)
    (tmp_path / "text.h5").write_text("hello")
    assert "neither a .keras file nor HDF5" in refused(tmp_path / "text.h5", place, InputError)
    (tmp_path / "folder").mkdir()
    assert "without saved_model.pb" in refused(tmp_path / "folder", place, InputError)
    (tmp_path / "folder" / "saved_model.pb").write_text("hello")
    assert "TensorFlow cannot load it" in refused(tmp_path / "folder", place)
    net.save_weights(tmp_path / "only.weights.h5")
    assert "holds weights alone" in refused(tmp_path / "only.weights.h5", place, InputError)
    net.save(tmp_path / "net.h5")
    (tmp_path / "net.h5").rename(tmp_path / "net.keras")
    assert "rename it to net.h5" in refused(tmp_path / "net.keras", place, InputError)
    cut = save_h5(net, tmp_path / "cut.h5")
    cut.write_bytes(cut.read_bytes()[:3000])
    assert "damaged" in refused(cut, place, InputError)
    with zipfile.ZipFile(tmp_path / "empty.keras", "w") as archive:
        archive.writestr("config.json", "{")
    assert "damaged" in refused(tmp_path / "empty.keras", place, InputError)


def test_a_keras_file_of_keras_2_is_told_what_to_do(place, tmp_path):
    """Such a file names modules that are no more; only its .h5 form lives on."""
    config = {"module": "keras.src.engine.functional", "class_name": "Functional", "config": {"layers": []}}
    with zipfile.ZipFile(tmp_path / "old.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": "2.15.0"}))
        archive.writestr("model.weights.h5", b"")
    assert "saved by Keras 2" in refused(tmp_path / "old.keras", place)


def test_an_h5_file_as_keras_2_wrote_it(place, dense, tmp_path):
    """Keras 2 named the input's shape otherwise, and the optimiser's rate; both are known again."""
    import h5py

    path = save_h5(dense, tmp_path / "old.h5")
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        for layer in config["config"]["layers"]:
            layer["config"].pop("dtype", None)
            if layer["class_name"] == "InputLayer":
                layer["config"] = {"batch_input_shape": [None, 28, 28], "name": "input_1", "sparse": False}
            layer["config"].pop("quantization_config", None)
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = b"2.4.0"
        file.attrs["training_config"] = json.dumps({"optimizer_config": {"class_name": "Gone"}})
    card = imported(place, path)
    assert card["imported"]["form"] == "HDF5"
    assert card["figures"]["judged_digits"] > 0.85


def test_without_tensorflow_the_extra_is_named(place, tmp_path, monkeypatch):
    from reader.errors import MissingExtraError

    path = save_keras(untrained(keras.layers.Flatten(), keras.layers.Dense(10)), tmp_path / "net.h5")
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(MissingExtraError, match=r"install number-reader\[train\]"):
        load(path)
