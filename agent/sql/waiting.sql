-- Snapshots of watched targets that the collector has not acknowledged.
SELECT count(*)
  FROM snapshot JOIN target ON target.id = snapshot.target
 WHERE acknowledged_at IS NULL AND watched = 1
