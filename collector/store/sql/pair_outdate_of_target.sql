-- The pairs of the database of a target are to be worked out anew.
UPDATE pair SET policy = x''
WHERE database = (SELECT target.database FROM target WHERE target.id = :target) AND policy <> x''
