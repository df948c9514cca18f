-- The last drift of a thing that has ended.
SELECT id FROM drift
WHERE pair = :pair AND object = :object AND kind = :kind AND aspect = :aspect AND ending > 0
ORDER BY id DESC LIMIT 1
