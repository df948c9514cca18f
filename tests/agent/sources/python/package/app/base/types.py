import datetime
from typing import Any, Dict, Union

Json = Dict[str, Any]
Note = Union[str, None]
Day = datetime.date
_hidden = int
