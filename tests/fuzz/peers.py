"""Diameter clients of the live fuzzer, all on one thread: each does what it can without waiting."""
import collections, errno, re, socket, struct, time
import mutate
from messages import Speaker, find, grants, repository

WAF, SERVICE, GRANTS = "waf.example.net", "notes", "delegated-authorizers"
REFERENCES = [0, 10, 11, 12, 13, 16, 17, 18, 23, 32, 99]
USERS = 200        # generated ones; the first are those of the peer that behaves, and of those that are written to
ITS_OWN = 20


def impi(number):
    return f"user{number:08}@ims.example"


def impu(number):
    return f"sip:user{number:08}@ims.example"


class Connection:
    """A socket, and the messages that come over it."""

    def __init__(self, world, host):
        self.world, self.speaker, self.host = world, Speaker(host), host
        # A session's name is nobody's twice: two requests at once with one end freeDiameter.
        self.speaker.sessions = world.sessions()
        self.incoming = self.outgoing = b""
        self.next_id = world.random.getrandbits(31)
        self.open = self.closed = False
        self.socket = socket.socket()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        if self.socket.connect_ex(("127.0.0.1", world.port)) not in (0, errno.EINPROGRESS):
            self.closed = True
        self.send(self.first())

    def first(self):
        return self.numbered(self.speaker.cer())

    def numbered(self, octets):
        self.next_id = self.next_id + 1 & 0xFFFFFFFF
        return octets[:12] + struct.pack(">II", self.next_id, self.next_id) + octets[20:]

    def send(self, octets):
        self.world.note(self.host, octets)
        self.outgoing += octets

    def write(self):
        try:
            self.outgoing = self.outgoing[self.socket.send(self.outgoing):]
        except BlockingIOError:
            pass
        except OSError:
            self.close()

    def read(self):
        """The messages that have come."""
        try:
            octets = self.socket.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError:
            octets = b""
        if not octets:
            return self.close()
        self.incoming += octets
        while len(self.incoming) >= 20 and not self.closed:
            length = int.from_bytes(self.incoming[1:4], "big")
            if len(self.incoming) < length:
                break
            one, self.incoming = self.incoming[:length], self.incoming[length:]
            if not self.open and one[5:8] == b"\0\x01\x01":
                self.open = find(one, 268) == struct.pack(">I", 2001)
                if not self.open:
                    return self.close()
            elif one[4] & 0x80:
                self.asked(one)
            else:
                self.answered(one)

    def close(self, at_once=False):
        if at_once:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
        self.closed = True


