"""Runs every SQL block of docs/events.md over an archive, and checks what comes out.

The archive is the Worker's own writing (`cargo run -p events --example archive`): an hour put
together with a late file beside it, and an hour of one file a batch; types with different members.
"""

import os
import pathlib
import re
import sys

import duckdb

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    page = (ROOT / "docs/events.md").read_text()
    recipes = re.findall(r"```sql\n(.*?)```", page, re.S)
    assert recipes, "docs/events.md shows no SQL"
    os.chdir(sys.argv[1])
    written = sorted(str(path) for path in pathlib.Path("archive").rglob("*.ndjson"))
    assert len(written) == 4 and "archive/events/dt=2026-11-20/hh=09/hour-0000.ndjson" in written, written
    results = [duckdb.sql(recipe).fetchall() for recipe in recipes]
    expected = [
        [("vonage.voice.started", 6), ("ivr.step", 3)],
        [("09", 6), ("10", 3)],
        [("CON-0", 3), ("CON-1", 3), ("CON-2", 3)],
    ]
    assert results == expected, results
    # What the first recipe guards against is there: an event in two files.
    lines = duckdb.sql("SELECT count(*) FROM read_json_auto('archive/events/*/*/*.ndjson')").fetchall()
    assert lines == [(11,)], lines
    print(f"{len(recipes)} recipes of docs/events.md give what they should")


main()
