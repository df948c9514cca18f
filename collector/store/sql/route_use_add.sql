-- A route made a message for a sink.
INSERT INTO route_use (route, sink, at) VALUES (:route, :sink, :at)
