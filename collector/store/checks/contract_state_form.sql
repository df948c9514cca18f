-- What is known of a contract makes sense.
SELECT printf('what target %d has of contract ''%s'' makes no sense', target, contract)
FROM contract_state
WHERE contract = '' OR length(fingerprint) <> 32 OR state NOT BETWEEN 0 AND 2 OR NOT json_valid(findings)
  OR json_type(findings) <> 'array' OR (state = 0) <> (json_array_length(findings) = 0)
