-- How many drifts of a pair are open or acknowledged. The index holds all that is asked for.
SELECT count(*) FROM pair CROSS JOIN drift ON drift.pair = pair.id AND hidden IN (0, 1) AND state IN (0, 1) AND ending = 0
WHERE database = :database AND from_environment = :from AND to_environment = :to AND instance = :instance
