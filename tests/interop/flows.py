"""Phones and WebRTC clients register, call, are refused, and lose what was revoked."""
import pathlib, signal, sys, threading

import browser, common
from common import (GRANTED, IFC, K, LIR, MAR, OPC, OTHER, RTR, SAR, UAR, auth_done, check, client, impi, phone, registration, said,
                    scenario, subscriber)
from network import until
from sip import Agent, Sim, Udp, token


@scenario
def a_phone_registers_with_aka_again_and_leaves():
    subscriber("aka1")
    agent = phone("aka1", sim=Sim(K, OPC))
    check(agent.register_with_challenge(), [401, 200], "first")
    check(registration("aka1")["provenance"], "direct", "provenance")
    check(agent.register_with_challenge(), [401, 200], "again")
    check(agent.register_with_challenge(expires=0), [401, 200], "leaving")
    until(lambda: registration("aka1") is None, 5, "still registered at the HSS")
    check({r for r, _ in said("aka1", MAR)}, {"2001"}, "MAA")


@scenario
def a_phone_registers_with_sip_digest_and_not_with_a_wrong_password():
    subscriber("digest1", "digest")
    check(phone("digest1", password="secret").register_with_challenge(), [401, 200], "right")
    subscriber("digest2", "digest")
    statuses = phone("digest2", password="wrong").register_with_challenge()
    check(statuses[-1] in (401, 403), True, f"wrong password gave {statuses}")
    check(registration("digest2"), None, "registration")


@scenario
def strangers_the_barred_and_roamers_are_refused():
    subscriber("barred1", barred=True)
    subscriber("abroad1", networks=("elsewhere.example",))
    for user, result in (("nobody1", "3GPP 5001"), ("barred1", "5003"), ("abroad1", "3GPP 5004")):
        agent = phone(user, sim=Sim(K, OPC))
        check(agent.register(authorization=agent.anonymous()).status in (403, 404), True, user)
        check(said(user, UAR)[-1][0], result, f"UAA of {user}")


@scenario
def a_sim_that_is_ahead_resynchronizes():
    subscriber("resync1")
    agent = phone("resync1", sim=Sim(K, OPC, sqn=0x4000))
    statuses = agent.register_with_challenge()
    check(statuses, [401, 401, 200], "statuses")


@scenario
def a_client_vouched_for_by_a_granted_waf_registers_without_a_challenge():
    subscriber("wic1", grants=[{"waf": GRANTED}])
    check(client("wic1").register_vouched(GRANTED).status, 200, "REGISTER")
    there = registration("wic1")
    check((there["provenance"], there["authorizer"], there["client"]), ("vouched", GRANTED, "epcscf.ims.example"), "provenance")
    check(said("wic1", MAR), [], "MAR")
    check(said("wic1", UAR)[0], ("3GPP 2001", "0"), "the eP-CSCF's UAA")
    check([r for r, _ in said("wic1", SAR)], ["2001"], "SAA")


@scenario
def a_client_vouched_for_by_anybody_else_is_refused_before_any_scscf():
    common.network.ctl("authorizer", "add", "waf.suspended.example")
    subscriber("wic2", grants=[{"waf": GRANTED}])
    subscriber("wic3", grants=[{"waf": "waf.suspended.example"}])
    subscriber("wic4", grants=[{"waf": GRANTED, "not_after": "2020-01-01T00:00:00Z"}])
    common.network.ctl("authorizer", "suspend", "waf.suspended.example")
    for user, waf, result in (("wic2", OTHER, "10"), ("wic2", "waf.unknown.example", "3"), ("wic3", "waf.suspended.example", "4"),
                              ("wic4", GRANTED, "12"), ("nobody2", GRANTED, "10")):
        answer = client(user).register_vouched(waf)
        check(answer.status, 403, f"{user} by {waf}")
        check(f"Delegation-Result {result}" in answer.header("Reason"), True, f"Reason: {answer.header('Reason')}")
        check(said(user, UAR)[-1], ("5003", result), f"UAA of {user}")
        check(said(user, SAR), [], f"SAR of {user}")
        check(registration(user), None, "registration")


@scenario
def an_edge_that_skips_its_question_registers_nobody():
    subscriber("victim1", grants=[{"waf": GRANTED}])
    check(auth_done("victim1").status, 403, "auth-done")
    check(said("victim1", SAR), [("5003", "1")], "SAA")
    check(registration("victim1"), None, "registration")
    check("victim1" in common.network.contacts("sip:victim1@ims.example") and "127.0.0.1" in common.network.contacts("sip:victim1@ims.example"),
          False, "contact in Kamailio")
    # And a client cannot say auth-done itself.
    agent = phone("victim1")
    check(agent.register(authorization=agent.anonymous() + ', integrity-protected="auth-done"').status, 403, "by the eP-CSCF")


