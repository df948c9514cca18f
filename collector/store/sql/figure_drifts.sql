-- How many drifts live that can be seen, of each pair by state, severity and cause. The order is that of two indexes, so
-- that nothing is sorted.
SELECT pair.database, pair.from_environment, pair.to_environment, pair.instance, state, severity, cause, count(*)
FROM pair CROSS JOIN drift ON drift.pair = pair.id AND drift.hidden = 0 AND drift.ending = 0
GROUP BY pair.database, pair.from_environment, pair.to_environment, pair.instance, state, severity, cause
