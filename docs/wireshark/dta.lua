-- Wireshark dissector of Direct Telemetry Access: reports (UDP port 40040), ACKs and NACKs (UDP port 40044).
-- The formats are those of docs/wire-format.md. A report does not say how long its key, value or entry is: the stores'
-- layouts are preferences. Works with Wireshark 3.6 and later (Lua 5.2 to 5.4); see README.md for how to install it.

local dta = Proto("dta", "Direct Telemetry Access")

local REPORT_PORT = 40040
local ACK_PORT = 40044
local MAX_REDUNDANCY = 8
local MAX_HOPS = 8
local ACK_LENGTH = 2
local IPV4_5_TUPLE = 13
local IPV6_5_TUPLE = 37

-- Preferences -------------------------------------------------------------------------------------------------------

-- The defaults are the stores of `dta demo`.
dta.prefs.report_port = Pref.uint("UDP port of reports", REPORT_PORT, "Where translators receive reports")
dta.prefs.ack_port = Pref.uint("UDP port of ACKs and NACKs", ACK_PORT, "Where reporters receive answers")
dta.prefs.compact = Pref.bool("Compact base header", false,
  "Reports have the 2-byte base header of the public prototype's reporter")
dta.prefs.keywrite_stores = Pref.string("Key-Write stores", "0=13+20",
  "STORE=KEY+VALUE, lengths in bytes, joined by commas: 0=13+20,7=4+4")
dta.prefs.append_stores = Pref.string("Append stores", "0=18", "STORE=ENTRY, lengths in bytes, joined by commas")
dta.prefs.keyincrement_stores = Pref.string("Key-Increment stores", "0=4",
  "STORE=KEY, lengths in bytes, joined by commas")
dta.prefs.postcard_stores = Pref.string("Postcarding stores", "0=13", "STORE=KEY, lengths in bytes, joined by commas")
dta.prefs.sketch_stores = Pref.string("Sketch-Merge stores", "0=4", "STORE=ROWS, counters a column, joined by commas")

-- Fields ------------------------------------------------------------------------------------------------------------

local OPCODES = { [1] = "Key-Write", [2] = "Append", [3] = "Key-Increment", [4] = "Postcard", [5] = "Sketch column" }

local f = {
  report = ProtoField.bytes("dta.report", "Report"),
  count = ProtoField.uint32("dta.reports", "Reports in the datagram"),
  opcode = ProtoField.uint8("dta.opcode", "Opcode", base.DEC, OPCODES),
  seqnum = ProtoField.uint8("dta.seqnum", "Sequence number"),
  immediate = ProtoField.bool("dta.immediate", "Immediate", 8, nil, 0x80),
  retransmittable = ProtoField.bool("dta.retransmittable", "Retransmittable", 8, nil, 0x40),
  store = ProtoField.uint8("dta.store", "Store", base.DEC, nil, 0x3F),
  reserved = ProtoField.uint8("dta.reserved", "Reserved", base.HEX, nil, 0x7F),
  undecoded = ProtoField.bytes("dta.undecoded", "Not decoded"),

  keywrite_redundancy = ProtoField.uint8("dta.keywrite.redundancy", "Redundancy"),
  keywrite_key = ProtoField.bytes("dta.keywrite.key", "Key"),
  keywrite_value = ProtoField.bytes("dta.keywrite.value", "Value"),
  append_list = ProtoField.uint32("dta.append.list", "List"),
  append_entry = ProtoField.bytes("dta.append.entry", "Entry"),
  keyincrement_redundancy = ProtoField.uint8("dta.keyincrement.redundancy", "Redundancy"),
  keyincrement_key = ProtoField.bytes("dta.keyincrement.key", "Key"),
  keyincrement_increment = ProtoField.uint64("dta.keyincrement.increment", "Increment"),
  postcard_key = ProtoField.bytes("dta.postcard.key", "Key"),
  postcard_hop = ProtoField.uint8("dta.postcard.hop", "Hop"),
  postcard_value = ProtoField.uint32("dta.postcard.value", "Value"),
  sketch_reporter = ProtoField.uint16("dta.sketch.reporter", "Reporter"),
  sketch_epoch = ProtoField.uint32("dta.sketch.epoch", "Epoch"),
  sketch_column = ProtoField.uint32("dta.sketch.column", "Column"),
  sketch_counter = ProtoField.uint32("dta.sketch.counter", "Counter"),

  key_number = ProtoField.uint32("dta.key.u32", "Number"),
  key_ipv4 = ProtoField.ipv4("dta.key.ipv4", "Address"),
  key_source = ProtoField.ipv4("dta.key.src", "Source"),
  key_destination = ProtoField.ipv4("dta.key.dst", "Destination"),
  key_source6 = ProtoField.ipv6("dta.key.src6", "Source"),
  key_destination6 = ProtoField.ipv6("dta.key.dst6", "Destination"),
  key_source_port = ProtoField.uint16("dta.key.srcport", "Source port"),
  key_destination_port = ProtoField.uint16("dta.key.dstport", "Destination port"),
  key_protocol = ProtoField.uint8("dta.key.protocol", "Protocol"),

  ack_seqnum = ProtoField.uint8("dta.ack.seqnum", "Sequence number"),
  ack_nack = ProtoField.bool("dta.ack.nack", "NACK", 8, nil, 0x80),
  ack_reserved = ProtoField.uint8("dta.ack.reserved", "Reserved", base.HEX, nil, 0x7F),
}
dta.fields = f

