-- Retention and verification: all kinds that changes speak of.
SELECT DISTINCT kind, object_kind FROM change
