-- Partitions.

-- case: partition added
-- expect: modified table main.regions structure medium
ALTER TABLE regions ADD PARTITION (PARTITION west VALUES IN ('us', 'ca'));

-- case: partition dropped
-- expect: modified table main.visits structure medium
ALTER TABLE visits DROP PARTITION p2024;

-- case: partition split
-- expect: modified table main.visits structure medium
ALTER TABLE visits REORGANIZE PARTITION rest INTO (PARTITION p2026 VALUES LESS THAN ('2027-01-01'), PARTITION rest VALUES LESS THAN (MAXVALUE));

-- case: partition takes another value
-- expect: modified table main.regions structure medium
ALTER TABLE regions REORGANIZE PARTITION south INTO (PARTITION south VALUES IN ('it', 'es'));

-- case: number of partitions by hash
-- expect: modified table main.buckets structure medium
ALTER TABLE buckets ADD PARTITION PARTITIONS 2;

-- case: partitioned otherwise
-- expect: modified table main.buckets structure high
ALTER TABLE buckets PARTITION BY KEY (id) PARTITIONS 4;

-- case: partitioning removed
-- expect: modified table main.buckets structure high
ALTER TABLE buckets REMOVE PARTITIONING;

-- case: table is partitioned
-- expect: modified table main.spare structure high
ALTER TABLE spare PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (1000), PARTITION high VALUES LESS THAN MAXVALUE);

-- case: number of subpartitions
-- expect: modified table main.visits structure medium
ALTER TABLE visits PARTITION BY RANGE COLUMNS (day) SUBPARTITION BY HASH (shop) SUBPARTITIONS 3 (PARTITION p2024 VALUES LESS THAN ('2025-01-01') COMMENT 'old', PARTITION p2025 VALUES LESS THAN ('2026-01-01'), PARTITION rest VALUES LESS THAN (MAXVALUE));

-- case: comment of a partition
-- expect: modified table main.visits structure medium
ALTER TABLE visits REORGANIZE PARTITION p2024 INTO (PARTITION p2024 VALUES LESS THAN ('2025-01-01') COMMENT 'older');

-- case: history in partitions
-- expect: modified table main.ledger structure high
ALTER TABLE ledger PARTITION BY SYSTEM_TIME LIMIT 1000 (PARTITION past HISTORY, PARTITION now CURRENT);

-- case: rows of a history partition
-- expect: nothing
-- oracle: changed
-- reason: the information schema does not tell after how many rows the next partition is used
ALTER TABLE archive PARTITION BY SYSTEM_TIME LIMIT 2000 (PARTITION past HISTORY, PARTITION now CURRENT);

-- case: partition truncated
-- expect: nothing
ALTER TABLE visits TRUNCATE PARTITION p2025;

-- case: partition rebuilt
-- expect: nothing
ALTER TABLE visits REBUILD PARTITION ALL;
