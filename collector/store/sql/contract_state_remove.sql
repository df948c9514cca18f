-- A contract does not speak of a target any more.
DELETE FROM contract_state WHERE contract = :contract AND target = :target
