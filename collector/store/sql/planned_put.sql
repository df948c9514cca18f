-- The log of events was read up to a number.
INSERT INTO meta (name, value) VALUES ('planned', CAST(:event AS TEXT))
ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value
