import random
from typing import Generic, TypedDict, TypeVar
from nowhere import BaseRow, Thing
T = TypeVar('T')
def make(): return int
Made = make()
class ARow(BaseRow):
    a: int
class BRow(TypedDict):
    a: Nowhere
class CRow(TypedDict, Generic[T]):
    a: T
class DRow(TypedDict):
    a: Made
class ERow(TypedDict):
    a: make()
class FRow(TypedDict):
    a: Thing
    b: Thing[int]
class GRow(TypedDict):
    a: 'list['
class HRow(TypedDict, total=random.random()):
    a: int
fields = {'a': int}
IRow = TypedDict('IRow', fields)
if random.random() > 0.5:
    class JRow(TypedDict):
        a: int
else:
    class JRow(TypedDict):
        a: str
class KRow(TypedDict):
    if random: a: int
class LRow(TypedDict, BaseRow):
    a: int
class MRow(MRow, TypedDict):
    a: int
class NRow(TypedDict):
    a: 'a' and 'b'