local e = {
  opcode = ProtoExpert.new("dta.expert.opcode", "No primitive has this opcode: neither it nor what follows is decoded",
    expert.group.MALFORMED, expert.severity.ERROR),
  store = ProtoExpert.new("dta.expert.store",
    "The layout of this store is not known: set it in the preferences of DTA", expert.group.UNDECODED,
    expert.severity.WARN),
  truncated = ProtoExpert.new("dta.expert.truncated", "The datagram ends before the report does",
    expert.group.MALFORMED, expert.severity.ERROR),
  redundancy = ProtoExpert.new("dta.expert.redundancy", "A redundancy is 1 to 8", expert.group.PROTOCOL,
    expert.severity.WARN),
  hop = ProtoExpert.new("dta.expert.hop", "A hop is 1 to 8", expert.group.PROTOCOL, expert.severity.WARN),
  blank = ProtoExpert.new("dta.expert.blank", "No postcard may carry the blank value 0xFFFFFFFF",
    expert.group.PROTOCOL, expert.severity.WARN),
  reserved = ProtoExpert.new("dta.expert.reserved", "Reserved bits are not zero", expert.group.PROTOCOL,
    expert.severity.NOTE),
  ack_length = ProtoExpert.new("dta.expert.ack_length", "An ACK or NACK has 2 bytes", expert.group.MALFORMED,
    expert.severity.ERROR),
  preference = ProtoExpert.new("dta.expert.preference", "A layout in the preferences of DTA cannot be read",
    expert.group.UNDECODED, expert.severity.WARN),
}
dta.experts = e

-- Layouts -----------------------------------------------------------------------------------------------------------

-- By opcode and store: the lengths that the preferences give.
local layouts = {}
local layout_error = nil

local function read_layouts(opcode, text, pattern, example)
  layouts[opcode] = {}
  for part in text:gmatch("[^,%s]+") do
    local store, first, second = part:match(pattern)
    if store == nil or tonumber(store) > 63 or tonumber(first) < 1 or tonumber(first) > 4096 then
      layout_error = string.format("%s: '%s' is not of the form %s", OPCODES[opcode], part, example)
    else
      layouts[opcode][tonumber(store)] = { tonumber(first), tonumber(second or 0) }
    end
  end
end

local function read_preferences()
  layout_error = nil
  read_layouts(1, dta.prefs.keywrite_stores, "^(%d+)=(%d+)%+(%d+)$", "STORE=KEY+VALUE")
  read_layouts(2, dta.prefs.append_stores, "^(%d+)=(%d+)$", "STORE=ENTRY")
  read_layouts(3, dta.prefs.keyincrement_stores, "^(%d+)=(%d+)$", "STORE=KEY")
  read_layouts(4, dta.prefs.postcard_stores, "^(%d+)=(%d+)$", "STORE=KEY")
  read_layouts(5, dta.prefs.sketch_stores, "^(%d+)=(%d+)$", "STORE=ROWS")
