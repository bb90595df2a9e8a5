-- Sends the ready-made requests of a file round and round: `<length>\n<bytes>` each, signed
-- beforehand, so that the load generator only copies bytes. Prints one line of JSON at the end.

local requests, count, at = {}, 0, 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  while true do
    local length = file:read("*n")
    if not length then break end
    file:read(1)
    count = count + 1
    requests[count] = file:read(length)
  end
  file:close()
  -- Each round starts elsewhere, so that no variant meets the same beginning every time.
  at = (tonumber(args[2]) or 0) % count
end

function request()
  at = at % count + 1
  return requests[at]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"mean":%.1f,"p50":%d,"p90":%d,"p99":%d,"max":%d,' ..
    '"status":%d,"socket":%d}\n',
    summary.requests, summary.duration, latency.mean, latency:percentile(50),
    latency:percentile(90), latency:percentile(99), latency.max, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