@scenario
def a_grant_that_is_revoked_takes_the_contact_out_of_kamailio():
    for user in ("revoked1", "stays1"):
        subscriber(user, grants=[{"waf": GRANTED}])
        check(client(user).register_vouched(GRANTED).status, 200, user)
        check("contact" in common.network.contacts(f"sip:{impi(user)}").lower(), True, common.network.contacts(f"sip:{impi(user)}"))
    common.network.ctl("revoke", "--impu", "sip:revoked1@ims.example", "--authorizer", GRANTED, "--wait", "--wait-seconds", "20")
    until(lambda: registration("revoked1") is None, 5, "still registered at the HSS")
    until(lambda: ".invalid" not in common.network.contacts("sip:revoked1@ims.example"), 10, common.network.contacts("sip:revoked1@ims.example"))
    check(".invalid" in common.network.contacts("sip:stays1@ims.example"), True, "the other subscriber's contact")
    check(said("revoked1", RTR)[0][0], "2001", "RTA")
    check(registration("stays1")["provenance"], "vouched", "the other's registration")


@scenario
def a_call_finds_the_registered_and_nobody_else():
    subscriber("callee1", "digest")
    subscriber("callee2", "digest")
    callee = phone("callee1", password="secret")
    check(callee.register_with_challenge()[-1], 200, "callee")
    caller = Agent(Udp(common.network.ports["icscf"]), impi("caller"), "sip:caller@ims.example")
    heard = []
    thread = threading.Thread(target=lambda: heard.append(callee.wait_for("INVITE", 8)))
    thread.start()
    check(caller.ask(caller.request("INVITE", "sip:callee1@ims.example", "sip:callee1@ims.example")).status, 200, "INVITE")
    thread.join()
    check(heard[0] is not None, True, "the callee heard of it")
    check(said("callee1", LIR)[-1][0], "2001", "LIA")
    for user in ("callee2", "nobody3"):
        other = Agent(Udp(common.network.ports["icscf"]), impi("caller"), "sip:caller@ims.example")
        check(other.ask(other.request("INVITE", f"sip:{impi(user)}", f"sip:{impi(user)}")).status in (404, 480, 604), True, user)


@scenario
def initial_filter_criteria_reach_the_scscf():
    server = Udp(0)
    subscriber("services1", "digest", ifc=IFC.format(port=server.port))
    check(phone("services1", password="secret").register_with_challenge()[-1], 200, "REGISTER")
    sender = Agent(Udp(common.network.ports["icscf"]), impi("sender"), "sip:sender@ims.example")
    sender.link.send(sender.request("MESSAGE", "sip:services1@ims.example", "sip:services1@ims.example", body="hello"))
    text = server.receive(5) or ""
    check(text.startswith("MESSAGE "), True, f"what the application server got: {text[:60]!r}")


@scenario
def a_real_browser_is_let_in_by_one_waf_and_refused_by_another():
    subscriber("browser1", grants=[{"waf": GRANTED}])
    pictures = pathlib.Path(sys.argv[1]) / "interop"
    pictures.mkdir(exist_ok=True)
    for waf, status, picture in ((OTHER, 403, "refused.png"), (GRANTED, 200, "granted.png")):
        got = browser.register(common.network.ports["ws"], "sip:browser1@ims.example", waf, token(waf, impi("browser1"), "sip:browser1@ims.example"),
                               common.network.folder / "browser", pictures / picture)
        check(got[0], status, f"{waf}: {got}")
        check((pictures / picture).stat().st_size > 5000, True, "screenshot")
    check(registration("browser1")["authorizer"], GRANTED, "provenance")


@scenario
def the_wwsf_is_held_to_the_grant():
    subscriber("shop1", grants=[{"waf": GRANTED, "wwsf": ["shop.example"]}])
    agent = client("shop1")
    check(agent.register_vouched(GRANTED, wwsf="other.example").status, 403, "another WWSF")
    check(agent.register_vouched(GRANTED, wwsf="shop.example").status, 200, "the WWSF of the grant")


@scenario
def the_hss_is_killed_and_comes_back():
    subscriber("survivor1", grants=[{"waf": GRANTED}])
    subscriber("survivor2")
    agent = client("survivor1")
    check(agent.register_vouched(GRANTED).status, 200, "before")
    common.network.stop("hss", signal.SIGKILL)
    common.network.start_hss()
    for name in ("epcscf", "icscf", "scscf"):
        until(lambda: common.network.open_peer(name), 20, f"{name} does not come back")
    check(registration("survivor1")["authorizer"], GRANTED, "registration")
    check(agent.register_vouched(GRANTED).status, 200, "after")
    check(phone("survivor2", sim=Sim(K, OPC)).register_with_challenge(), [401, 200], "a phone after")
