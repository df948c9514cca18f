-- What a change says makes sense.
SELECT printf('change %d makes no sense', id)
FROM change
WHERE effect NOT BETWEEN 0 AND 3
  OR aspect NOT BETWEEN 0 AND 2
  OR severity NOT BETWEEN 0 AND 3
  OR rule = ''
  OR evidence NOT BETWEEN 0 AND 2
  OR (object = owner) <> (kind = object_kind)
  OR (effect = 3) <> (renamed_from IS NOT NULL)
  OR NOT json_valid(attributes)
  OR json_type(attributes) <> 'array'
