from typing import TypedDict


class Customer(TypedDict):
    id: int
