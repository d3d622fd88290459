"""Dilated convolutions of an exported network, as ONNX knows them.

TensorFlow folds a row into a batch of short ones before a dilated convolution and unfolds them behind it, and
the exporter writes all of that down: some fifty nodes for each, which shuffle memory. ONNX has an attribute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

_FOLDING = frozenset({"Transpose", "Reshape", "Pad"})


def restore_dilations(path: Path, dilations: Sequence[int]) -> None:
    """Write folded convolutions of an ONNX file as dilated ones, in place, with the scale and shift behind.

    Parameters
    ----------
    path : Path
        Of a network whose folded convolutions stand between others and have no bias, and a batch
        normalisation behind; their kernels are one row high and odd, their output as wide as their input.
    dilations : sequence of int
        Along the rows, of the folded ones as they follow each other.

    Raises
    ------
    ValueError
        It has another number of them.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load(path)
    graph = model.graph
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    made = {name: node for node in graph.node for name in node.output}

    def behind(name: str, *kinds: str) -> Any:
        return next(node for node in graph.node if name in node.input and node.op_type in kinds)

    convolutions = [n for n in graph.node if n.op_type == "Conv" and len(n.input) == 2]
    folded = [(n, source) for n in convolutions if (source := _source(n.input[0], made)) is not None]
    if len(folded) != len(dilations):
        raise ValueError(f"{path.name}: {len(folded)} folded convolutions, not {len(dilations)}")
    for (conv, source), dilation in zip(folded, dilations, strict=True):
        scale = _follow(conv.output[0], "Mul", behind)
        shift = behind(scale.output[0], "Add")
        end = behind(shift.output[0], "Transpose")
        factor, offset = (arrays[node.input[1]].reshape(-1) for node in (scale, shift))
        weights = arrays[conv.input[1]] * factor[:, None, None, None]
        names = f"{end.output[0]}/weights", f"{end.output[0]}/bias"
        for name, values in zip(names, (weights, offset), strict=True):
            graph.initializer.append(numpy_helper.from_array(np.asarray(values, np.float32), name))
        reach = dilation * (weights.shape[3] // 2)
        whole = onnx.helper.make_node(
            "Conv",
            [source, *names],
            list(end.output),
            dilations=[1, dilation],
            pads=[0, reach, 0, reach],
            kernel_shape=list(weights.shape[2:]),
        )
        graph.node.insert(list(graph.node).index(end), whole)
        graph.node.remove(end)
    _drop_unused(graph)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _source(name: str, made: dict[str, Any]) -> str | None:
    """Give what was padded and folded into a convolution's input; None where nothing was."""
    kinds = set()
    while name in made and made[name].op_type in _FOLDING:
        kinds.add(made[name].op_type)
        name = made[name].input[0]
    return name if kinds == _FOLDING else None


def _follow(name: str, kind: str, behind: Callable[..., Any]) -> Any:
    """Give the first node of a kind behind a folded convolution."""
    while True:
        node = behind(name, kind, "Transpose", "Reshape", "Slice")
        if node.op_type == kind:
            return node
        name = node.output[0]


def _drop_unused(graph: Any) -> None:
    """Drop the nodes and weights that lead nowhere."""
    wanted = {output.name for output in graph.output}
    for node in reversed(list(graph.node)):
        if wanted.isdisjoint(node.output):
            graph.node.remove(node)
        else:
            wanted |= set(node.input)
    for tensor in list(graph.initializer):
        if tensor.name not in wanted:
            graph.initializer.remove(tensor)
