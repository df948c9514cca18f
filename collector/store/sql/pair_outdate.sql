-- The pairs of a database are to be worked out anew.
UPDATE pair SET policy = x'' WHERE database = :database AND policy <> x''
