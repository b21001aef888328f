"""Integer matrix products: every vector of a block against every vector of another, exactly.

numpy multiplies matrices of floats only. ONNX Runtime, which ChromaDB brings, has a kernel for bytes that uses
the processor's dot-product instructions: seven times faster on one core (AVX-512 VNNI), and its sums are exact.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

OFFSET = 128
"""Added to the rows' components, so that they are unsigned bytes, which the fast kernels ask for."""

_FEW = 1 << 14  # products from which the runtime is worth its import
_BYTE, _SIGNED_BYTE, _INTEGER = 2, 3, 6  # ONNX's numbers for uint8, int8, int32


def products(rows: NDArray[np.uint8], queries: NDArray[np.int8]) -> NDArray[np.int32]:
    """(rows, queries) dot products. `rows` carry OFFSET; components are within ±127."""
    if len(rows) * len(queries) < _FEW and not _kernel.cache_info().currsize:
        signed = (rows ^ np.uint8(OFFSET)).view(np.int8)
        # Whole numbers below 2^24: float32 holds them exactly.
        return np.asarray(signed.astype(np.float32) @ queries.astype(np.float32).T).astype(np.int32)
    return _kernel()(rows, queries)


class _Kernel:
    """One node, MatMulInteger, with queries as `kind`."""

    def __init__(self, kind: type[np.int8] | type[np.uint8]) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 2
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting must not cost a core
        options.log_severity_level = 3
        self._unsigned = kind is np.uint8
        code = _BYTE if self._unsigned else _SIGNED_BYTE
        self._zero = np.array(OFFSET if self._unsigned else 0, dtype=kind)
        self._session = ort.InferenceSession(_model(code), options, providers=["CPUExecutionProvider"])

    def __call__(self, rows: NDArray[np.uint8], queries: NDArray[np.int8]) -> NDArray[np.int32]:
        turned: NDArray[Any] = np.ascontiguousarray(queries.T)
        if self._unsigned:
            turned = turned.view(np.uint8) ^ np.uint8(OFFSET)
        dots = np.empty((len(rows), len(queries)), dtype=np.int32)
        binding = self._session.io_binding()
        for name, value in (("a", np.ascontiguousarray(rows)), ("b", turned), ("za", np.array(OFFSET, np.uint8)),
                            ("zb", self._zero)):  # fmt: skip
            binding.bind_cpu_input(name, value)
        binding.bind_output("c", "cpu", 0, np.int32, dots.shape, dots.ctypes.data)
        self._session.run_with_iobinding(binding)
        return dots

    def exact(self) -> bool:
        """Whether the largest sums come out right."""
        extremes = np.array([127, -127], dtype=np.int8)[(np.arange(8)[:, None] >> np.arange(128) % 3) & 1]
        rows = extremes.view(np.uint8) ^ np.uint8(OFFSET)
        wide = extremes.astype(np.int32)
        return bool((self(rows, extremes) == wide @ wide.T).all())


@cache
def _kernel() -> _Kernel:
    # Processors without dot-product instructions add products of unsigned and signed bytes in 16 bits, which
    # overflow; of two unsigned ones they never do.
    kernel = _Kernel(np.int8)
    return kernel if kernel.exact() else _Kernel(np.uint8)


def _model(queries: int) -> bytes:
    """An ONNX model (onnx.proto, IR 8, opset 13): c = (a - za) (b - zb), of bytes into 32-bit integers."""
    inputs = (("a", _BYTE, "mk"), ("b", queries, "kn"), ("za", _BYTE, ""), ("zb", queries, ""))
    node = b"".join(_text(1, name) for name, *_ in inputs) + _text(2, "c") + _text(4, "MatMulInteger")
    graph = _part(1, node) + _text(2, "products")
    graph += b"".join(_part(11, _value(*about)) for about in inputs) + _part(12, _value("c", _INTEGER, "mn"))
    return _number(1, 8) + _part(7, graph) + _part(8, _number(2, 13))


def _value(name: str, element: int, axes: str) -> bytes:
    shape = b"".join(_part(1, _text(2, axis)) for axis in axes)
    return _text(1, name) + _part(2, _part(1, _number(1, element) + _part(2, shape)))


def _number(field: int, value: int) -> bytes:
    return bytes([field << 3, value])


def _text(field: int, value: str) -> bytes:
    return _part(field, value.encode())


def _part(field: int, content: bytes) -> bytes:
    """A length-delimited field of a protocol buffer."""
    length = [len(content) & 127 | 128, len(content) >> 7] if len(content) > 127 else [len(content)]
    return bytes([field << 3 | 2, *length]) + content
