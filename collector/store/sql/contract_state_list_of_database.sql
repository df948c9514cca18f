-- How the targets of a database stand to contracts, in the columns of contract_state_list.sql; NULL: any.
SELECT contract, target.id, target.database, target.environment, target.instance, fingerprint, contract_state.state,
  since, contract_state.snapshot, findings, contract_state.change, change.actor, change.evidence
FROM target
JOIN contract_state ON contract_state.target = target.id
LEFT JOIN change ON change.id = contract_state.change
WHERE target.database = :database
  AND (:environment IS NULL OR target.environment = :environment)
ORDER BY contract, target.environment, target.instance
