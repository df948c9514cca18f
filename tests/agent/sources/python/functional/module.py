import typing as t
import enum
OrderRow = t.TypedDict('OrderRow', {'a b': t.Optional[int], 'class': 'str'}, total=False)
Colour = enum.Enum('Colour', {'RED': 'red', 'BLUE': 'blue'})
Size = enum.Enum('Size', 'S M L', start=3)
Side = enum.StrEnum('Side', ['LEFT', 'RIGHT'])
Pair = enum.Enum('Pair', [('A', 'x'), ('B', 'y')])
class MoreRow(OrderRow):
    colour: Colour
