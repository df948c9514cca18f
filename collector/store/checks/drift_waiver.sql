-- A drift is waived by a waiver of its database that is in force.
SELECT printf('drift %d is waived by waiver %d, which is over or of another database', drift.id, waiver.id)
FROM drift
JOIN pair ON pair.id = drift.pair
JOIN waiver ON waiver.id = drift.waiver
WHERE state = 2 AND (waiver.ended_at IS NOT NULL OR waiver.database <> pair.database)
