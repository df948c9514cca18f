from enum import *
from enum import Enum as E, auto as a, StrEnum as S
BASE = 'b'
class Named(str, E):
    def _generate_next_value_(name, start, count, last_values):
        return name.lower()
class Auto(Named):
    First = a()
    SECOND = a()
class Values(str, E):
    '''Of many sorts.'''
    _ignore_ = ['x']
    ONE = 'one'
    SAME = 'one'
    TWO = 'tw' 'o'
    THREE = 'th' + 'ree'
    FOUR: str = BASE
    FIVE = Named.__name__ if 0 else 'no'
    def method(self): return 1
class Fine(str, E):
    ONE = 'one'
    SAME = 'one'
    TWO = 'tw' 'o'
    THREE = 'th' + 'ree'
    FOUR = BASE
    _private = 'p'
    note: str
    @property
    def x(self): return 1
    class Inner: pass
class Number(IntEnum):
    A = 1
    B = auto()
    C = -5
class Bits(Flag):
    X = auto()
    Y = auto()
    Z = X | Y
class Strings(S):
    UP = a()
