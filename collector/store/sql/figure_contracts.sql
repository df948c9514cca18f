-- How many targets stand how to each contract, and to which text of it.
SELECT contract, state, fingerprint, count(*) FROM contract_state
GROUP BY contract, state, fingerprint
