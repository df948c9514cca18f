-- Take back all grants of an agent.
DELETE FROM agent_grant WHERE agent = :agent
