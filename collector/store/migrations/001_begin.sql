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
  silent_since INTEGER,         -- told as silent, and not heard since; NULL: it is not
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
  root BLOB,                      -- of it
  major INTEGER NOT NULL DEFAULT 0, -- major version of the server that it was read from; 0: not known
  gaps INTEGER NOT NULL DEFAULT 0,  -- of it
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
CREATE INDEX target_roots ON target (database, environment, root, major, gaps, instance, snapshot) WHERE root IS NOT NULL;

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
  undeclared INTEGER NOT NULL, -- of these, what nobody declares: all others could not be read
  lost INTEGER NOT NULL, -- snapshots that are missing between this and the one before
  lost_reason TEXT,
  capture INTEGER NOT NULL, -- 1: every statement since the one before was captured
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
  attributes TEXT NOT NULL, -- JSON, as in the report of a comparison
  evidence INTEGER NOT NULL, -- how it is known who did it: enum evidence
  actor TEXT,                -- who; NULL: not known
  ddl_event INTEGER          -- the captured statement that made it, or that it follows from; NULL: none
) STRICT;
CREATE INDEX change_of_target ON change (target, id, severity, at);
CREATE INDEX change_of_owner ON change (target, owner); -- also a top-level object's own, whose owner is itself
CREATE INDEX change_of_part ON change (target, object) WHERE object <> owner;
CREATE INDEX change_of_snapshot ON change (snapshot);
CREATE INDEX change_of_statement ON change (ddl_event) WHERE ddl_event IS NOT NULL;
CREATE INDEX change_renamed ON change (target, snapshot) WHERE renamed_from IS NOT NULL;
CREATE INDEX change_new_name ON change (target, object) WHERE renamed_from IS NOT NULL;
CREATE INDEX change_old_name ON change (target, renamed_from) WHERE renamed_from IS NOT NULL;

-- Statements that changed a schema, as captured in the database.
CREATE TABLE ddl_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  target INTEGER NOT NULL REFERENCES target ON DELETE CASCADE,
  snapshot INTEGER NOT NULL, -- the first that was taken after it; the newest before it, where nothing changed in the end
  number INTEGER NOT NULL,   -- in the log of the database: with the time it tells whether two are one
  at INTEGER NOT NULL,
  actor TEXT,                -- who was logged in
  role TEXT,                 -- as whom, if he had taken another role
  application TEXT,
  client TEXT,
  command TEXT,
  object TEXT,
  statement TEXT,
  tx INTEGER,
  unconfirmed INTEGER NOT NULL DEFAULT 0 -- 1: the source does not say whether it succeeded
) STRICT;
CREATE UNIQUE INDEX ddl_event_once ON ddl_event (target, number, at);
CREATE INDEX ddl_event_of_target ON ddl_event (target);

-- What happened, for people and programs, in order. Numbers are never used again.
CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  type TEXT NOT NULL, -- "snapshot-recorded", "coverage-changed" …
  severity INTEGER NOT NULL,
  target INTEGER,
  agent INTEGER,
  database TEXT, -- what it is about; NULL: nothing in particular
  environment TEXT, -- of a pair the one that would be promoted to
  instance TEXT,
  data TEXT NOT NULL -- JSON
) STRICT;

