-- The living drifts of a pair that are about an object or its parts, by its name on either side.
SELECT id FROM drift WHERE pair = :pair AND owner = :owner AND ending = 0
UNION
SELECT id FROM drift WHERE pair = :pair AND owner_before = :owner AND ending = 0
ORDER BY id
