-- The store has an id.
SELECT 'the store has no id'
WHERE NOT EXISTS (SELECT 1 FROM meta WHERE name = 'id' AND length(value) = 32 AND value NOT GLOB '*[^0-9a-f]*')
