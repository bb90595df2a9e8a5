"""Reads a call record with the client that openapi-python-client made, and writes it again."""

import json
import sys

sys.path.insert(0, ".")
from client.models import CallRecord, Calls  # noqa: E402

with open(sys.argv[1], encoding="utf-8") as file:
    written = json.load(file)

page = Calls.from_dict({"calls": [written], "cursor": "77.3"})
[record] = page.calls
assert isinstance(record, CallRecord)


def unknown(value, place="record"):
    """Members that the client has no field for, wherever they are."""
    found = [f"{place}.{name}" for name in getattr(value, "additional_properties", {})]
    for field in getattr(type(value), "__attrs_attrs__", ()):
        if field.name != "additional_properties":
            found += unknown(getattr(value, field.name), f"{place}.{field.name}")
    if isinstance(value, list):
        for inner in value:
            found += unknown(inner, place)
    return found


assert unknown(record) == [], unknown(record)
assert page.cursor == "77.3"
assert record.hung_up_by == written["hung_up_by"]
assert record.outcome.value == written["outcome"]
assert record.path[0].node == written["path"][0]["node"]
assert record.to_dict() == written, record.to_dict()