end

-- What follows the base header, in bytes.
local function body_length(opcode, layout)
  if opcode == 1 then return 1 + layout[1] + layout[2] end
  if opcode == 2 then return 4 + layout[1] end
  if opcode == 3 then return 9 + layout[1] end
  if opcode == 4 then return 5 + layout[1] end
  return 10 + 4 * layout[1]
end

-- Bodies: every one is known to be whole ----------------------------------------------------------------------------

local function add_key(tree, field, range)
  local item = tree:add(field, range)
  local length = range:len()
  if length == 4 then
    item:add(f.key_number, range)
    item:add(f.key_ipv4, range)
  elseif length == IPV4_5_TUPLE then
    item:add(f.key_source, range(0, 4))
    item:add(f.key_destination, range(4, 4))
    item:add(f.key_source_port, range(8, 2))
    item:add(f.key_destination_port, range(10, 2))
    item:add(f.key_protocol, range(12, 1))
  elseif length == IPV6_5_TUPLE then
    item:add(f.key_source6, range(0, 16))
    item:add(f.key_destination6, range(16, 16))
    item:add(f.key_source_port, range(32, 2))
    item:add(f.key_destination_port, range(34, 2))
    item:add(f.key_protocol, range(36, 1))
  end
end

local function add_redundancy(tree, field, range)
  local item = tree:add(field, range)
  if range:uint() < 1 or range:uint() > MAX_REDUNDANCY then
    item:add_proto_expert_info(e.redundancy)
  end
end

local bodies = {
  [1] = function(tree, body, layout)
    add_redundancy(tree, f.keywrite_redundancy, body(0, 1))
    add_key(tree, f.keywrite_key, body(1, layout[1]))
    if layout[2] > 0 then
      tree:add(f.keywrite_value, body(1 + layout[1], layout[2]))
    end
  end,
  [2] = function(tree, body, layout)
    tree:add(f.append_list, body(0, 4))
    tree:add(f.append_entry, body(4, layout[1]))
  end,
  [3] = function(tree, body, layout)
    add_redundancy(tree, f.keyincrement_redundancy, body(0, 1))
    add_key(tree, f.keyincrement_key, body(1, layout[1]))
    tree:add(f.keyincrement_increment, body(1 + layout[1], 8))
  end,
  [4] = function(tree, body, layout)
    add_key(tree, f.postcard_key, body(0, layout[1]))
    local hop = tree:add(f.postcard_hop, body(layout[1], 1))
    if body(layout[1], 1):uint() < 1 or body(layout[1], 1):uint() > MAX_HOPS then
      hop:add_proto_expert_info(e.hop)
    end
    local value = tree:add(f.postcard_value, body(layout[1] + 1, 4))
    if body(layout[1] + 1, 4):uint() == 0xFFFFFFFF then
      value:add_proto_expert_info(e.blank)
    end
  end,
  [5] = function(tree, body, layout)
    tree:add(f.sketch_reporter, body(0, 2))
    tree:add(f.sketch_epoch, body(2, 4))
    tree:add(f.sketch_column, body(6, 4))
    for row = 0, layout[1] - 1 do
      tree:add(f.sketch_counter, body(10 + 4 * row, 4))
    end
  end,
}

-- Datagrams ---------------------------------------------------------------------------------------------------------

local function undecoded(tree, tvb, offset, why)
  tree:add(f.undecoded, tvb(offset)):add_proto_expert_info(why)
end

