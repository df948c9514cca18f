from typing import Annotated, Any, NewType, TypedDict, Union
import typing
Json = dict[str, Any]
Tree: typing.TypeAlias = 'Union[dict[str, Tree], list[Tree], str, None]'
UserId = NewType('UserId', int)
Email = Annotated[str, 'an address']
Maybe = UserId | None
class Money(int): pass
class Point(TypedDict):
    x: int
class Box:
    pass
class AliasRow(TypedDict):
    a: Json
    b: Tree
    c: UserId
    d: Email
    e: Maybe
    f: list[Email]
    g: Money
    h: Point
    i: Box
    j: list[Point]