class Beside(Connection):
    """The peer that behaves: every request of it must be answered. It writes what calls for RTR, PPR and PNR."""

    def __init__(self, world, host):
        super().__init__(world, host)
        self.waiting, self.turn, self.answers, self.results = {}, 0, 0, collections.Counter()
        self.due = 0

    def ask(self, octets, then=None):
        octets = self.numbered(octets)
        self.waiting[octets[12:16]] = (time.monotonic(), octets, then)
        self.send(octets)

    def work(self):
        while self.open and len(self.waiting) < 4 and time.monotonic() > self.due:
            self.due = time.monotonic() + 0.01
            self.turn += 1
            who = self.turn // 8 % ITS_OWN
            service = (SERVICE, GRANTS)[self.turn // 16 % 2]
            asked = [lambda s: s.uar(impi(who), impu(who)), lambda s: s.lir(impu(who)), lambda s: s.mar(impi(who), impu(who)),
                     lambda s: s.udr(impu(who), 11), lambda s: s.uar(impi(who), impu(who), WAF), lambda s: s.dwr(),
                     lambda s: s.sar(impi(who), impu(who), 5), None][self.turn % 8]
            if asked:
                self.ask(asked(self.speaker))
            else:
                self.ask(self.speaker.udr(impu(who), 0, service), lambda answer: self.write_back(who, service, answer))

    def write_back(self, who, service, answer):
        """Repository data, or the grants without and with the authorizer in turn, after what is there."""
        there = re.search(rb"<SequenceNumber>(\d+)", answer)
        sequence = 0 if not there else int(there[1]) % 65535 + 1
        data = f"<n>{self.turn}</n>" if service == SERVICE else grants(*[WAF][:self.turn // 160 % 2])
        self.ask(self.speaker.pur(impu(who), repository(service, sequence, data)))

    def asked(self, request):
        self.send(self.speaker.answer(request))

    def answered(self, answer):
        waited = self.waiting.pop(answer[12:16], None)
        if waited:
            self.answers += 1
            result = find(answer, 268) or (find(answer, 297) or b"")[-4:]
            self.results[int.from_bytes(result, "big")] += 1
            if waited[2]:
                waited[2](answer)

    def missing(self, patience):
        """Requests without an answer for so many seconds."""
        now = time.monotonic()
        return [octets for since, octets, _ in self.waiting.values() if now - since > patience]


class Odd(Connection):
    """A peer that sends mutated requests, now and then one as it should be, and leaves at any moment."""

    def __init__(self, world, host):
        super().__init__(world, host)
        self.marker, self.last = None, time.monotonic()

    def first(self):
        return super().first() if self.world.random.random() < 0.9 else self.world.mutated(super().first())

    def request(self):
        r, s, who = self.world.random, self.speaker, self.world.random.randrange(USERS)
        return r.choice([lambda: s.uar(impi(who), impu(who)), lambda: s.uar(impi(who), impu(who), WAF), lambda: s.lir(impu(who)),
                         lambda: s.mar(impi(who), impu(who), r.choice(["Digest-AKAv1-MD5", "SIP Digest", "Unknown"]), r.choice([None, r.randbytes(30)])),
                         lambda: s.sar(impi(who), impu(who), r.randrange(12), basis=r.choice([None, 0, 1])), lambda: s.udr(impu(who), r.choice(REFERENCES)),
                         lambda: s.pur(impu(who), repository(SERVICE, r.randrange(3), "<n/>")), lambda: s.pur(impu(who), repository(GRANTS, 1, grants(WAF))),
                         lambda: s.snr(impu(who), 0, r.randrange(2)), s.dwr, s.dwr, lambda: s.answer(s.dwr()), lambda: s.answer(s.uar(impi(who), impu(who)))])()

    def work(self):
        if not self.open and time.monotonic() - self.last > 3:
            return self.close()  # its CER was none
        if not self.open or self.outgoing:
            return
        if self.marker is not None and time.monotonic() - self.last < self.world.patience:
            return
        if self.marker is not None:
            self.world.stalled(self)
            return self.close()
        r = self.world.random
        for _ in range(r.choice([1, 4, 16, 40])):
            octets = self.world.mutated(self.numbered(self.request()))
            self.send(octets)
            if r.random() < 0.002:  # and it sends on
                self.send(self.numbered(self.speaker.dpr()))
        if r.random() < 0.04:
            return self.leave()
        octets = self.numbered(self.speaker.lir(impu(r.randrange(USERS))))
        self.marker, self.last = octets[12:16], time.monotonic()
        self.send(octets)

    def leave(self):
        r = self.world.random
        pick = r.randrange(4)
        if pick < 2:
            dpr = self.numbered(self.speaker.dpr())
            self.send(dpr if pick == 0 else self.world.mutated(dpr))
        elif pick == 2:
            octets = self.numbered(self.request())
            self.send(octets[:r.randrange(1, len(octets))])
        self.write()
        if not self.closed:
            self.close(at_once=r.random() < 0.5)
        self.world.left += 1

    def asked(self, request):
        octets = self.speaker.answer(request)
        self.send(octets if self.world.random.random() < 0.3 else self.world.mutated(octets))

    def answered(self, answer):
        if answer[12:16] == self.marker:
            self.marker = None


class Patient(Odd):
    """An S-CSCF and AS that subscribes, registers and then waits to be asked: its answers are mutated."""

    def __init__(self, world, host):
        super().__init__(world, host)
        self.until = time.monotonic() + world.random.choice([1, 5, 20])
        self.since = 0

    def work(self):
        now = time.monotonic()
        if not self.open or self.outgoing:
            return super().work() if not self.open else None
        if now > self.until:
            return self.leave()
        # Once a second at first, then never again: the daemon's watchdog comes after 6 s of silence.
        if self.since < 2 and now - self.last > 0.5:
            self.since, self.last = self.since + 1, now
            server = ("sip:" + self.host).encode()
            for who in range(ITS_OWN):
                for octets in (self.speaker.uar(impi(who), impu(who), WAF), self.speaker.snr(impu(who)),
                               self.speaker.sar(impi(who), impu(who), 1, server, basis=1)):
                    self.send(self.numbered(octets))

    def asked(self, request):
        r = self.world.random
        self.world.asked[int.from_bytes(request[5:8], "big")] += 1
        octets = self.speaker.answer(request, r.choice([2001, 2001, 5012, 3002, 0, 99999]))
        for _ in range(r.choice([0, 1, 1, 1, 1, 2])):
            self.send(octets if r.random() < 0.2 else self.world.mutated(octets))
