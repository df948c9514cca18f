-- The changes of a snapshot: they were written together, so their numbers follow each other.
SELECT min(id), max(id), target FROM change WHERE snapshot = :snapshot
