-- One snapshot of a target.
INSERT INTO snapshot (target, root, node, taken_at, received_at, agent, incarnation, seq, engine, server_version,
  upgraded_from, reference, objects, gaps, undeclared, lost, lost_reason, capture, changes)
VALUES (:target, :root, :node, :taken_at, :received_at, :agent, :incarnation, :seq, :engine, :server_version,
  :upgraded_from, :reference, :objects, :gaps, :undeclared, :lost, :lost_reason, :capture, :changes)
