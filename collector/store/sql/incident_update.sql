-- How an incident stands now.
UPDATE incident SET ended_at = :ended_at, first_at = :first_at, due_at = :due_at, told = :told, told_at = :told_at, severity = :severity, escalated_at = :escalated_at, escalates_at = :escalates_at, held_by = :held_by
WHERE id = :id
