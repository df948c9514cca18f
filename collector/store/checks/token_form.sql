-- What a token says makes sense.
SELECT printf('token %d makes no sense', id)
FROM token
WHERE name = '' OR rights NOT BETWEEN 1 AND 4 OR length(hash) <> 32