-- What a route tells a sink about one thing, from its first message to the end of the trouble.
CREATE TABLE incident (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  route TEXT NOT NULL,
  sink TEXT NOT NULL,
  subject TEXT NOT NULL,       -- what its events have in common, as people read it: "orders@prod"
  database TEXT,
  environment TEXT,
  opened_at INTEGER NOT NULL,
  ended_at INTEGER,            -- NULL: it is open
  first_at INTEGER,            -- when the first event came of those that wait to be told; NULL: none waits
  due_at INTEGER,              -- when they are told
  told INTEGER NOT NULL,       -- messages that were made
  told_at INTEGER,             -- the last
  severity INTEGER NOT NULL,   -- the worst that was told
  escalated_at INTEGER,
  escalates_at INTEGER,        -- when somebody else is told, unless it was seen; NULL: never
  remote TEXT,                 -- JSON: what the sink calls it; NULL: it was not told yet, or calls it nothing
  held_by INTEGER NOT NULL     -- enum incident_hold: why its events are not told before due_at
) STRICT;
CREATE UNIQUE INDEX incident_open ON incident (route, sink, subject) WHERE ended_at IS NULL;
CREATE INDEX incident_of_database ON incident (database) WHERE ended_at IS NULL;
CREATE INDEX incident_due ON incident (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX incident_subject ON incident (subject) WHERE ended_at IS NULL;
CREATE INDEX incident_escalates ON incident (escalates_at) WHERE escalates_at IS NOT NULL;
CREATE INDEX incident_ended_at ON incident (ended_at) WHERE ended_at IS NOT NULL;

-- The troubles of an incident: each begins with an event and ends with one.
CREATE TABLE incident_trouble (
  incident INTEGER NOT NULL REFERENCES incident ON DELETE CASCADE,
  trouble TEXT NOT NULL,       -- "drift:17", "contract:checkout:3", "target:3"
  severity INTEGER NOT NULL,
  event INTEGER NOT NULL,      -- the last that began it, or said that it is another
  begun_at INTEGER NOT NULL,
  told_at INTEGER,             -- when it was told last; NULL: it was not
  told_type TEXT,              -- and by which type of event,
  told_severity INTEGER,       -- and how bad it was then
  seen INTEGER NOT NULL,       -- 1: somebody has acknowledged it
  repeats INTEGER NOT NULL,    -- how often the same came since it was told, and was not told again
  PRIMARY KEY (incident, trouble)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_trouble_of ON incident_trouble (trouble);

-- Events that wait to be told. As long as they wait, retention keeps them.
CREATE TABLE incident_event (
  incident INTEGER NOT NULL REFERENCES incident ON DELETE CASCADE,
  event INTEGER NOT NULL,
  PRIMARY KEY (incident, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_event_of ON incident_event (event);

-- Messages: made once, and sent with the same id until the sink has taken them or it is given up.
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  incident INTEGER NOT NULL REFERENCES incident ON DELETE CASCADE,
  sink TEXT NOT NULL,
  number INTEGER NOT NULL,     -- of its incident, from 1
  kind INTEGER NOT NULL,       -- enum delivery_kind
  state INTEGER NOT NULL,      -- enum delivery_state
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER,             -- when it is tried; NULL: it is not any more
  tried_since INTEGER,         -- when it was tried first since it waits; NULL: it was not
  attempted_at INTEGER,        -- when it was tried last; NULL: it was not
  finished_at INTEGER,
  events INTEGER NOT NULL,     -- how many it tells of
  last_event INTEGER NOT NULL,
  status INTEGER,              -- of HTTP or SMTP, at the last attempt
  problem TEXT,                -- of the last attempt; NULL: there was none
  message TEXT NOT NULL        -- JSON: what is told, the same for all kinds of sink
) STRICT;
CREATE INDEX delivery_waiting ON delivery (incident, number, next_at) WHERE state = 0;
CREATE INDEX delivery_of_state ON delivery (state, id);
CREATE INDEX delivery_of_sink ON delivery (sink, state, finished_at);
CREATE INDEX delivery_of_incident ON delivery (incident, id);
CREATE INDEX delivery_finished ON delivery (state, finished_at) WHERE finished_at IS NOT NULL;

-- When a route made messages, for its limit.
CREATE TABLE route_use (
  route TEXT NOT NULL,
  sink TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX route_use_of ON route_use (route, sink, at);

-- What is compared with what, and how far that was worked out: two neighbours on the promotion path of a database, or
-- an instance and the majority of its environment. One that is over stays for the sake of its drifts.
CREATE TABLE pair (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  database TEXT NOT NULL,
  from_environment TEXT NOT NULL, -- what is promoted; of an instance its environment, whose majority it is held against
  to_environment TEXT NOT NULL,   -- where to
  instance TEXT NOT NULL,         -- ''; or the instance
  active INTEGER NOT NULL,        -- 0: it is over
  policy BLOB NOT NULL,           -- what counts as a difference, and how bad it is, as a hash; empty: to be worked out
  from_root BLOB,
  from_major INTEGER NOT NULL,
  from_target INTEGER,            -- whose history tells renames
  from_snapshot INTEGER,
  to_root BLOB,
  to_major INTEGER NOT NULL,
  to_target INTEGER,
  to_snapshot INTEGER,
  unknown TEXT,                   -- what could not be compared; NULL: everything was
  unknown_count INTEGER NOT NULL,
  at INTEGER NOT NULL,            -- when this was worked out
  waits INTEGER NOT NULL          -- 1: a side has no majority now; the pair stays as it is until there is one
) STRICT;
CREATE UNIQUE INDEX pair_once ON pair (database, from_environment, to_environment, instance);
CREATE INDEX pair_policy ON pair (policy, database, active) WHERE active = 1;

-- What a side of a pair became while the pair waits, in the order in which it was learned: followed when both sides
-- have a majority again.
CREATE TABLE pair_wait (
  pair INTEGER NOT NULL REFERENCES pair ON DELETE CASCADE,
  number INTEGER NOT NULL,
  side INTEGER NOT NULL,          -- 0: what is promoted, 1: the other
  root BLOB NOT NULL,
  major INTEGER NOT NULL,
  target INTEGER NOT NULL,
  snapshot INTEGER NOT NULL,
  at INTEGER NOT NULL,            -- when the snapshot was taken that brought it about
  first_sight INTEGER NOT NULL,   -- 1: by an instance that was never seen before
  PRIMARY KEY (pair, number)
) STRICT, WITHOUT ROWID;

-- Environments whose instances have no majority, as far as that was told.
CREATE TABLE split (
  database TEXT NOT NULL,
  environment TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (database, environment)
) STRICT, WITHOUT ROWID;

-- Drifts that somebody accepted for a time.
CREATE TABLE waiver (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  database TEXT NOT NULL,
  from_environment TEXT NOT NULL, -- '': of any pair of the database
  to_environment TEXT NOT NULL,
  pattern TEXT,                   -- NULL: of the one drift that it was given for
  future INTEGER NOT NULL,        -- 1: also of what the pattern matches later
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  created_by TEXT NOT NULL,       -- the name of a token
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,               -- expired, or taken back
  ended_by TEXT                   -- NULL: it expired
) STRICT;
CREATE INDEX waiver_of_database ON waiver (database, ended_at);
CREATE INDEX waiver_ended_at ON waiver (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX waiver_expires_at ON waiver (expires_at) WHERE ended_at IS NULL;

-- A difference of one object or part in one aspect between the two sides of a pair, from its beginning to its end.
CREATE TABLE drift (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  pair INTEGER NOT NULL REFERENCES pair ON DELETE CASCADE,
  state INTEGER NOT NULL,        -- enum drift_state
  cause INTEGER NOT NULL,        -- enum drift_cause
  ending INTEGER NOT NULL,       -- enum drift_ending; 0 while it lives
  hidden INTEGER NOT NULL,       -- 1: one side cannot be read now; this is how it was known last
  effect INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  object_kind INTEGER NOT NULL,
  aspect INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  rule TEXT NOT NULL,
  contracts TEXT,                -- JSON: the contracts that read it; NULL: none
  object TEXT NOT NULL,          -- its path in what is promoted (or in the instance), or the only one that it has
  owner TEXT NOT NULL,           -- of the object that it is or is part of
  renamed_from TEXT,             -- its path on the other side, if that is another
  owner_before TEXT,             -- and its owner's there, if that is another
  attributes TEXT NOT NULL,      -- JSON, as in the report of a comparison
  from_state BLOB,               -- what the sides say of it, as hashes; NULL: it is not there. "from" is what is promoted
  to_state BLOB,
  base_known INTEGER NOT NULL,   -- 1: they were equal once, and
  base_state BLOB,               -- so
  opened_at INTEGER NOT NULL,    -- when the schemas began to differ
  changed_at INTEGER NOT NULL,   -- when either side last changed
  seen_at INTEGER NOT NULL,      -- when this record was made
  ended_at INTEGER,
  lead INTEGER,                  -- microseconds from the change upstream to its promotion
  reopened INTEGER NOT NULL,     -- how often it was open again after somebody had settled it
  previous INTEGER,              -- the last drift of the same thing that has ended; NULL: none is known
  acked_at INTEGER,
  acked_by TEXT,
  waiver INTEGER REFERENCES waiver, -- NULL: none
  change INTEGER,                -- the change that it was last explained by; NULL: none is known
  unattributed INTEGER NOT NULL  -- 1: by one that capture should have seen and did not
) STRICT;
CREATE INDEX drift_of_owner ON drift (pair, owner, ending);
CREATE INDEX drift_of_owner_before ON drift (pair, owner_before, ending) WHERE owner_before IS NOT NULL;
CREATE INDEX drift_of_object ON drift (pair, object, kind, aspect, id);
CREATE INDEX drift_renamed ON drift (pair, renamed_from) WHERE renamed_from IS NOT NULL;
CREATE INDEX drift_counts ON drift (pair, hidden, state, severity, cause, ending) WHERE ending = 0;
CREATE INDEX drift_living ON drift (pair, id, severity, cause, state, waiver, ending) WHERE ending = 0;
CREATE INDEX drift_ended ON drift (pair, id, severity, cause, waiver, ending) WHERE ending > 0;
CREATE INDEX drift_ended_at ON drift (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX drift_of_waiver ON drift (waiver, state) WHERE waiver IS NOT NULL;

-- What happened in the life of a drift, in the order in which it was learned.
CREATE TABLE drift_step (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  drift INTEGER NOT NULL REFERENCES drift ON DELETE CASCADE,
  what INTEGER NOT NULL,  -- enum drift_step
  at INTEGER NOT NULL,    -- when it happened
  side INTEGER,           -- 0: what is promoted, 1: the other, that took the state below; NULL: neither
  state BLOB,             -- NULL: it is not there
  snapshot INTEGER,
  change INTEGER,
  by TEXT,                -- the name of a token
  note TEXT
) STRICT;
CREATE INDEX drift_step_of_drift ON drift_step (drift);

-- How a target stands to a contract.
CREATE TABLE contract_state (
  contract TEXT NOT NULL,
  target INTEGER NOT NULL REFERENCES target ON DELETE CASCADE,
  fingerprint BLOB NOT NULL,  -- of the contract's text when this was worked out
  state INTEGER NOT NULL,     -- enum contract_state
  since INTEGER NOT NULL,
  snapshot INTEGER NOT NULL,  -- that this was found in
  findings TEXT NOT NULL,     -- JSON: what is violated or not known
  change INTEGER,             -- that broke it; NULL: none is known
  PRIMARY KEY (contract, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX contract_state_of_target ON contract_state (target);
CREATE INDEX contract_state_counts ON contract_state (contract, state, fingerprint);

-- What the gate answered.
CREATE TABLE gate_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  by TEXT NOT NULL, -- the name of a token
  database TEXT NOT NULL,
  from_environment TEXT NOT NULL,
  to_environment TEXT NOT NULL,
  verdict INTEGER NOT NULL, -- enum gate_verdict
  from_root BLOB,
  to_root BLOB,
  against BLOB,             -- root of the reference that was given; NULL: none
  pinned INTEGER NOT NULL,  -- 1: from_root is approved
  answer TEXT NOT NULL      -- JSON, whole
) STRICT;
CREATE INDEX gate_run_of_database ON gate_run (database, id, from_environment, to_environment);
CREATE INDEX gate_run_of_pair ON gate_run (database, from_environment, to_environment, id, verdict, at);
CREATE INDEX gate_run_pinned ON gate_run (database, id, from_environment, to_environment) WHERE pinned = 1;

-- What became of repositories and environments that were brought in line with a schema.
CREATE TABLE sync_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,        -- the name of a token
  kind TEXT NOT NULL,      -- "publish", "promote" …
  name TEXT NOT NULL,      -- of what was kept in line
  database TEXT NOT NULL,
  environment TEXT NOT NULL, -- empty: none
  state INTEGER NOT NULL,  -- enum sync_state
  manual INTEGER NOT NULL, -- 1: somebody had to act
  root BLOB,               -- of the schema; NULL: not known
  lead INTEGER,            -- microseconds since that schema was first seen; NULL: not over yet, or not known
  url TEXT NOT NULL,       -- of the pull request; empty: none
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX sync_run_of_database ON sync_run (database, id);

-- What people did.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,     -- the name of a token
  action TEXT NOT NULL, -- "drift-waived", "agent-enrolled" …
  subject TEXT NOT NULL,
  data TEXT NOT NULL    -- JSON
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
