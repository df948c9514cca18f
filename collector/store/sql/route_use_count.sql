-- How many messages a route made for a sink since, and when the first of them was.
SELECT count(*), coalesce(min(at), 0) FROM route_use WHERE route = :route AND sink = :sink AND at > :since
