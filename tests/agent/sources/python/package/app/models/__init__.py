from .order import OrderRow as OrderRow, State
from .customer import *

__all__ = ["OrderRow", "State", "CustomerRow"]
