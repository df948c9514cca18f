-- The instances of an environment by root and major version. Beside min() the columns are those of the row that has it:
-- the first instance by name.
SELECT root, major, gaps, count(*), min(instance), id, snapshot FROM target
WHERE database = :database AND environment = :environment AND root IS NOT NULL
GROUP BY root, major
ORDER BY root, major
