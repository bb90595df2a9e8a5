"""Runs every SQL block of docs/events.md over an archive made here, and checks what comes out.

The archive has what real ones have: an event that lies in two files, a compacted file beside one of
a batch, types with different members.
"""

import json
import os
import pathlib
import re
import tempfile

import duckdb

ROOT = pathlib.Path(__file__).resolve().parents[2]


def event(number, kind, hour, **data):
    at = f"2026-11-20T{hour:02}:00:{number:02}.000Z"
    return {
        "specversion": "1.0",
        "id": f"event-{number}",
        "source": "/vonage/voice",
        "type": kind,
        "subject": f"leg-{number % 3}",
        "time": at,
        "receivedat": at,
        "conversation": f"CON-{number % 3}",
        "menu": "acme",
        "data": data,
    }


def write(folder, hour, name, events):
    path = folder / "archive/events/dt=2026-11-20" / f"hh={hour:02}" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(it) + "\n" for it in events))


def main():
    started = [event(n, "vonage.voice.started", 9, **{"from": "447700900001", "to": "4420"}) for n in range(6)]
    steps = [event(n, "ivr.step", 10, visits=[{"node": "main", "cause": "key 1"}]) for n in range(10, 13)]
    page = (ROOT / "docs/events.md").read_text()
    recipes = re.findall(r"```sql\n(.*?)```", page, re.S)
    assert recipes, "docs/events.md shows no SQL"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(folder, 9, "hour-0000.ndjson", started)
        write(folder, 9, "0a1b.ndjson", started[:2])
        write(folder, 10, "0c2d.ndjson", steps)
        os.chdir(folder)
        results = [duckdb.sql(recipe).fetchall() for recipe in recipes]
    expected = [
        [("vonage.voice.started", 6), ("ivr.step", 3)],
        [("09", 6), ("10", 3)],
        [("CON-0", 3), ("CON-1", 3), ("CON-2", 3)],
    ]
    assert results == expected, results
    print(f"{len(recipes)} recipes of docs/events.md give what they should")


main()
