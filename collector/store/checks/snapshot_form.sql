-- What a snapshot says makes sense.
SELECT printf('snapshot #%d makes no sense', id)
FROM snapshot
WHERE length(root) <> 32 OR length(incarnation) <> 16 OR seq < 1 OR lost < 0 OR objects < 0 OR changes < 0
  OR undeclared < 0 OR gaps < undeclared OR capture NOT BETWEEN 0 AND 1
