from __future__ import annotations

import app.base.mixins as mixins
from app.base import Identified
from ..base.types import Json
from . import customer
from .states import State

Base = Identified


class OrderRow(Base, mixins.Timestamped, total=False):
    state: State
    customer: customer.CustomerId
    details: Json | None
    kinds: list[customer.Kind]
