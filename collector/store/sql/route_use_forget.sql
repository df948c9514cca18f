-- Messages of a route that count no longer.
DELETE FROM route_use WHERE route = :route AND at <= :since
