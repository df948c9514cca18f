-- How a target stands to contracts, in the columns of contract_state_list.sql.
SELECT contract, target.id, target.database, target.environment, target.instance, fingerprint, contract_state.state,
  since, contract_state.snapshot, findings, contract_state.change, change.actor, change.evidence
FROM contract_state
JOIN target ON target.id = contract_state.target
LEFT JOIN change ON change.id = contract_state.change
WHERE contract_state.target = :target
ORDER BY contract
