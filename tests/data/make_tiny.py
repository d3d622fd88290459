"""Makes tiny.onnx, its card and ten.onnx, networks with random weights; run it to make them again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def network(classes: int) -> bytes:
    """Build a network in ONNX form; needs the onnx package of the extra "train"."""
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    rng = np.random.default_rng(7)
    weights = {
        "bias": rng.normal(0, 0.5, 11)[:classes],
        "kernel": rng.normal(0, 0.5, (4, 1, 3, 3)),
        "matrix": rng.normal(0, 0.3, (4 * 7 * 7, 11))[:, :classes],
    }
    nodes = [
        helper.make_node("Transpose", ["glyphs"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["planes", "kernel"], ["maps"], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["maps"], ["bright"]),
        helper.make_node("MaxPool", ["bright"], ["small"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["small"], ["flat"]),
        helper.make_node("Gemm", ["flat", "matrix", "bias"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("glyphs", TensorProto.FLOAT, ["n", 28, 28, 1])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", classes])],
        [numpy_helper.from_array(values.astype(np.float32), name) for name, values in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def main() -> None:
    """Write the files beside this one."""
    here = Path(__file__).parent
    (here / "ten.onnx").write_bytes(network(10))
    (here / "tiny.onnx").write_bytes(network(11))
    card = {
        "id": "tiny",
        "file": "tiny.onnx",
        "sha256": hashlib.sha256(network(11)).hexdigest(),
        "input": {
            "shape": [28, 28, 1],
            "range": [0, 1],
            "polarity": "ink bright",
            "recipe": "mnist 20x20 in 28x28 centred by mass",
        },
        "classes": [*"0123456789", "not a digit"],
        "calibration": {"temperature": 2.0},
        "architecture": "one convolution, one matrix, random weights",
        "trained_on": [],
        "seed": 7,
    }
    (here / "tiny.json").write_text(json.dumps(card, indent=2) + "\n")


if __name__ == "__main__":
    main()
