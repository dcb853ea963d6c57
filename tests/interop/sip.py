"""A SIP user agent for the scenarios: a phone over UDP with SIP Digest or AKA, and a WebRTC client over WebSocket."""
import base64, hashlib, json, os, random, re, socket, struct, subprocess, time


class Response:
    def __init__(self, text):
        head, _, self.body = text.partition("\r\n\r\n")
        lines = head.split("\r\n")
        self.first = lines[0]
        self.headers = [line.partition(":")[::2] for line in lines[1:]]
        match = re.match(r"SIP/2\.0 (\d+)", self.first)
        self.status = int(match.group(1)) if match else 0

    def header(self, name):
        return next((value.strip() for key, value in self.headers if key.strip().lower() == name.lower()), "")


def aes(key, block):
    """AES-128 of one block, by openssl: Python has none of its own."""
    done = subprocess.run(["openssl", "enc", "-aes-128-ecb", "-nopad", "-K", key.hex()], input=block, capture_output=True, check=True)
    return done.stdout


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


class Sim:
    """A USIM: MILENAGE (TS 35.206) with OPc, and the SQN that it has seen."""

    def __init__(self, k, opc, sqn=0):
        self.k, self.opc, self.sqn = bytes.fromhex(k), bytes.fromhex(opc), sqn

    def out(self, rand, rotate, constant):
        temp = xor(aes(self.k, xor(rand, self.opc)), self.opc)
        temp = temp[rotate // 8:] + temp[:rotate // 8]
        return xor(aes(self.k, xor(temp, bytes(15) + bytes([constant]))), self.opc)

    def f1(self, rand, sqn, amf):
        temp = aes(self.k, xor(rand, self.opc))
        block = xor((sqn + amf) * 2, self.opc)
        block = block[8:] + block[:8]
        return xor(aes(self.k, xor(temp, block)), self.opc)

    def authenticate(self, rand, autn):
        """RES, or AUTS where the SQN is behind this SIM's. Raises ValueError for a network that is not ours."""
        two = self.out(rand, 0, 1)
        ak, res = two[:6], two[8:]
        sqn = xor(autn[:6], ak)
        if self.f1(rand, sqn, autn[6:8])[:8] != autn[8:]:
            raise ValueError("the network's MAC is wrong")
        number = int.from_bytes(sqn, "big")
        if number <= self.sqn:
            ak_star = self.out(rand, 96, 8)[:6]
            mine = self.sqn.to_bytes(6, "big")
            return None, xor(mine, ak_star) + self.f1(rand, mine, b"\0\0")[8:]
        self.sqn = number
        return res, None


def md5(*parts):
    return hashlib.md5(b":".join(p if isinstance(p, bytes) else p.encode() for p in parts)).hexdigest()


def token(waf, impi, impu, wwsf=None):
    """A WAF's token as a compact JWS, whose signature nobody looks at here."""
    claims = {"iss": waf, "impi": impi, "impu": impu} | ({"wwsf": wwsf} if wwsf else {})
    b64 = lambda data: base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()
    return b64({"alg": "none"}) + "." + b64(claims) + ".c2ln"


class Udp:
    transport = "UDP"

    def __init__(self, proxy):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.proxy = proxy
        self.host, self.port = self.socket.getsockname()

    def send(self, text):
        self.socket.sendto(text.encode(), ("127.0.0.1", self.proxy))

    def receive(self, timeout):
        self.socket.settimeout(timeout)
        try:
            return self.socket.recvfrom(65535)[0].decode()
        except socket.timeout:
            return None

    def close(self):
        self.socket.close()


class WebSocket:
    """SIP over WebSocket (RFC 7118, RFC 6455), as a browser speaks it."""
    transport = "WS"

    def __init__(self, proxy):
        self.socket = socket.create_connection(("127.0.0.1", proxy), 5)
        self.host, self.port = "%s.invalid" % os.urandom(4).hex(), 5060
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{proxy}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.socket.recv(4096)
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        if b" 101 " not in head:
            raise RuntimeError(head.decode())

    def frame(self, opcode, data):
        mask = os.urandom(4)
        size = struct.pack("!B", 0x80 | len(data)) if len(data) < 126 else struct.pack("!BH", 0xFE, len(data))
        masked = bytes(b ^ mask[i % 4] for i, b in enumerate(data))
        self.socket.sendall(bytes([0x80 | opcode]) + size + mask + masked)

    def send(self, text):
        self.frame(1, text.encode())

    def need(self, count, deadline):
        while len(self.buffer) < count:
            self.socket.settimeout(max(0.01, deadline - time.monotonic()))
            data = self.socket.recv(65535)
            if not data:
                raise ConnectionError("the WebSocket is closed")
            self.buffer += data
        out, self.buffer = self.buffer[:count], self.buffer[count:]
        return out

    def receive(self, timeout):
        deadline = time.monotonic() + timeout
        try:
            while True:
                first, size = self.need(2, deadline)
                if size == 126:
                    size = struct.unpack("!H", self.need(2, deadline))[0]
                data = self.need(size, deadline)
                if first & 0xF == 9:
                    self.frame(10, data)
                elif first & 0xF in (1, 2) and data.strip():
                    return data.decode()
        except socket.timeout:
            return None

    def close(self):
        self.socket.close()


class Agent:
    """One registration: an IMPI and an IMPU at an edge."""

    def __init__(self, link, impi, impu, password=None, sim=None, realm="ims.example"):
        self.link, self.impi, self.impu, self.password, self.sim, self.realm = link, impi, impu, password, sim, realm
        self.call_id, self.compact = "%s@client" % os.urandom(8).hex(), False
        self.tag = os.urandom(4).hex()
        self.cseq = random.randrange(1, 10000)
        self.contact = f"<sip:{impi.split('@')[0]}@{link.host}:{link.port};transport={link.transport.lower()}>"

    def request(self, method, uri, to, extra="", body=""):
        self.cseq += 1
        self.branch = "z9hG4bK" + os.urandom(8).hex()
        return (f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/{self.link.transport} {self.link.host}:{self.link.port};branch={self.branch};rport\r\n"
                f"Max-Forwards: 70\r\nFrom: <{self.impu}>;tag={self.tag}\r\nTo: <{to}>\r\n{'i' if self.compact else 'Call-ID'}: {self.call_id}\r\n"
                f"CSeq: {self.cseq} {method}\r\nContact: {self.contact}\r\n{extra}Content-Length: {len(body)}\r\n\r\n{body}")

    def ask(self, text, timeout=8):
        """Sends, repeats while nothing comes (RFC 3261, 17.1.2), and gives the final response. Requests that come in
        meanwhile are answered 200."""
        deadline = time.monotonic() + timeout
        wait = 0.5
        self.link.send(text)
        while time.monotonic() < deadline:
            answer = self.link.receive(min(wait, max(0.01, deadline - time.monotonic())))
            if answer is None:
                if self.link.transport == "UDP":
                    self.link.send(text)
                    wait *= 2
                continue
            if not answer.startswith("SIP/2.0"):
                self.answer(answer)
                continue
            response = Response(answer)
            if response.status >= 200 and self.branch in answer:
                return response
        raise TimeoutError("no final response")

    def answer(self, request, status="200 OK"):
        lines = request.split("\r\n")
        keep = [l for l in lines if l.split(":")[0].lower() in ("via", "from", "call-id", "cseq", "record-route")]
        to = next(l for l in lines if l.lower().startswith("to:"))
        if "tag=" not in to:
            to += ";tag=" + self.tag
        self.link.send(f"SIP/2.0 {status}\r\n" + "\r\n".join(keep + [to, f"Contact: {self.contact}"]) + "\r\nContent-Length: 0\r\n\r\n")

    def wait_for(self, method, timeout=5):
        """\\return the next request of that method, answered 200; None when none comes"""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            text = self.link.receive(max(0.01, deadline - time.monotonic()))
            if text and text.startswith(method + " "):
                self.answer(text)
                return text
        return None

    def register(self, expires=3600, authorization="", extra=""):
        header = f"Authorization: {authorization}\r\n" if authorization else ""
        return self.ask(self.request("REGISTER", f"sip:{self.realm}", self.impu,
                                     f"Expires: {expires}\r\nSupported: path\r\n{header}{extra}"))

    def anonymous(self):
        return f'Digest username="{self.impi}", realm="{self.realm}", nonce="", uri="sip:{self.realm}", response=""'

    def register_with_challenge(self, expires=3600):
        """\\return the statuses of the first REGISTER and of those that answer a challenge"""
        response = self.register(expires, self.anonymous())
        statuses = [response.status]
        while response.status == 401 and len(statuses) < 4:
            response = self.register(expires, self.credentials(response.header("WWW-Authenticate")))
            statuses.append(response.status)
        return statuses

    def credentials(self, challenge):
        get = lambda name: (re.search(name + r'="?([^",]*)"?', challenge) or [None, ""])[1]
        nonce, realm, uri = get("nonce"), get("realm"), f"sip:{self.realm}"
        auts, secret = "", self.password
        if self.sim:
            octets = base64.b64decode(nonce)
            res, resync = self.sim.authenticate(octets[:16], octets[16:32])
            secret = res or b""
            if resync:
                auts = f', auts="{base64.b64encode(resync).decode()}"'
        ha1 = md5(self.impi, realm, secret)
        qop = "auth" if "auth" in get("qop") else ""
        cnonce = os.urandom(4).hex()
        ha2 = md5("REGISTER", uri)
        value = md5(ha1, nonce, "00000001", cnonce, "auth", ha2) if qop else md5(ha1, nonce, ha2)
        more = f', qop=auth, nc=00000001, cnonce="{cnonce}"' if qop else ""
        algorithm = "AKAv1-MD5" if self.sim else "MD5"
        return (f'Digest username="{self.impi}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{value}", '
                f"algorithm={algorithm}{more}{auts}")

    def register_vouched(self, waf, expires=3600, wwsf=None, impi=None, impu=None):
        """As a WIC: the WAF's token, unsigned here, and no credentials of its own."""
        credentials = token(waf, impi or self.impi, impu or self.impu, wwsf)
        return self.register(expires, f'Bearer access_token="{credentials}"')
