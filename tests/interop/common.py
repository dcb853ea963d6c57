"""What the scenarios share: subscribers, clients, and what the HSS and the wire say about them."""
import hashlib, json

from sip import Agent, Udp, WebSocket

K, OPC = "465b5ce8b199b49faa5f0a2ee238a6bc", "cd63cb71954a9f4e48a5994e37a02baf"
GRANTED, OTHER = "waf.example.net", "waf.other.example"
IFC = ("<InitialFilterCriteria><Priority>0</Priority><TriggerPoint><ConditionTypeCNF>0</ConditionTypeCNF><SPT><ConditionNegated>0"
       "</ConditionNegated><Group>0</Group><Method>MESSAGE</Method></SPT></TriggerPoint><ApplicationServer><ServerName>sip:127.0.0.1:"
       "{port}</ServerName><DefaultHandling>0</DefaultHandling></ApplicationServer></InitialFilterCriteria>")

network = None  # set by run before the first scenario
scenarios = []


def scenario(function):
    scenarios.append(function)
    return function


def check(got, wanted, what):
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, expected {wanted!r}")


def impi(user):
    return f"{user}@ims.example"


def subscriber(user, scheme="aka", way=None, grants=(), barred=False, networks=("ims.example",), sqn="000000000000", ifc=None,
               password="secret"):
    """A phone's where nobody is granted anything; a WebRTC client's alone, without credentials, where somebody is."""
    way = way or ("delegated" if grants else "direct")
    auth = {"scheme": "Digest-AKAv1-MD5", "k": K, "opc": OPC, "amf": "8000", "sqn": sqn}
    if scheme == "digest":
        auth = {"scheme": "SIP Digest", "realm": "ims.example",
                "ha1": hashlib.md5(f"{impi(user)}:ims.example:{password}".encode()).hexdigest()}
    item = {"impi": impi(user), "way": way} | ({"auth": auth} if way != "delegated" else {})
    line = {"impis": [item], "impus": [{"impu": f"sip:{impi(user)}", "barred": barred}],
            "visited_networks": list(networks), "authorizers": [{"impu": f"sip:{impi(user)}", **grant} for grant in grants]}
    if ifc:
        line["ifc"] = ifc
    network.ctl("import", "-", data=json.dumps(line))


def phone(user, link=None, **secrets):
    return Agent(link or Udp(network.ports["epcscf"]), impi(user), f"sip:{impi(user)}", **secrets)


def client(user, link=None):
    return Agent(link or WebSocket(network.ports["ws"]), impi(user), f"sip:{impi(user)}")


def auth_done(user, waf=GRANTED, contact=None, expires=3600):
    """What a breached edge sends: straight to the I-CSCF, with auth-done, and nobody was asked."""
    agent = phone(user, Udp(network.ports["icscf"]))
    agent.contact = contact or agent.contact
    credentials = agent.anonymous() + f', integrity-protected="auth-done", authorization-entity="{waf}"'
    return agent.register(expires, credentials, extra="P-Visited-Network-ID: ims.example\r\n")


def has_contact(user, agent):
    return agent.contact[1:].split(";")[0] in network.contacts(f"sip:{impi(user)}")


def registration(user):
    lines = [json.loads(line) for line in network.ctl("--json", "registrations").splitlines()]
    return next((line for line in lines if line["impi"] == impi(user)), None)


def exchanges(user, command, request):
    """\\return every request, or every answer, of that command about the user, as the wire had it"""
    messages = network.diameter()
    sessions = {m["Session-Id"][0] for m in messages
                if impi(user) in m["User-Name"] or f"sip:{impi(user)}" in m["Public-Identity"] if m["Session-Id"]}
    flags = ("1", "True") if request else ("0", "False")
    return [m for m in messages if m["cmd.code"] == [str(command)] and m["flags.request"][0] in flags and m["Session-Id"]
            and m["Session-Id"][0] in sessions]


def said(user, command):
    """\\return (result, Delegation-Result) of every answer to that command about the user"""
    out = []
    for m in exchanges(user, command, request=False):
        result = (m["Result-Code"] or ["3GPP " + code for code in m["Experimental-Result-Code"]] or [""])[0]
        out.append((result, (m["Delegation-Result"] or [""])[0]))
    return out


def marks(user):
    """\\return what the S-CSCF said in each SAR about the user that the registration rests on: AVP 494, which tshark has no name for"""
    return [bytes.fromhex(value.replace(":", "")).decode() for m in exchanges(user, SAR, request=True) for value in m["avp.unknown"]]


UAR, SAR, LIR, MAR, RTR = 300, 301, 302, 303, 304
