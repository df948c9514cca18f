from enum import Enum
from typing import TypedDict
class A(TypedDict):
    '''Row of table `shop."Odd ""Name"""`.

    What it is,
    in two lines.
    '''
    a: int
class BRow(TypedDict):
    'Row of view `shop.b`.'
    a: int
class CRow(TypedDict):
    'Insert into table `shop.c`.'
    a: int
class DRow(TypedDict):
    'Row of foreign table `shop.d`.'
    a: int
class E(Enum):
    "Enum `shop.kind`."
    X = 'x'
class F(Enum):
    "Rows of `shop.lookups`."
    X = 'x'
class G(TypedDict):
    'Row of table `shop.g`. It is not alone on its line.'
    e: E
    f: F
class HRow(TypedDict):
    'Row of table `nothing`.'
    a: int
class IRow(TypedDict):
    'Row of table `a.b.c`.'
    a: int
