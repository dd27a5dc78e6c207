"""What Redis does in one piece: nobody else gets between two lines of a script."""

PUBLISH = """
-- KEYS: the mark of this publisher, then every stream that is written
-- ARGV: number of this batch, how long its mark is kept (ms), then commands, as MessagePack
local done = redis.call('GET', KEYS[1])
if done and tonumber(done) >= tonumber(ARGV[1]) then return 0 end
for i = 3, #ARGV do
  for _, command in ipairs(cmsgpack.unpack(ARGV[i])) do redis.call(unpack(command)) end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
"""Writes a batch of records, or nothing of it where it is there already: a publisher that never got the
answer asks again, and the records are there once. Packed, a record costs this program 4 us instead of 11."""

SESSION = """
-- KEYS: members by the end of their session (ms), owners by partition, count of all that ever joined,
--       committed positions by partition
-- ARGV: this member, its token, length of a session (ms), partitions, whether it may take what is free,
--       then: count of partitions that it has, these; count of those that it gives up, these;
--       count of commits, partition and position of each
local at = 5
local function list()
  at = at + 1
  local found, from = {}, at + 1
  at = at + tonumber(ARGV[from - 1])
  for i = from, at do found[#found + 1] = ARGV[i] end
  return found
end
local me, length, partitions = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
local has, gives = list(), list()
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local owners, flat = {}, redis.call('HGETALL', KEYS[2])
for i = 1, #flat, 2 do owners[flat[i]] = flat[i + 1] end

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if not redis.call('ZSCORE', KEYS[1], me) then
  -- New, or away for too long. Where nobody took anything over meanwhile it is the same one as before.
  local same = false
  for _, owner in pairs(owners) do same = same or owner == me end
  if not same then
    me = string.format('%012d', redis.call('INCR', KEYS[3])) .. ':' .. ARGV[2]
    for _, partition in ipairs(has) do
      if not owners[partition] then
        owners[partition] = me
        redis.call('HSET', KEYS[2], partition, me)
      end
    end
  end
end
redis.call('ZADD', KEYS[1], now + length, me)
local members = redis.call('ZRANGE', KEYS[1], 0, -1)
table.sort(members)
local alive, place = {}, 0
for i, member in ipairs(members) do
  alive[member] = true
  if member == me then place = i end
end
local fair = math.floor(partitions / #members)
if place <= partitions % #members then fair = fair + 1 end

for _, partition in ipairs(gives) do
  if owners[partition] == me then
    owners[partition] = nil
    redis.call('HDEL', KEYS[2], partition)
  end
end
local mine, count = {}, 0
for partition, owner in pairs(owners) do
  if owner == me then
    mine[partition] = true
    count = count + 1
  end
end
if ARGV[5] == '1' then
  for number = 0, partitions - 1 do
    local partition = tostring(number)
    if count < fair and not alive[owners[partition] or ''] then
      mine[partition] = true
      count = count + 1
      redis.call('HSET', KEYS[2], partition, me)
    end
  end
end
at = at + 1
for i = at + 1, at + 2 * tonumber(ARGV[at]), 2 do
  if mine[ARGV[i]] then redis.call('HSET', KEYS[4], ARGV[i], ARGV[i + 1]) end
end
local answer = {me, fair}
for partition in pairs(mine) do answer[#answer + 1] = tonumber(partition) end
return answer
"""
"""A member's heartbeat, its share of the partitions, and its commits. The clock is the server's."""

LEAVE = """
-- KEYS: as above. ARGV: this member
redis.call('ZREM', KEYS[1], ARGV[1])
local flat = redis.call('HGETALL', KEYS[2])
for i = 1, #flat, 2 do
  if flat[i + 1] == ARGV[1] then redis.call('HDEL', KEYS[2], flat[i]) end
end
"""

LAG = """
-- KEYS: a stream. ARGV: the committed position, or nothing
local total = redis.call('XLEN', KEYS[1])
if total == 0 or ARGV[1] == '' then return total end
local at, count = ARGV[1], 0
while count < 1000 do
  local page = redis.call('XRANGE', KEYS[1], '(' .. at, '+', 'COUNT', 100)
  count = count + #page
  if #page < 100 then return count end
  at = page[#page][1]
end
local function time(entry) return tonumber(string.match(entry[1][1], '^%d+')) end
local first = time(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1))
local last = time(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1))
local share = (last - tonumber(string.match(at, '^%d+'))) / math.max(last - first, 1)
return math.min(count + math.floor(total * share), total)
"""
"""Records after a position: counted up to a thousand, and from there on judged by their times."""
