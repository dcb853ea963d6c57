"""Mutations of whole Diameter messages that keep to their structure, or break it in one place."""
import struct
from messages import TGPP, avp, code_of, data_of, header_size, split

CODES = [1, 33, 55, 257, 258, 260, 263, 264, 266, 268, 273, 277, 278, 279, 280, 281, 282, 283, 284, 287, 292, 293, 296, 297, 298, 494, 600, 601, 602, 607,
         612, 614, 623, 624, 628, 633, 637, 656, 657, 658, 700, 701, 702, 703, 704, 705, 706, 708, 709, 1001, 1002, 1003, 1005, 9999, 0, 0xFFFFFFFF]
VENDORS = [0, 1, 50, TGPP, 13019, 32473, 0xFFFFFFFF]
GROUPS = [(260, 0), (279, 0), (284, 0), (297, 0), (612, TGPP), (628, TGPP), (700, TGPP), (1001, 32473)]
COMMANDS = [257, 258, 271, 274, 275, 280, 282, 300, 301, 302, 303, 304, 305, 306, 307, 308, 309, 310, 16777214, 0, 0xFFFFFF]
APPLICATIONS = [0, 3, 4, 16777216, 16777217, 16777251, 0xFFFFFFFF]
NUMBERS = [0, 1, 2, 3, 4, 11, 0x7F, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]
VALUES = [b"", b"\0", b"a\0b", b"\xff\xfe", b"%s%n%x", b"other.example!x@ims.example", b"!@", b"@", b"a" * 255, b"a" * 256, b"x" * 4000, "\u202e".encode(),
          b"sip:", b"sip:user00000001@ims.example;lr", b"tel:+", b"sip:a%00@ims.example", b"sip:user!.*!@ims.example", b"<Sh-Data/>", b"hss.ims.example",
          b"HSS.IMS.EXAMPLE", b"aaa://hss.ims.example", b"\n\r\x1b[2J", b"waf.example.net", b"xn--", b"xn--a" * 50]
LONGEST = 60000


def with_data(one, data):
    """The AVP with other data, and its length right."""
    size = header_size(one)
    return one[:5] + (size + len(data)).to_bytes(3, "big") + one[8:size] + data + b"\0" * (-len(data) % 4)


def value(random, data):
    pick = random.randrange(6)
    if pick == 0:
        return random.choice(VALUES)
    if pick == 1:
        return struct.pack(">I", random.choice(NUMBERS))
    if pick == 2:
        return data[:random.randrange(len(data) + 1)]
    if pick == 3:
        return data + random.randbytes(random.randrange(1, 9))
    at = random.randrange(len(data) + 1)
    if pick == 4:
        return data[:at] + random.choice([b"\0", b"!", b"@", b"\x80", b";", b"<", b"\xc0\x80"]) + data[at:]
    changed = bytearray(data)
    for _ in range(random.randrange(1, 4)):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def announced(random, one):
    """The AVP with a length in its header that is not its own."""
    length = int.from_bytes(one[5:8], "big")
    other = random.choice([0, 1, 7, 8, 11, 12, length - 1, length + 1, length + 4, len(one) + 1, 0xFFFF, 0xFFFFFF, random.randrange(1 << 24)])
    return one[:5] + (other & 0xFFFFFF).to_bytes(3, "big") + one[8:]


def changed(random, one):
    """One AVP, changed in itself."""
    pick = random.randrange(9)
    if pick == 0:
        return struct.pack(">I", random.choice(CODES)) + one[4:]
    if pick == 1:
        return one[:4] + bytes([one[4] ^ random.choice([0x80, 0x40, 0x20, 0x1F, 0xC0])]) + one[5:]
    if pick == 2 and one[4] & 0x80:
        return one[:8] + struct.pack(">I", random.choice(VENDORS)) + one[12:]
    if pick == 2:
        return avp(code_of(one), data_of(one), 1, one[4] & 0x40)[:8] + struct.pack(">I", random.choice(VENDORS)) + data_of(one) + b"\0" * (-len(data_of(one)) % 4)
    if pick == 3:
        return announced(random, one)
    inside = split(data_of(one))
    if inside and random.randrange(3):
        return with_data(one, b"".join(avps(random, inside)))
    return with_data(one, value(random, data_of(one)))


