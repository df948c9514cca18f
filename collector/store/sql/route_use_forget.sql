-- Messages of a route for a sink that count no longer.
DELETE FROM route_use WHERE route = :route AND sink = :sink AND at <= :since
