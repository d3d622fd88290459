"""Results as Parquet: a row for each number, for a page without any, and for a file that failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from reader.io.stored import utf8_name

if TYPE_CHECKING:
    import pyarrow as pa

    from reader.io.stored import StoredFile
    from reader.types import Char, Number, PageReading

ROWS = 50_000
"""Rows of a row group, which is what is in memory while writing."""


def schema() -> pa.Schema:
    """Give the columns; docs/batch.md says what they hold."""
    import pyarrow as pa

    box = [(side, pa.int32()) for side in ("x", "y", "width", "height")]
    alternative = pa.struct([("digit", pa.string()), ("probability", pa.float64())])
    char = [
        ("char", pa.string()),
        ("confidence", pa.float64()),
        *box,
        ("alternatives", pa.list_(alternative)),
    ]
    columns = [
        ("file", pa.string()),
        ("file_bytes", pa.binary()),
        ("page", pa.int32()),
        ("page_width", pa.int32()),
        ("page_height", pa.int32()),
        ("angle", pa.float64()),
        ("model", pa.string()),
        ("place", pa.int32()),
        ("text", pa.string()),
        ("digits", pa.string()),
        ("confidence", pa.float64()),
        *box,
        ("chars", pa.list_(pa.struct(char))),
        ("alternatives", pa.list_(pa.struct([("digits", pa.string()), ("probability", pa.float64())]))),
        ("error_code", pa.string()),
        ("error", pa.string()),
    ]
    return pa.schema(columns)


def write_parquet(path: Any, files: Iterable[StoredFile], facts: dict[bytes, bytes] | None = None) -> None:
    """Write results into a Parquet file.

    Parameters
    ----------
    path : str or binary stream
    files : iterable of StoredFile
    facts : dict of bytes to bytes, optional
        Metadata for the file's footer.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = schema().with_metadata(facts)
    rows = (row for file in files for row in rows_of(file))
    with pq.ParquetWriter(path, columns, compression="zstd") as writer:
        while group := list(islice(rows, ROWS)):
            writer.write_table(pa.Table.from_pylist(group, columns))


def rows_of(file: StoredFile) -> Iterator[dict[str, Any]]:
    """Give a file's rows, without the columns that are null in them."""
    name, exact = utf8_name(file.name)
    head = {"file": name, "file_bytes": exact}
    for outcome in file.outcomes():
        if file.error is not None:
            yield {**head, "error_code": file.error.code, "error": utf8_name(str(file.error))[0]}
        for page in outcome.readings:
            yield from ({**head, **row} for row in _page_rows(page))


def _page_rows(page: PageReading) -> Iterator[dict[str, Any]]:
    head = {
        "page": page.number,
        "page_width": page.width,
        "page_height": page.height,
        "angle": page.angle,
        "model": page.model,
    }
    if not page.numbers:
        yield head
    for place, number in enumerate(page.numbers, 1):
        yield {**head, "place": place, **_number(number)}


def _number(number: Number) -> dict[str, Any]:
    return {
        "text": number.text,
        "digits": number.digits,
        "confidence": number.confidence,
        **_box(number),
        "chars": [_char(char) for char in number.chars],
        "alternatives": [{"digits": text, "probability": share} for text, share in number.alternatives],
    }


def _char(char: Char) -> dict[str, Any]:
    alternatives = [{"digit": digit, "probability": share} for digit, share in char.alternatives]
    return {"char": char.char, "confidence": char.confidence, **_box(char), "alternatives": alternatives}


def _box(one: Number | Char) -> dict[str, int]:
    return dict(zip(("x", "y", "width", "height"), one.box, strict=True))
