-- One row a conversation: its events and the records folded from them, compressed together
-- (crates/conversations reads and writes them).

CREATE TABLE conversations (
  n INTEGER PRIMARY KEY, -- milliseconds of the first arrival, then 11 bits of a hash; never changes
  conversation TEXT NOT NULL,
  part INTEGER NOT NULL, -- a very long conversation has several rows
  revision INTEGER NOT NULL, -- counts the writes: who has read an older one may not write
  writer INTEGER NOT NULL, -- drawn for each write: finds the rows of that write
  last INTEGER NOT NULL, -- milliseconds of the last arrival
  legs TEXT NOT NULL, -- the legs its events are about, a JSON array
  terms TEXT NOT NULL, -- the terms it has in `terms`, a JSON array
  body BLOB NOT NULL,
  UNIQUE (conversation, part)
);

-- Which conversations a leg is in. The numbers stand beside the conversation that has its record.
CREATE TABLE legs (
  leg TEXT NOT NULL,
  conversation TEXT NOT NULL,
  n INTEGER NOT NULL,
  caller TEXT,
  called TEXT,
  PRIMARY KEY (leg, conversation)
) WITHOUT ROWID;

CREATE INDEX legs_by_caller ON legs (caller, n) WHERE caller IS NOT NULL;
CREATE INDEX legs_by_called ON legs (called, n) WHERE called IS NOT NULL;

-- What a conversation is found by besides: `menu:<id>`, and `type:<type>` of rare events.
CREATE TABLE terms (
  term TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (term, n)
) WITHOUT ROWID;

-- How callers went through menus: by hour (`2026-11-26T10`), and by day once a day is over.
CREATE TABLE figures (
  menu TEXT NOT NULL,
  at TEXT NOT NULL,
  version TEXT NOT NULL,
  kind TEXT NOT NULL, -- way, dropped, still, outcome
  node TEXT NOT NULL,
  cause TEXT NOT NULL,
  target TEXT NOT NULL,
  times INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  PRIMARY KEY (menu, at, version, kind, node, cause, target)
) WITHOUT ROWID;

CREATE INDEX figures_by_at ON figures (at);

-- The feed, one row a write, lies in a table a day (`feed_20261126`), made by the consumer and
-- dropped by the hourly job.
