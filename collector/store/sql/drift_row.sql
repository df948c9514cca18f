-- One drift by its number, with the names of its pair and the end of its waiver.
SELECT drift.id, drift.pair, pair.database, pair.from_environment, pair.to_environment, pair.instance, pair.active,
  state, cause, ending, hidden, effect, kind, object_kind, aspect, severity, rule, contracts, object, owner,
  renamed_from, owner_before, attributes, from_state, to_state, base_known, base_state, opened_at, changed_at, seen_at,
  drift.ended_at, lead, reopened, previous, acked_at, acked_by, waiver, waiver.expires_at, change, unattributed
FROM drift
JOIN pair ON pair.id = drift.pair
LEFT JOIN waiver ON waiver.id = drift.waiver
WHERE drift.id = :id
