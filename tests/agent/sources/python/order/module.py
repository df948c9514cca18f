from typing import *
from typing import TypedDict
class ARow(TypedDict):
    a: int
class ARow(TypedDict):
    b: str
X = int
X = str
class BRow(TypedDict):
    x: X
    x: bytes
class CRow(TypedDict):
    a: int
CRow = None
class Outer:
    T = int
    class InnerRow(TypedDict):
        a: int
class DRow(TypedDict):
    a: Outer
    b: list[Outer.InnerRow]
