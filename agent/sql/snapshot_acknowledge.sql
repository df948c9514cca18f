-- The collector has these.
UPDATE snapshot SET acknowledged_at = :now WHERE target = :target AND seq <= :seq AND acknowledged_at IS NULL
