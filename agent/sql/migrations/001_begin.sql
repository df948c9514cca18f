-- What an agent keeps until its collector has it: version 1.
--
-- Times are microseconds since 1970, UTC. Numbers of kinds and of types of nodes are those of the code and never change
-- their meaning.

-- "incarnation" names this very outbox: the collector counts its snapshots from 1.
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (name, value) VALUES ('incarnation', randomblob(16));

-- Every node of every snapshot here, once, whichever targets share it; and every page of captured statements.
CREATE TABLE node (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  type INTEGER NOT NULL,
  uses INTEGER NOT NULL, -- how often nodes here refer to it, and snapshots and targets have it as root or page
  bytes BLOB NOT NULL
) STRICT;

-- A target stays, also when nobody watches it any more: its numbers must never be given again.
CREATE TABLE target (
  id INTEGER PRIMARY KEY,
  database TEXT NOT NULL,
  environment TEXT NOT NULL,
  instance TEXT NOT NULL,
  watched INTEGER NOT NULL,            -- the configuration has it
  next_seq INTEGER NOT NULL DEFAULT 1,
  taken_at INTEGER NOT NULL DEFAULT 0, -- of the newest snapshot that there ever was
  lost_reason TEXT,                    -- why the snapshots just before the next one are not there
  continuity TEXT NOT NULL DEFAULT '', -- of capture in its database, as of the newest snapshot; empty: not known
  statements BLOB NOT NULL DEFAULT x'', -- hashes of pages of captured statements that wait for the next snapshot
  UNIQUE (database, environment, instance)
) STRICT;

-- The server's own numbers of what is in a target's newest snapshot. They mean something within one origin only.
CREATE TABLE identity (
  target INTEGER PRIMARY KEY REFERENCES target,
  root BLOB NOT NULL,
  origin TEXT NOT NULL,
  ids BLOB NOT NULL
) STRICT;

CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY,
  target INTEGER NOT NULL REFERENCES target,
  seq INTEGER NOT NULL,
  root BLOB NOT NULL CHECK (length(root) = 32),
  taken_at INTEGER NOT NULL,
  acknowledged_at INTEGER,
  server_version TEXT NOT NULL,
  reference TEXT NOT NULL, -- what was read, without secrets
  lost_reason TEXT,        -- why the snapshots just before it are not there
  renames BLOB NOT NULL,   -- against the snapshot before it
  fresh BLOB NOT NULL,     -- hashes of the nodes that came with it, unless they were too many
  statements BLOB NOT NULL, -- hashes of the pages of captured statements that came with it
  captured INTEGER NOT NULL, -- every statement since the snapshot before it was captured, and is in its pages
  UNIQUE (target, seq)
) STRICT;
