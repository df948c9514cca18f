from __future__ import annotations
import typing as t, datetime as dt, decimal, uuid
from collections.abc import Mapping, Sequence
from typing import Any, List, Optional, TypedDict, Union
class TypeRow(TypedDict):
    a: int
    b: t.Optional[str]
    c: 'bytes | None'
    d: Union[None, float]
    e: List[int]
    f: Sequence[Optional[str]]
    g: dict
    h: Mapping[str, t.Any]
    i: dt.datetime
    j: decimal.Decimal
    k: uuid.UUID
    l: list
    m: Any
    n: None
    o: Union[str, int]
    p: int | str | int
    q: t.Literal['x', 'y', None]
    r: set[int]
    s: tuple[int, ...]
    u: object
    v: t.Union['int', "None"]
    w: dt.date
    x: (bool)
    y: 'list["int"]'
    z: t.Callable[[int], str]
