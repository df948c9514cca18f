-- The collector's history: version 1.
--
-- Times are microseconds since 1970, UTC. Numbers of kinds, effects, severities, aspects and states are those of the
-- code and never change their meaning. Names of databases, environments and instances are UTF-8; paths of objects are
-- as displayed.

-- Who this store is, made once: "id" is 32 hexadecimal digits.
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every node of every snapshot, once. Whatever a node here refers to is here, too.
CREATE TABLE node (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  type INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE agent (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
  enrolled_at INTEGER NOT NULL,
  enrolled_by TEXT NOT NULL,
  revoked_at INTEGER,
  revoked_by TEXT,
  last_seen INTEGER,
  version TEXT,
  host TEXT,
  address TEXT
) STRICT;

-- Which targets a key may speak for; '*' stands for any name.
CREATE TABLE agent_grant (
  agent INTEGER NOT NULL REFERENCES agent ON DELETE CASCADE,
  database TEXT NOT NULL,
  environment TEXT NOT NULL,
  instance TEXT NOT NULL,
  PRIMARY KEY (agent, database, environment, instance)
) STRICT, WITHOUT ROWID;

CREATE TABLE target (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  database TEXT NOT NULL,
  environment TEXT NOT NULL,
  instance TEXT NOT NULL,
  engine TEXT NOT NULL,
  agent INTEGER REFERENCES agent, -- that speaks for it, or did so last
  snapshot INTEGER,               -- the newest
  root_since INTEGER,             -- taken_at of the first snapshot that had the newest one's root, without a break
  state INTEGER NOT NULL DEFAULT 0,
  state_since INTEGER NOT NULL,
  reason TEXT,        -- unless the state is fine
  checked_at INTEGER, -- when the agent last found the newest snapshot to be how it is
  heard_at INTEGER,   -- when the agent last said anything of it
  first_seen INTEGER NOT NULL,
  UNIQUE (database, environment, instance)
) STRICT;
CREATE INDEX target_agent ON target (agent);

-- How far each outbox was read.
CREATE TABLE stream (
  agent INTEGER NOT NULL REFERENCES agent ON DELETE CASCADE,
  incarnation BLOB NOT NULL CHECK (length(incarnation) = 16),
  target INTEGER NOT NULL REFERENCES target ON DELETE CASCADE,
  last_seq INTEGER NOT NULL,
  PRIMARY KEY (agent, incarnation, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX stream_target ON stream (target);

CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  target INTEGER NOT NULL REFERENCES target ON DELETE CASCADE,
  root BLOB NOT NULL CHECK (length(root) = 32),
  node INTEGER REFERENCES node, -- the root's; NULL: only the record is kept, by retention
  taken_at INTEGER NOT NULL,    -- by the agent's clock
  received_at INTEGER NOT NULL,
  agent INTEGER NOT NULL REFERENCES agent,
  incarnation BLOB NOT NULL,
  seq INTEGER NOT NULL,
  engine TEXT NOT NULL,
  server_version TEXT NOT NULL,
  upgraded_from TEXT,           -- server_version of the one before, if that was another major version
  reference TEXT NOT NULL,
  objects INTEGER NOT NULL,
  gaps INTEGER NOT NULL, -- entries of its coverage list
  lost INTEGER NOT NULL, -- snapshots that are missing between this and the one before
  lost_reason TEXT,
  changes INTEGER NOT NULL -- against the one before
) STRICT;
CREATE UNIQUE INDEX snapshot_once ON snapshot (target, agent, incarnation, seq);
CREATE INDEX snapshot_of_target ON snapshot (target, id, taken_at);
CREATE INDEX snapshot_of_node ON snapshot (node);
CREATE INDEX snapshot_lost ON snapshot (target) WHERE lost > 0;
CREATE INDEX snapshot_upgraded ON snapshot (target) WHERE upgraded_from IS NOT NULL;
CREATE INDEX snapshot_whole ON snapshot (target) WHERE node IS NOT NULL; -- and in the order of id, as all indexes here

CREATE TABLE change (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  target INTEGER NOT NULL REFERENCES target ON DELETE CASCADE,
  snapshot INTEGER NOT NULL,
  at INTEGER NOT NULL, -- the snapshot's taken_at
  effect INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  object_kind INTEGER NOT NULL,
  aspect INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  rule TEXT NOT NULL,
  object TEXT NOT NULL,
  owner TEXT NOT NULL,
  renamed_from TEXT,
  attributes TEXT NOT NULL -- JSON, as in the report of a comparison
) STRICT;
CREATE INDEX change_of_target ON change (target, id, severity, at);
CREATE INDEX change_of_owner ON change (target, owner); -- also a top-level object's own, whose owner is itself
CREATE INDEX change_of_part ON change (target, object) WHERE object <> owner;
CREATE INDEX change_of_snapshot ON change (snapshot);
CREATE INDEX change_renamed ON change (target, snapshot) WHERE renamed_from IS NOT NULL;
CREATE INDEX change_new_name ON change (target, object) WHERE renamed_from IS NOT NULL;
CREATE INDEX change_old_name ON change (target, renamed_from) WHERE renamed_from IS NOT NULL;

-- Statements that changed a schema, as captured in the database.
CREATE TABLE ddl_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  target INTEGER NOT NULL REFERENCES target ON DELETE CASCADE,
  snapshot INTEGER NOT NULL, -- the first that was taken after it
  at INTEGER NOT NULL,
  actor TEXT,
  application TEXT,
  client TEXT,
  command TEXT,
  object TEXT,
  statement TEXT,
  tx INTEGER
) STRICT;
CREATE INDEX ddl_event_of_target ON ddl_event (target, snapshot);

-- What happened, for people and programs, in order. Numbers are never used again.
CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  type TEXT NOT NULL, -- "snapshot-recorded", "coverage-changed" …
  severity INTEGER NOT NULL,
  target INTEGER,
  agent INTEGER,
  data TEXT NOT NULL -- JSON
) STRICT;

CREATE TABLE token (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  rights INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER,
  last_used INTEGER
) STRICT;
