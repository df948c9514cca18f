-- The first revocation counts.
UPDATE agent SET revoked_at = coalesce(revoked_at, :at), revoked_by = coalesce(revoked_by, :by) WHERE name = :name
