-- How a target stands to a contract now.
INSERT INTO contract_state (contract, target, fingerprint, state, since, snapshot, findings, change)
VALUES (:contract, :target, :fingerprint, :state, :since, :snapshot, :findings, :change)
ON CONFLICT (contract, target) DO UPDATE
SET fingerprint = excluded.fingerprint, state = excluded.state, since = excluded.since, snapshot = excluded.snapshot,
    findings = excluded.findings, change = excluded.change
