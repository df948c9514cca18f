-- A waiver is over. The first end counts.
UPDATE waiver SET ended_at = coalesce(ended_at, :at), ended_by = iif(ended_at IS NULL, :by, ended_by) WHERE id = :id
