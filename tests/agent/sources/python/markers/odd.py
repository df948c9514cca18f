from enum import Enum
from typing import Annotated, TypedDict


class NobodyRow(TypedDict):
    'Row of table `"".nobody`.'
    a: int


class NamelessRow(TypedDict):
    a: Annotated[int, "column: "]


class _(Enum):
    A = "a"


EmptyRow = TypedDict("EmptyRow", {"": int})


class TwiceRow(TypedDict):
    a: int
    b: Annotated[int, "column: a"]