def avps(random, row):
    """A row of AVPs, changed in one place."""
    row = list(row)
    if not row:
        return [random.randbytes(random.randrange(16))]
    at, pick = random.randrange(len(row)), random.randrange(12)
    if pick == 0:
        del row[at]
    elif pick == 1:
        row[at:at] = [row[at]] * random.choice([1, 1, 2, 50])
    elif pick == 2:
        random.shuffle(row)
    elif pick == 3:
        row.insert(random.randrange(len(row)), row.pop(at))
    elif pick == 4:
        code, vendor = random.choice(GROUPS)
        for _ in range(random.choice([1, 1, 2, 15, 16, 17, 40])):
            row[at] = avp(code, row[at], vendor, random.choice([0, 0x40]))
    elif pick == 5:
        row[at:at + 1] = split(data_of(row[at])) or []
    elif pick == 6:
        row.insert(at, avp(random.choice(CODES), random.choice(VALUES), random.choice(VENDORS), random.choice([0, 0x40])))
    else:
        row[at] = changed(random, row[at])
    return row


def header(random, octets):
    pick = random.randrange(4)
    if pick == 0:
        return octets[:4] + bytes([octets[4] ^ random.choice([0x80, 0x40, 0x20, 0x10, 0x0F])]) + octets[5:]
    if pick == 1:
        return octets[:5] + random.choice(COMMANDS).to_bytes(3, "big") + octets[8:]
    if pick == 2:
        return octets[:8] + struct.pack(">I", random.choice(APPLICATIONS)) + octets[12:]
    return octets[:12] + struct.pack(">II", random.getrandbits(32), random.choice([0, 1, random.getrandbits(32)])) + octets[20:]


def message(random, octets):
    """A message, changed in one to three places. Its own header still tells its length."""
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        pick = random.randrange(10)
        body = octets[20:]
        if pick == 0:
            octets = header(random, octets)
        elif pick == 1:
            octets = octets[:20] + body[:random.randrange(len(body) + 1)]
        elif pick == 2:
            octets += random.randbytes(random.choice([1, 3, 4, 7, 8, 12]))
        else:
            row = split(body)
            octets = octets[:20] + (value(random, body) if row is None else b"".join(avps(random, row)))
        # With fewer octets behind the header than an AVP has, freeDiameter closes the connection: that is for wild().
        octets = octets[:LONGEST if len(octets) >= 28 else 20]
    return octets[:1] + len(octets).to_bytes(3, "big") + octets[4:]


def wild(random, octets):
    """What ends the connection: another version, another length, less than a header, or than an AVP behind it."""
    pick = random.randrange(5)
    if pick == 0:
        return bytes([random.randrange(256)]) + octets[1:]
    if pick == 1:
        return octets[:1] + random.choice([0, 1, 19, 20, len(octets) - 1, len(octets) + 1, 0xFFFFFF]).to_bytes(3, "big") + octets[4:]
    if pick == 2:
        return octets[:random.randrange(20)]
    if pick == 3:
        size = random.randrange(21, 28)
        return octets[:1] + size.to_bytes(3, "big") + octets[4:size]
    return random.randbytes(random.randrange(1, 100))


def values(octets, code):
    """The data of each base AVP with that code that a reader may find in the message: as far as its AVPs can be read."""
    out, at = [], 20
    while len(octets) - at >= 8:
        length = int.from_bytes(octets[at + 5:at + 8], "big")
        size = 12 if octets[at + 4] & 0x80 else 8
        if length < size or at + length > len(octets):
            break
        if int.from_bytes(octets[at:at + 4], "big") == code:
            out.append(octets[at + size:at + length])
        at += length + 3 & ~3
    return out
