-- A route made a message.
INSERT INTO route_use (route, at) VALUES (:route, :at)
