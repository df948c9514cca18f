-- Of the next :limit things that happened to drifts after a number: which of them were promotions, where to, and how long
-- after the change they came. The last row says how far that was.
SELECT step.id, drift.lead, pair.to_environment
FROM (SELECT id, what, drift FROM drift_step WHERE id > :after ORDER BY id LIMIT :limit) AS step
LEFT JOIN drift ON step.what = :ended AND drift.id = step.drift AND drift.ending = :promoted
LEFT JOIN pair ON pair.id = drift.pair
