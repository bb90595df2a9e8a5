-- Events by id, call records by leg. Each index costs one more row written for each event:
-- there are three, for the fold (leg, conversation) and for reading in order of time.

CREATE TABLE events (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  source TEXT NOT NULL,
  leg TEXT,
  conversation TEXT,
  time TEXT NOT NULL,
  receivedat TEXT NOT NULL,
  menu TEXT,
  event TEXT NOT NULL -- the whole event, as JSON
) WITHOUT ROWID;

CREATE INDEX events_by_leg ON events (leg) WHERE leg IS NOT NULL;
CREATE INDEX events_by_conversation ON events (conversation) WHERE conversation IS NOT NULL;
CREATE INDEX events_by_receivedat ON events (receivedat, id);

CREATE TABLE calls (
  leg TEXT PRIMARY KEY,
  conversation TEXT,
  started TEXT NOT NULL,
  caller TEXT,
  called TEXT,
  direction TEXT,
  menu TEXT,
  status TEXT,
  outcome TEXT,
  revision INTEGER NOT NULL, -- the state of `events` the record was folded from
  record TEXT NOT NULL -- the whole record, as JSON
) WITHOUT ROWID;

CREATE INDEX calls_by_started ON calls (started, leg);

-- Counts the writes to `events`, so that a record folded from an older state of them never
-- overwrites one folded from a newer.
CREATE TABLE revision (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  number INTEGER NOT NULL
);
INSERT INTO revision VALUES (1, 0);
