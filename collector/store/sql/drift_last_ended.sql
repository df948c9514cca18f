-- The last drift of a thing that has ended. What an object is called is one thing, and what it says another.
SELECT id FROM drift
WHERE pair = :pair AND object = :object AND kind = :kind AND aspect = :aspect AND ending > 0
  AND (effect = 3 AND kind = object_kind) = :is_name
ORDER BY id DESC LIMIT 1
