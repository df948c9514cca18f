-- What capture keeps. A part of install.sql.

-- One row for each thing that a statement was about.
CREATE TABLE IF NOT EXISTS driftline.ddl_log (
  number bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  transaction bigint NOT NULL DEFAULT txid_current(),
  login text NOT NULL DEFAULT session_user,
  role text,                                -- as whom, where somebody took another role
  application text,                         -- with what; "extension NAME" where a script of that did it
  client text,                              -- from where; NULL: from the same machine
  command text NOT NULL,
  object text,                              -- its path as Driftline shows it
  statement text,                           -- without strings and comments
  status text NOT NULL DEFAULT 'pending',   -- pending, shipped (in an agent's outbox), recorded (the collector has it)
  taker text,                               -- by which outbox, and with which of its snapshots
  seq bigint,
  CONSTRAINT ddl_log_key PRIMARY KEY (number),
  CONSTRAINT ddl_log_status CHECK (status IN ('pending', 'shipped', 'recorded'))
);
-- Version 1 knew no more than that.
ALTER TABLE driftline.ddl_log
  ADD COLUMN IF NOT EXISTS in_extension boolean NOT NULL DEFAULT false,
  ADD COLUMN IF NOT EXISTS rewrite text,    -- why the table was written anew
  ADD COLUMN IF NOT EXISTS began timestamptz NOT NULL DEFAULT statement_timestamp(),
  ADD COLUMN IF NOT EXISTS origin text,     -- in which database; a log that came here by pg_dump is not shipped again
  ADD COLUMN IF NOT EXISTS recorded_at timestamptz;
CREATE INDEX IF NOT EXISTS ddl_log_unrecorded ON driftline.ddl_log (number) WHERE status <> 'recorded';
CREATE INDEX IF NOT EXISTS ddl_log_recorded ON driftline.ddl_log (recorded_at) WHERE status = 'recorded';
-- The newest entry of a transaction, and those of it about what was written anew: both without looking through the others.
CREATE INDEX IF NOT EXISTS ddl_log_transaction ON driftline.ddl_log (transaction, number);
CREATE INDEX IF NOT EXISTS ddl_log_rewrite ON driftline.ddl_log (transaction) WHERE rewrite IS NOT NULL;

-- One row: which installation this is.
CREATE TABLE IF NOT EXISTS driftline.installation (
  only_one boolean NOT NULL DEFAULT true,
  id text NOT NULL,
  installed_at timestamptz NOT NULL DEFAULT now(),
  retention_days int NOT NULL DEFAULT 90,
  functions text,                           -- their hash, by which it is seen that somebody changed one
  CONSTRAINT installation_key PRIMARY KEY (only_one),
  CONSTRAINT installation_only_one CHECK (only_one),
  CONSTRAINT installation_retention CHECK (retention_days > 0)
);

-- Count what could not be logged, and keep the newest transaction in which that was so. Sequences, because what they
-- give is not rolled back with what failed.
CREATE SEQUENCE IF NOT EXISTS driftline.fault;
CREATE SEQUENCE IF NOT EXISTS driftline.fault_transaction;

-- Columns that somebody depends on. Fill it in, and ask contract_status.
CREATE TABLE IF NOT EXISTS driftline.critical_column (
  schema_name text NOT NULL,
  table_name text NOT NULL,
  column_name text NOT NULL,
  consumer text NOT NULL,                   -- for whom
  type text,                                -- as column_documentation shows it; NULL: any
  nullable boolean,                         -- NULL: either
  CONSTRAINT critical_column_key PRIMARY KEY (schema_name, table_name, column_name, consumer)
);
