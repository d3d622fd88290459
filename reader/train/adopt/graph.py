"""A foreign network as ONNX, and what is put before and behind it so that it takes our glyphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.errors import ModelError
from reader.io.quiet import muted
from reader.train.adopt.reject import Rule
from reader.train.adopt.source import Source, silent
from reader.types import GLYPH_SIZE

OPSET = 15
_CHUNK = 64
_TINY = 1e-12
"""Added to probabilities before their logarithm is taken."""
_GLYPHS, _INNER, _LOGITS = "glyphs", "inner", "logits"


@dataclass(frozen=True, slots=True)
class Graph:
    """A network in ONNX form that gives logits of ten or eleven classes.

    Attributes
    ----------
    proto : onnx.ModelProto
        With the input "inner", (N, *shape).
    shape : tuple of int
    ends_in : {"logits", "softmax", "sigmoid"}
        What the network gave before its last step was taken off.
    """

    proto: Any
    shape: tuple[int, ...]
    ends_in: str


def convert(source: Source) -> Graph:
    """Write a network as ONNX and take off a last softmax or sigmoid: logits say more than probabilities.

    Raises
    ------
    ModelError
        It has a step that ONNX does not have.
    """
    with silent():
        import tensorflow as tf
        import tf2onnx

        signature = [tf.TensorSpec((None, *source.shape), tf.float32, name=_INNER)]
        function = tf.function(source.run, input_signature=signature)
        try:
            proto, _ = tf2onnx.convert.from_function(function, input_signature=signature, opset=OPSET)
        except Exception as error:  # tf2onnx raises whatever it stumbles over
            first = " ".join(str(error).split())[:200]
            raise ModelError(f"the network cannot be written as ONNX ({first})") from error
    return Graph(proto, source.shape, _open_end(proto.graph))


def _open_end(graph: Any) -> str:
    """Take off a last softmax or sigmoid and name the output; says what was taken off."""
    made_by = {name: node for node in graph.node for name in node.output}
    output = graph.output[0].name
    while output in made_by and made_by[output].op_type == "Identity":
        output = made_by[output].input[0]
    last = made_by[output].op_type if output in made_by else ""
    if last in ("Softmax", "Sigmoid"):
        output = made_by[output].input[0]
    graph.output[0].name = output
    _drop_unused(graph, output)
    return last.lower() if last in ("Softmax", "Sigmoid") else "logits"


def _drop_unused(graph: Any, output: str) -> None:
    """Leave only nodes that the output needs."""
    wanted, kept = {output}, []
    for node in reversed(graph.node):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            kept.append(node)
    del graph.node[:]
    graph.node.extend(reversed(kept))


def assemble(
    graph: Graph,
    scale: float = 1.0,
    offset: float = 0.0,
    *,
    logarithm: bool = False,
    rule: Rule | None = None,
) -> bytes:
    """Put a network between our glyphs and our logits.

    Parameters
    ----------
    graph : Graph
    scale, offset : float
        The network gets ``scale * glyph + offset``.
    logarithm : bool
        It gives probabilities; their logarithms are logits.
    rule : Rule, optional
        Gives a network of ten classes the eleventh logit.

    Returns
    -------
    bytes
        ONNX: from float32 (N, 28, 28, 1) in [0, 1], ink bright, to logits (N, 10) or (N, 11).
    """
    import onnx
    from onnx import TensorProto, helper

    proto = onnx.ModelProto()
    proto.CopyFrom(graph.proto)
    build = _Builder()
    x = build.add("Mul", _GLYPHS, build.constant(scale))
    x = build.add("Add", x, build.constant(offset))
    build.add("Reshape", x, build.constant([-1, *graph.shape], np.int64), to=proto.graph.input[0].name)
    nodes, build.nodes = build.nodes, []
    z = proto.graph.output[0].name
    if logarithm:
        z = build.add("Log", build.add("Add", z, build.constant(_TINY)))
    if rule is not None:
        z = build.add("Concat", z, _eleventh(build, z, rule), axis=1)
    build.add("Identity", z, to=_LOGITS)
    inner = [*nodes, *proto.graph.node, *build.nodes]
    del proto.graph.node[:], proto.graph.input[:], proto.graph.output[:]
    proto.graph.node.extend(inner)
    proto.graph.initializer.extend(build.constants)
    glyph: list[str | int | None] = ["n", GLYPH_SIZE, GLYPH_SIZE, 1]
    proto.graph.input.append(helper.make_tensor_value_info(_GLYPHS, TensorProto.FLOAT, glyph))
    proto.graph.output.append(helper.make_tensor_value_info(_LOGITS, TensorProto.FLOAT, ["n", None]))
    return bytes(proto.SerializeToString())


def _eleventh(build: _Builder, z: str, rule: Rule) -> str:
    """Compute the logit of "not a digit", see `Rule`, in steps that OpenCV knows."""
    cold = build.add("Mul", z, build.constant(1 / rule.temperature))
    peak = build.add("ReduceMax", cold, axes=[1], keepdims=1)
    odds = build.add("Exp", build.add("Sub", cold, peak))
    total = build.add("ReduceSum", odds, build.constant([1], np.int64), keepdims=1)
    energy = build.add("Add", peak, build.add("Log", total))
    logit = build.add("MatMul", cold, build.constant([[weight] for weight in rule.logits]))
    for value, weight in ((energy, 1 + rule.energy - rule.peak), (peak, rule.peak)):
        logit = build.add("Add", logit, build.add("Mul", value, build.constant(weight)))
    logit = build.add("Add", logit, build.constant(rule.bias))
    return build.add("Mul", logit, build.constant(rule.temperature))


class _Builder:
    """Collects ONNX nodes and constants under names of its own."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, value: Any, dtype: Any = np.float32) -> str:
        from onnx import numpy_helper

        name = f"reader_constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name

    def add(self, kind: str, *inputs: str, to: str | None = None, **attributes: Any) -> str:
        from onnx import helper

        name = to or f"reader_{kind}_{len(self.constants)}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name


class Runner:
    """Runs an assembled network in OpenCV, the engine that will run it.

    Raises
    ------
    ModelError
        OpenCV cannot run it.
    """

    def __init__(self, onnx: bytes) -> None:
        with muted():
            try:
                self._net = cv2.dnn.readNetFromONNX(np.frombuffer(onnx, np.uint8))
                self.outputs = self(np.zeros((1, GLYPH_SIZE, GLYPH_SIZE, 1), np.float32)).shape
            except cv2.error as error:
                raise ModelError(
                    "OpenCV cannot run a step of this network; only common layers are imported"
                ) from error

    def __call__(self, glyphs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the outputs for glyphs, float32 (N, 28, 28, 1)."""
        parts = []
        for start in range(0, len(glyphs), _CHUNK):
            self._net.setInput(np.ascontiguousarray(glyphs[start : start + _CHUNK]))
            parts.append(np.array(self._net.forward(), np.float32))
        return np.concatenate(parts)
