-- The number of the next snapshot, after all were numbered anew.
UPDATE target
   SET next_seq = 1 + coalesce((SELECT max(seq) FROM snapshot WHERE snapshot.target = target.id), 0)
