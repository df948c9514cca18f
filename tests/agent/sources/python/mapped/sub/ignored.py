from typing import TypedDict


class GoneRow(TypedDict):
    id: int
