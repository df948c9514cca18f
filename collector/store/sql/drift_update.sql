-- A drift as it is now. Its pair stays.
UPDATE drift
SET state = :state, cause = :cause, ending = :ending, hidden = :hidden, effect = :effect, kind = :kind,
    object_kind = :object_kind, aspect = :aspect, severity = :severity, rule = :rule, contracts = :contracts,
    object = :object, owner = :owner, renamed_from = :renamed_from, owner_before = :owner_before,
    attributes = :attributes, from_state = :from_state, to_state = :to_state, base_known = :base_known,
    base_state = :base_state, opened_at = :opened_at, changed_at = :changed_at, seen_at = :seen_at,
    ended_at = :ended_at, lead = :lead, reopened = :reopened, previous = :previous, acked_at = :acked_at,
    acked_by = :acked_by, waiver = :waiver, change = :change, unattributed = :unattributed
WHERE id = :id AND pair = :pair
