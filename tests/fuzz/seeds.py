"""Writes the binary part of the corpora. Each message is named by what it is."""
import pathlib, struct, sys
from messages import *

WAF, IMPI, IMPU = "waf.example.net", "alice@ims.example", "sip:alice@ims.example"


def longer(octets, more):
    """A message with octets behind its AVPs."""
    whole = octets + more
    return whole[:1] + len(whole).to_bytes(3, "big") + whole[4:]


def without(octets, code):
    return longer(octets[:20], b"".join(one for one in split(octets[20:]) if code_of(one) != code))


def with_flags(octets, flags):
    return octets[:4] + bytes([flags]) + octets[5:]


def of_cx():
    peer = Speaker("scscf.ims.example")
    return {"uar-plain": peer.uar(IMPI, IMPU), "uar-delegated": peer.uar(IMPI, IMPU, WAF), "lir": peer.lir(IMPU),
            "mar-aka": peer.mar(IMPI, IMPU), "mar-resynchronization": peer.mar(IMPI, IMPU, auts=b"r" * 16 + b"a" * 14),
            "sar-registration": peer.sar(IMPI, IMPU), "sar-trusted-node": peer.sar(IMPI, IMPU, basis=1),
            "sar-of-an-unregistered-user": without(peer.sar(IMPI, IMPU, 3), 1),
            "sar-with-a-marker": longer(peer.sar(IMPI, IMPU), avp(494, "tna;" + WAF, 50, 0)),
            "uar-without-an-impu": without(peer.uar(IMPI, IMPU), 601), "uar-type-out-of-range": longer(peer.uar(IMPI, IMPU), avp(623, 9, TGPP)),
            "uar-by-a-proxy": longer(peer.uar(IMPI, IMPU), avp(284, [avp(280, "dra.example"), avp(33, b"\1\2\0\xff")]) + avp(282, "dra.example"))}


def of_sh():
    peer = Speaker("as.ims.example")
    msisdn = avp(700, [avp(701, b"\x51\x55\x01\xf0", TGPP)], TGPP)
    return {"udr-user-state": peer.udr(IMPU), "udr-repository-data": peer.udr(IMPU, 0), "udr-by-msisdn": longer(without(peer.udr(IMPU), 700), msisdn),
            "pur-repository-data": peer.pur(IMPU, repository("notes", 1, "<n/>")),
            "pur-grants": peer.pur(IMPU, repository("urn:vouchsafe:delegated-authorizers:1", 1, grants(WAF))),
            "snr-repository-data": peer.snr(IMPU), "snr-that-ends": peer.snr(IMPU, 11, 1), "udr-two-users": longer(peer.udr(IMPU), msisdn),
            "snr-expiry-of-three-octets": longer(peer.snr(IMPU), avp(709, b"abc", TGPP, 0))}


def of_the_wire():
    """What the judge is for: dict/guard.def."""
    peer = Speaker("client.ims.example")
    uar = peer.uar(IMPI, IMPU)
    nested = avp(33, "x")
    for _ in range(18):
        nested = avp(279, [nested])
    rta = peer.answer(message(304, CX, [avp(263, "hss;1;1")], 0xC0))
    dwa = peer.answer(peer.dwr())
    zero = lambda code, data: struct.pack(">III", code, 0xC0 << 24 | len(data) + 12, 0) + data + b"\0" * (-len(data) % 4)
    return {"cer": peer.cer(), "dwr": peer.dwr(), "dpr": peer.dpr(), "dwa": dwa, "rta": rta, "pna": peer.answer(message(309, SH, [], 0xC0)),
            "error-bit-in-a-request": with_flags(uar, 0xE0), "application-of-nobody": uar[:8] + struct.pack(">I", 4) + uar[12:],
            "octets-after-the-last-avp": longer(uar, b"abc"), "avp-of-length-0": longer(uar, struct.pack(">II", 99, 0x40 << 24)),
            "avp-shorter-than-its-header": longer(uar, struct.pack(">II", 99, 0x40 << 24 | 7)),
            "avp-beyond-the-end": longer(uar, struct.pack(">II", 1, 0x40 << 24 | 4000) + b"abcd"),
            "group-that-holds-a-rest": longer(uar, avp(260, avp(266, 1) + b"abc")), "number-of-three-octets": longer(uar, avp(623, b"abc", TGPP)),
            "user-name-of-vendor-0": longer(uar, zero(1, b"x")), "origin-state-of-vendor-0-in-a-dwr": longer(peer.dwr(), zero(278, b"abcd")),
            "groups-in-groups": longer(uar, nested), "unknown-avp-with-m": longer(uar, avp(9999, "x")),
            "session-id-with-a-nul": longer(without(uar, 263), avp(263, b"a\0b")), "two-session-ids": longer(uar, avp(263, "a;1;2")),
            "no-session-id": without(uar, 263), "no-origin-host": without(uar, 264), "no-destination-realm": without(uar, 283),
            "another-host": longer(uar, avp(293, "other.ims.example")), "another-realm": longer(without(uar, 283), avp(283, "other.example")),
            "own-name-in-a-route-record": longer(uar, avp(282, "hss.ims.example")), "decorated-nai": peer.uar("other.example!x@ims.example", IMPU),
            "user-name-that-is-no-utf-8": peer.uar(b"alice\xff@ims.example", IMPU), "command-of-the-guard": uar[:5] + (16777214).to_bytes(3, "big") + uar[8:],
            "proxy-info-of-garbage": longer(uar, avp(284, struct.pack(">II", 280, 0x40 << 24 | 32) + b"abcd")),
            "proxy-info-with-a-text": longer(uar, avp(284, [avp(280, "a.b"), avp(33, "s"), avp(281, b"\xff")])),
            "answer-with-a-short-result-code": longer(without(rta, 268), avp(268, b"abc")), "answer-of-application-0": rta[:4] + b"\0" + rta[5:8] + b"\0" * 4 + rta[12:],
            "watchdog-without-room": message(280, 0, [avp(278, b"abc")], 0x80), "header-alone": message(300, CX, [], 0xC0)}


def write(target, folder):
    """The messages that a target begins with, if any; each in a file of the folder."""
    sets = {"judge": [of_cx, of_sh, of_the_wire], "cx_messages": [of_cx, of_the_wire], "sh_messages": [of_sh, of_the_wire]}
    for each in sets.get(target, []):
        for name, octets in each().items():
            (pathlib.Path(folder) / name).write_bytes(octets)


if __name__ == "__main__":
    write(*sys.argv[1:3])
