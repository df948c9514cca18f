-- What a pair says makes sense: two environments, or one and an instance of it.
SELECT printf('pair %d makes no sense', id)
FROM pair
WHERE database = '' OR from_environment = '' OR to_environment = ''
  OR (instance = '') <> (from_environment <> to_environment)
  OR active NOT BETWEEN 0 AND 1
  OR waits NOT BETWEEN 0 AND 1 OR (waits = 1 AND (active = 0 OR instance <> ''))
  OR length(policy) NOT IN (0, 32)
  OR length(from_root) <> 32 OR length(to_root) <> 32
  OR (from_root IS NULL) <> (from_target IS NULL) OR (from_root IS NULL) <> (from_snapshot IS NULL)
  OR (to_root IS NULL) <> (to_target IS NULL) OR (to_root IS NULL) <> (to_snapshot IS NULL)
  OR (unknown IS NULL) <> (unknown_count = 0)
