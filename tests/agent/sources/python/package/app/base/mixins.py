from datetime import datetime
from typing import NotRequired, TypedDict


class Timestamped(TypedDict):
    created_at: datetime
    updated_at: NotRequired[datetime]
