-- A new drift.
INSERT INTO drift (pair, state, cause, ending, hidden, effect, kind, object_kind, aspect, severity, rule, contracts, object,
  owner, renamed_from, owner_before, attributes, from_state, to_state, base_known, base_state, opened_at, changed_at,
  seen_at, ended_at, lead, reopened, previous, acked_at, acked_by, waiver, change, unattributed)
VALUES (:pair, :state, :cause, :ending, :hidden, :effect, :kind, :object_kind, :aspect, :severity, :rule, :contracts, :object,
  :owner, :renamed_from, :owner_before, :attributes, :from_state, :to_state, :base_known, :base_state, :opened_at, :changed_at,
  :seen_at, :ended_at, :lead, :reopened, :previous, :acked_at, :acked_by, :waiver, :change, :unattributed)
