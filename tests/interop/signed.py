"""Tokens that a WAF has signed, through the eP-CSCF to the HSS, which verifies them."""
import subprocess

import common
from common import OTHER, SAR, UAR, check, client, impi, registration, said, scenario, subscriber
from network import until

WAF = "waf.signed.example"


class Signer:
    """A key of a WAF's."""

    def __init__(self, name):
        self.name, self.file = name, common.network.folder / f"{name}.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.file], check=True,
                       capture_output=True)

    def public(self):
        return subprocess.run(["openssl", "pkey", "-in", self.file, "-pubout"], check=True, capture_output=True, text=True).stdout

    def token(self, user, **claims):
        named = {"iss": WAF, "aud": "ims.example", "impi": impi(user), "impu": f"sip:{impi(user)}"} | claims
        given = [argument for name, value in named.items() for argument in ("--claim", f"{name.replace('_', '-')}={value}")]
        return common.network.ctl("token", "make", "--key", self.file, "--kid", "k1", *given).strip()


def trusted():
    """The WAF, registered once, and the key that the HSS knows of it."""
    if not hasattr(trusted, "signer"):
        trusted.signer = Signer("k1")
        common.network.ctl("authorizer", "add", "--require-token", WAF)
        common.network.ctl("authorizer", "key", "add", WAF, "-", "--kid", "k1", data=trusted.signer.public())
    return trusted.signer


def register(agent, token, expires=3600):
    return agent.register(expires, f'Bearer access_token="{token}"')


@scenario
def a_client_with_a_signed_token_registers_and_its_registration_says_by_which_key():
    signer = trusted()
    subscriber("signed1", grants=[{"waf": WAF}])
    agent = client("signed1")
    check(register(agent, signer.token("signed1")).status, 200, "REGISTER")
    check(said("signed1", UAR)[0], ("3GPP 2001", "0"), "the eP-CSCF's UAA")
    check([r for r, _ in said("signed1", SAR)], ["2001"], "SAA")
    check(registration("signed1")["bases"][0]["token"]["kid"], "k1", "the evidence")


@scenario
def a_token_that_is_not_good_is_403_with_its_result_on_the_wire():
    signer = trusted()
    rows = {"forged1": (Signer("thief").token("forged1"), "6"),
            "expired1": (signer.token("expired1", exp=1700000000), "7"),
            "foreign1": (signer.token("foreign1", aud="other.example"), "6"),
            "other1": (signer.token("other1", **{"3gpp_waf": OTHER}), "8")}
    for user, (token, result) in rows.items():
        subscriber(user, grants=[{"waf": WAF}])
        check(register(client(user), token).status, 403, f"REGISTER of {user}")
        check(said(user, UAR), [("5003", result)], f"UAA of {user}")
        check(registration(user), None, f"registration of {user}")
        check(register(client(user), signer.token(user)).status, 200, f"REGISTER of {user} with a good one, right after")


@scenario
def a_token_that_serves_once_is_replayed_when_it_comes_again():
    signer = trusted()
    subscriber("replayed1", grants=[{"waf": WAF}])
    common.network.ctl("authorizer", "set", WAF, "--reuse", "once")
    try:
        agent, token = client("replayed1"), signer.token("replayed1")
        check(register(agent, token).status, 200, "first")
        check(register(agent, token).status, 403, "again")
        check(said("replayed1", UAR)[-1], ("5003", "9"), "UAA")
        check(register(agent, signer.token("replayed1")).status, 200, "with a new one")
    finally:
        common.network.ctl("authorizer", "set", WAF, "--reuse", "until_expiry")


@scenario
def a_revoked_key_ends_what_it_proved_and_the_other_wafs_clients_go_on():
    signer = trusted()
    subscriber("stolen1", grants=[{"waf": WAF}])
    subscriber("honest1", grants=[{"waf": OTHER}])
    check(register(client("stolen1"), signer.token("stolen1")).status, 200, "by the key")
    check(client("honest1").register_vouched(OTHER).status, 200, "by another WAF")
    common.network.ctl("authorizer", "key", "revoke", WAF, "k1", "--deregister", "--wait")
    until(lambda: registration("stolen1") is None, 10, "what the stolen key proved is still registered")
    check(registration("honest1")["authorizer"], OTHER, "the other WAF's registration")
