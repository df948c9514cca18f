from typing import *
from typing import TypedDict
class Base(TypedDict, total=False):
    a: int
    b: Required[int]
class PartRow(Base):
    c: int
    d: NotRequired[Optional[int]]
    e: Annotated[NotRequired[int], 'column: Real Name', 5]
    f: 'Required[ReadOnly[int]]'
    g: NotRequired['int']
