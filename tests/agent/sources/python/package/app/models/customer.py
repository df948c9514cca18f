from app.models.order import State  # a circle
from app.base.types import *
from app.base import Identified
from enum import Enum

CustomerId = int


class Kind(Enum):
    SHOP = "shop"


class CustomerRow(Identified):
    state: State
    note: Note
    extra: "Json"


class GuestRow(CustomerRow):
    since: "app.base.types.Day"


import app
