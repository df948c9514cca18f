-- What happened to a drift, as it was learned.
SELECT id, what, at, side, state, snapshot, change, by, note FROM drift_step WHERE drift = :drift ORDER BY id
