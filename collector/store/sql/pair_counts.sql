-- How many drifts of a pair live that can be seen, by state and severity.
SELECT state, severity, count(*) FROM drift
WHERE pair = :pair AND ending = 0 AND hidden = 0
GROUP BY state, severity
