"""Schemas that many stories begin with."""

BASE = {"orders": ["id bigint not null", "total integer"]}
WITH_NOTE = {"orders": ["id bigint not null", "total integer", "note text"]}
WITH_MORE = {"orders": ["id bigint not null", "total integer", "note text", "more text"]}
NO_TOTAL = {"orders": ["id bigint not null"]}


def total(kind):
    return {"orders": ["id bigint not null", f"total {kind}"]}
