-- One change between two snapshots of a target.
INSERT INTO change (target, snapshot, at, effect, kind, object_kind, aspect, severity, rule, object, owner, renamed_from,
  attributes, evidence, actor, ddl_event)
VALUES (:target, :snapshot, :at, :effect, :kind, :object_kind, :aspect, :severity, :rule, :object, :owner,
  :renamed_from, :attributes, :evidence, :actor, :ddl_event)
