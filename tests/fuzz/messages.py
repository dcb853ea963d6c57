"""Diameter octets, and whole exchanges of Cx, Sh and the base protocol: what the fuzzers begin with."""
import struct

TGPP, OURS, CX, SH = 10415, 32473, 16777216, 16777217
REALM = b"ims.example"
SCSCF = b"sip:scscf.ims.example"


def avp(code, data, vendor=0, flags=None):
    """An AVP: a number has four octets, a list is a group."""
    if isinstance(data, int):
        data = struct.pack(">I", data & 0xFFFFFFFF)
    elif isinstance(data, list):
        data = b"".join(data)
    elif isinstance(data, str):
        data = data.encode()
    flags = (0x40 if flags is None else flags) | (0x80 if vendor else 0)
    head = struct.pack(">II", code, flags << 24 | (len(data) + (12 if vendor else 8)))
    return head + (struct.pack(">I", vendor) if vendor else b"") + data + b"\0" * (-len(data) % 4)


def message(command, application, avps, flags, hop_by_hop=1, end_to_end=1):
    body = b"".join(avps)
    return struct.pack(">IIIII", 1 << 24 | 20 + len(body), flags << 24 | command, application, hop_by_hop, end_to_end) + body


def split(octets):
    """The AVPs of a row of them, each with its padding; None where the octets are no row."""
    out, at = [], 0
    while at < len(octets):
        if len(octets) - at < 8:
            return None
        head, length = octets[at + 4] & 0x80, int.from_bytes(octets[at + 5:at + 8], "big")
        if length < (12 if head else 8) or length > len(octets) - at:
            return None
        end = min(at + (length + 3 & ~3), len(octets))
        out.append(octets[at:end])
        at = end
    return out


def header_size(one):
    return 12 if one[4] & 0x80 else 8


def data_of(one):
    return one[header_size(one):int.from_bytes(one[5:8], "big")]


def code_of(one):
    return int.from_bytes(one[:4], "big")


def find(octets, code):
    """The data of the first AVP of the message with that code; nothing: there is none."""
    for one in split(octets[20:]) or []:
        if code_of(one) == code:
            return data_of(one)
    return None


class Speaker:
    """Makes a peer's requests: each of a session of its own."""

    def __init__(self, host):
        self.host, self.sessions = host.encode(), 0

    def origin(self):
        return [avp(264, self.host), avp(296, REALM)]

    def request(self, command, application, avps, host=False):
        self.sessions += 1
        session = b"%s;%d;%d" % (self.host, self.sessions >> 32, self.sessions & 0xFFFFFFFF)
        common = [avp(263, session), avp(260, [avp(266, TGPP), avp(258, application)]), avp(277, 1)]
        common += self.origin() + [avp(283, REALM)] + ([avp(293, "hss.ims.example")] if host else [])
        return message(command, application, common + avps, 0xC0)

    def cer(self):
        return message(257, 0, self.origin() + [avp(257, b"\0\1\x7f\0\0\1"), avp(266, 0), avp(269, "fuzz", flags=0), avp(278, 1), avp(265, TGPP),
                       avp(260, [avp(266, TGPP), avp(258, CX)]), avp(260, [avp(266, TGPP), avp(258, SH)]), avp(258, 0xFFFFFFFF)][:-1], 0x80)

    def dwr(self):
        return message(280, 0, self.origin() + [avp(278, 1)], 0x80)

    def dpr(self):
        return message(282, 0, self.origin() + [avp(273, 0)], 0x80)

    def uar(self, impi, impu, waf=None):
        more = [avp(1001, [avp(657, waf, TGPP, 0), avp(658, "wwsf.example.net", TGPP, 0), avp(1002, "a.b.c", OURS, 0)], OURS, 0)] if waf else []
        features = avp(628, [avp(266, TGPP), avp(629, 1, TGPP, 0), avp(630, 1, TGPP, 0)], TGPP, 0)
        return self.request(300, CX, [avp(1, impi), avp(601, impu, TGPP), avp(600, REALM, TGPP), avp(623, 0, TGPP), avp(637, 0, TGPP, 0), features] + more)

    def sar(self, impi, impu, kind=1, server=SCSCF, basis=None):
        more = [] if basis is None else [avp(1005, basis, OURS, 0)]
        return self.request(301, CX, [avp(1, impi), avp(601, impu, TGPP), avp(602, server, TGPP), avp(614, kind, TGPP), avp(624, 0, TGPP)] + more)

    def lir(self, impu):
        return self.request(302, CX, [avp(601, impu, TGPP), avp(633, 0, TGPP)], host=True)

    def mar(self, impi, impu, scheme="Digest-AKAv1-MD5", auts=None):
        item = [avp(608, scheme, TGPP)] + ([avp(610, auts, TGPP)] if auts else [])
        return self.request(303, CX, [avp(1, impi), avp(601, impu, TGPP), avp(612, item, TGPP), avp(607, 1, TGPP), avp(602, SCSCF, TGPP)])

    def udr(self, impu, reference=11, service="notes"):
        return self.request(306, SH, [avp(700, [avp(601, impu, TGPP)], TGPP), avp(703, reference, TGPP), avp(704, service, TGPP),
                                      avp(708, 0, TGPP, 0), avp(602, "sip:as.ims.example", TGPP)])

    def pur(self, impu, document):
        return self.request(307, SH, [avp(700, [avp(601, impu, TGPP)], TGPP), avp(703, 0, TGPP), avp(702, document, TGPP)])

    def snr(self, impu, reference=0, kind=0):
        return self.request(308, SH, [avp(700, [avp(601, impu, TGPP)], TGPP), avp(705, kind, TGPP), avp(703, reference, TGPP), avp(704, "notes", TGPP),
                                      avp(706, 1, TGPP, 0), avp(709, b"\xe8\0\0\0", TGPP, 0)])

    def answer(self, request, result=2001):
        """The answer to a request of the other side."""
        flags, code = request[4] & 0x40, int.from_bytes(request[5:8], "big")
        application, hop_by_hop, end_to_end = struct.unpack(">III", request[8:20])
        session = find(request, 263)
        avps = ([avp(263, session)] if session is not None else []) + [avp(268, result)] + self.origin()
        if application:
            avps += [avp(260, [avp(266, TGPP), avp(258, application)]), avp(277, 1)]
        return message(code, application, avps, flags, hop_by_hop, end_to_end)


def repository(service, sequence, data):
    return (f"<Sh-Data><RepositoryData><ServiceIndication>{service}</ServiceIndication><SequenceNumber>{sequence}</SequenceNumber>"
            f"<ServiceData>{data}</ServiceData></RepositoryData></Sh-Data>")


def grants(*names):
    each = "".join(f"<DelegatedAuthorizer><WAF>{name}</WAF></DelegatedAuthorizer>" for name in names)
    return f'<DelegatedAuthorizers xmlns="urn:vouchsafe:delegated-authorizers:1">{each}</DelegatedAuthorizers>'
