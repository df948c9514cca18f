import typing


class Identified(typing.TypedDict):
    id: int
