-- What an agent says of a target. Without a time of checking the old one stays.
UPDATE target
SET agent = :agent, state = :state, reason = :reason, heard_at = :heard_at,
    state_since = iif(state = :state, state_since, :heard_at), checked_at = coalesce(:checked_at, checked_at)
WHERE id = :target
