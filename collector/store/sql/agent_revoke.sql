-- The first revocation counts. Who is revoked is not silent.
UPDATE agent SET revoked_at = coalesce(revoked_at, :at), revoked_by = coalesce(revoked_by, :by),
  silent_since = NULL WHERE name = :name
