-- Nodes may have lost what led to them.
INSERT INTO meta (name, value) VALUES ('garbage', '1')
ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1
