import sys, typing
from typing import TYPE_CHECKING, TypedDict
try:
    from typing import NotRequired
except ImportError:
    from typing_extensions import NotRequired
try:
    from enum import StrEnum
except ImportError:
    from enum import Enum
    class StrEnum(str, Enum):
        pass
if sys.version_info >= (3, 11):
    Text = str
else:
    Text = bytes
if TYPE_CHECKING:
    from decimal import Decimal
    class OneRow(TypedDict):
        a: 'Decimal'
        b: NotRequired[Text]
if not typing.TYPE_CHECKING:
    class TwoRow(TypedDict):
        a: int
class Kind(StrEnum):
    A = 'a'
class OneRow2(TypedDict):
    a: int
with open('x') as f:
    class ThreeRow(TypedDict):
        a: int
