from enum import Enum
from typing import TypedDict

from sub import customers


class Colour(Enum):
    RED = 1
    BLUE = 2
    ROUGE = 1


class InternalKind(Enum):
    A = "a"


class Order(TypedDict):
    id: int
    colour: Colour
    kind: InternalKind
    customer: customers.Customer


class Customer(TypedDict):
    id: int


class OrderInsert(TypedDict):
    id: int


class InternalRow(TypedDict):
    id: int
