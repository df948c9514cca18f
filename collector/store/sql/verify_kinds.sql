-- Retention and verification: all kinds that changes and drifts speak of.
SELECT DISTINCT 'change', kind, object_kind FROM change
UNION
SELECT DISTINCT 'drift', kind, object_kind FROM drift
