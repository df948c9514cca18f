-- How targets stand to a contract, in the columns of contract_state_list.sql; NULL: any.
SELECT contract, target.id, target.database, target.environment, target.instance, fingerprint, contract_state.state,
  since, contract_state.snapshot, findings, contract_state.change, change.actor, change.evidence
FROM contract_state
JOIN target ON target.id = contract_state.target
LEFT JOIN change ON change.id = contract_state.change
WHERE contract = :contract
  AND (:database IS NULL OR target.database = :database)
  AND (:environment IS NULL OR target.environment = :environment)
  AND (:target IS NULL OR target.id = :target)
ORDER BY target.database, target.environment, target.instance
