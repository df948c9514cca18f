-- One thing that happened. What it is about is its target's name unless it says so itself.
INSERT INTO event (at, type, severity, target, agent, database, environment, instance, data)
SELECT :at, :type, :severity, :target, :agent, coalesce(:database, target.database),
  CASE WHEN :database IS NULL THEN target.environment ELSE :environment END,
  CASE WHEN :database IS NULL THEN target.instance ELSE :instance END, :data
FROM (SELECT 1) LEFT JOIN target ON target.id = :target
