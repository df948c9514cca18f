-- A contract was checked against a snapshot of its target. Retention may have taken that.
SELECT printf('contract ''%s'' was checked against snapshot #%d, which is not of target %d', contract,
  contract_state.snapshot, contract_state.target)
FROM contract_state JOIN snapshot ON snapshot.id = contract_state.snapshot
WHERE snapshot.target <> contract_state.target
