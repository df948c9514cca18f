-- Everything was swept, unless it was said once more meanwhile.
DELETE FROM meta WHERE name = 'garbage' AND CAST(value AS INTEGER) = :count
