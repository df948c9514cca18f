import enum


class State(str, enum.Enum):
    NEW = "new"
    PAID = "paid"
