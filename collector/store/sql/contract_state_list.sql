-- How targets stand to contracts; NULL: any.
SELECT contract, target.id, target.database, target.environment, target.instance, fingerprint, contract_state.state,
  since, contract_state.snapshot, findings, contract_state.change, change.actor, change.evidence
FROM contract_state
JOIN target ON target.id = contract_state.target
LEFT JOIN change ON change.id = contract_state.change
WHERE (:environment IS NULL OR target.environment = :environment)
ORDER BY contract, target.database, target.environment, target.instance
