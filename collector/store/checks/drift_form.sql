-- What a drift says makes sense. What lives is there on the sides on which its effect says so: what a promotion would
-- add is upstream only, and what an instance has added to the majority is in the instance only.
SELECT printf('drift %d makes no sense', drift.id)
FROM drift JOIN pair ON pair.id = drift.pair
WHERE state NOT BETWEEN 0 AND 3
  OR cause NOT BETWEEN 0 AND 4
  OR ending NOT BETWEEN 0 AND 8
  OR hidden NOT BETWEEN 0 AND 1
  OR effect NOT BETWEEN 0 AND 3
  OR aspect NOT BETWEEN 0 AND 2
  OR severity NOT BETWEEN 0 AND 3
  OR rule = ''
  OR (object = owner) <> (kind = object_kind)
  OR NOT json_valid(attributes) OR json_type(attributes) <> 'array'
  OR (contracts IS NOT NULL AND (NOT json_valid(contracts) OR json_type(contracts) <> 'array'))
  OR length(from_state) <> 32 OR length(to_state) <> 32 OR length(base_state) <> 32
  OR base_known NOT BETWEEN 0 AND 1
  OR (base_known = 0 AND base_state IS NOT NULL)
  OR (ending > 0) <> (state = 3) OR (ending > 0) <> (ended_at IS NOT NULL)
  OR (ending = 0 AND (from_state IS NULL) <> (effect = iif(instance = '', 1, 0)))
  OR (ending = 0 AND (to_state IS NULL) <> (effect = iif(instance = '', 0, 1)))
  OR (state = 1 AND acked_at IS NULL)
  OR (state = 2 AND waiver IS NULL)
  OR lead < 0 OR reopened < 0 OR unattributed NOT BETWEEN 0 AND 1