-- Adds the report at an offset; gives the offset behind it and its opcode, or nil where it cannot be decoded.
local function add_report(tree, tvb, offset)
  local compact = dta.prefs.compact
  local header = compact and 2 or 3
  local rest = tvb:len() - offset
  if rest < header then
    undecoded(tree, tvb, offset, e.truncated)
    return nil
  end
  local opcode = tvb(offset, 1):uint()
  local flags = tvb(offset + header - 1, 1)
  local store = compact and 0 or flags:bitfield(2, 6)
  local layout = OPCODES[opcode] and layouts[opcode][store]
  local length = layout and header + body_length(opcode, layout) or rest
  local whole = layout ~= nil and length <= rest

  local report = tree:add(f.report, tvb(offset, math.min(length, rest)))
  report:set_text(string.format("%s, store %d", OPCODES[opcode] or ("Opcode " .. opcode), store))
  local opcode_item = report:add(f.opcode, tvb(offset, 1))
  if not OPCODES[opcode] then
    opcode_item:add_proto_expert_info(e.opcode)
    report:add(f.undecoded, tvb(offset + 1))
    return nil
  end
  if not compact then
    report:add(f.seqnum, tvb(offset + 1, 1))
  end
  report:add(f.immediate, flags)
  if compact then
    local reserved = report:add(f.reserved, flags)
    if flags:bitfield(1, 7) ~= 0 then
      reserved:add_proto_expert_info(e.reserved)
    end
  else
    report:add(f.retransmittable, flags)
    report:add(f.store, flags)
  end
  if not whole then
    if rest > header then
      undecoded(report, tvb, offset + header, layout and e.truncated or e.store)
    else
      report:add_proto_expert_info(layout and e.truncated or e.store)
    end
    return nil
  end
  bodies[opcode](report, tvb(offset + header, length - header), layout)
  return offset + length, opcode
end

-- "3 Key-Write, Append", in the order in which they are first met.
local function summary(counts, order)
  local parts = {}
  for _, opcode in ipairs(order) do
    local many = counts[opcode] > 1 and (counts[opcode] .. " ") or ""
    parts[#parts + 1] = many .. OPCODES[opcode]
  end
  return table.concat(parts, ", ")
end

local function add_reports(tree, tvb, pinfo)
  local counts, order, reports, offset = {}, {}, 0, 0
  while offset ~= nil and offset < tvb:len() do
    local behind, opcode = add_report(tree, tvb, offset)
    if opcode then
      if not counts[opcode] then
        counts[opcode] = 0
        order[#order + 1] = opcode
      end
      counts[opcode] = counts[opcode] + 1
      reports = reports + 1
    end
    offset = behind
  end
  tree:add(f.count, reports):set_generated()
  local info = summary(counts, order)
  if offset == nil then
    info = info == "" and "not decoded" or info .. ", not decoded"
  end
  pinfo.cols.info = info
end

local function add_ack(tree, tvb, pinfo)
  if tvb:len() ~= ACK_LENGTH then
    undecoded(tree, tvb, 0, e.ack_length)
    pinfo.cols.info = "not decoded"
    return
  end
  local nack = tvb(1, 1):bitfield(0, 1) == 1
  tree:add(f.ack_seqnum, tvb(0, 1))
  tree:add(f.ack_nack, tvb(1, 1))
  local reserved = tree:add(f.ack_reserved, tvb(1, 1))
  if tvb(1, 1):bitfield(1, 7) ~= 0 then
    reserved:add_proto_expert_info(e.reserved)
  end
  pinfo.cols.info = string.format("%s %d", nack and "NACK" or "ACK", tvb(0, 1):uint())
end

function dta.dissector(tvb, pinfo, tree)
  if tvb:len() == 0 then
    return 0
  end
  pinfo.cols.protocol = "DTA"
  local root = tree:add(dta, tvb())
  if layout_error then
    root:add_proto_expert_info(e.preference, layout_error)
  end
  -- A translator answers from the port that it receives at.
  local answer = pinfo.dst_port == dta.prefs.ack_port
    or (pinfo.src_port == dta.prefs.report_port and pinfo.dst_port ~= dta.prefs.report_port)
  if answer then
    add_ack(root, tvb, pinfo)
  else
    add_reports(root, tvb, pinfo)
  end
  return tvb:len()
end

local registered = {}
local function register_ports()
  local udp = DissectorTable.get("udp.port")
  for _, port in ipairs(registered) do
    udp:remove(port, dta)
  end
  registered = { dta.prefs.report_port, dta.prefs.ack_port }
  for _, port in ipairs(registered) do
    udp:add(port, dta)
  end
end

function dta.prefs_changed()
  read_preferences()
  register_ports()
end

read_preferences()
register_ports()
