"""What a registration rests on cannot be forged: breached edges, hostile clients, floods."""
import threading, time

import common
from common import (GRANTED, K, OPC, OTHER, SAR, UAR, auth_done, check, client, has_contact, impi, marks, phone, registration, said,
                    scenario, subscriber)
from network import until
from sip import Agent, Sim, Udp


def nothing_registered(user):
    check(registration(user), None, f"{user}'s registration at the HSS")
    check("127.0.0.1:" in common.network.contacts(f"sip:{impi(user)}"), False, f"{user}'s contact in Kamailio")


@scenario
def a_challenge_that_nobody_answered_registers_nobody():
    for user, grants in (("provoked1", []), ("provoked2", [{"waf": GRANTED}])):
        subscriber(user, way="direct-or-delegated", grants=grants)
        agent = phone(user, sim=Sim(K, OPC))
        check(agent.register(authorization=agent.anonymous()).status, 401, "the challenge")
        check(auth_done(user).status, 403, f"auth-done of {user}")
        check(said(user, SAR)[-1][0], "5003", "SAA")
        check(marks(user)[-1], "tna;" + GRANTED, "what the S-CSCF says")
        nothing_registered(user)


@scenario
def a_wrong_response_registers_nobody():
    subscriber("provoked3", "digest")
    statuses = phone("provoked3", password="wrong").register_with_challenge()
    check(200 in statuses, False, f"wrong password: {statuses}")
    check(auth_done("provoked3").status, 403, "auth-done")
    nothing_registered("provoked3")
    check(phone("provoked3", password="secret").register_with_challenge(), [401, 200], "the phone itself, after it")


@scenario
def beside_a_phone_that_is_registered_nobody_else_gets_in():
    subscriber("provoked4")
    agent = phone("provoked4", sim=Sim(K, OPC))
    check(agent.register_with_challenge(), [401, 200], "the phone")
    intruder = phone("provoked4")
    check(auth_done("provoked4", contact=intruder.contact).status, 403, "auth-done")
    check((has_contact("provoked4", agent), has_contact("provoked4", intruder)), (True, False), "contacts")
    check(registration("provoked4")["provenance"], "direct", "what it rests on")
    check(agent.register_with_challenge(), [401, 200], "the phone again")


@scenario
def the_scscf_says_what_a_registration_rests_on_and_no_client_says_it():
    subscriber("marked1", "digest")
    agent = phone("marked1", password="secret")
    agent.call_id = "tna;" + GRANTED
    check(agent.register_with_challenge(), [401, 200], "the phone")
    agent.compact = True
    response = agent.register(authorization=agent.anonymous())
    response = agent.register(authorization=agent.credentials(response.header("WWW-Authenticate")))
    check((response.status, response.header("Call-ID") or response.header("i")), (200, agent.call_id), "the Call-ID of the 200")
    check(marks("marked1"), ["auth;ims.example"] * 2, "SARs of a phone")
    subscriber("marked2", grants=[{"waf": GRANTED}])
    agent = client("marked2")
    agent.call_id = "auth;ims.example"
    response = agent.register_vouched(GRANTED)
    check((response.status, response.header("Call-ID")), (200, agent.call_id), "the Call-ID of the 200")
    check(marks("marked2"), ["tna;" + GRANTED], "SAR of a client that was vouched for")


@scenario
def a_vouching_is_not_washed_off_by_a_flood_of_challenges():
    subscriber("flooded1", way="direct-or-delegated", grants=[{"waf": GRANTED}])
    agent = client("flooded1")
    check(agent.register_vouched(GRANTED).status, 200, "REGISTER")
    done, challenges = threading.Event(), []

    def flood():
        other = phone("flooded1")
        while not done.is_set():
            challenges.append(other.register(authorization=other.anonymous()).status)

    threads = [threading.Thread(target=flood) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(15):
            check(agent.register_vouched(GRANTED).status, 200, "again")
            check(registration("flooded1")["provenance"], "vouched", "what it rests on")
    finally:
        done.set()
        for thread in threads:
            thread.join()
    check(challenges.count(401) > 0, True, f"challenges in between: {challenges[:5]}")
    check(set(marks("flooded1")), {"tna;" + GRANTED}, "what the S-CSCF said")
    common.network.ctl("revoke", "--impu", "sip:flooded1@ims.example", "--authorizer", GRANTED, "--wait", "--wait-seconds", "20")
    until(lambda: registration("flooded1") is None, 5, "still registered at the HSS")
    until(lambda: ".invalid" not in common.network.contacts("sip:flooded1@ims.example"), 10, "still registered in Kamailio")


@scenario
def nobody_lets_go_a_contact_of_somebody_else():
    subscriber("stays2", way="direct-or-delegated", grants=[{"waf": GRANTED}])
    subscriber("leaver1", "digest")
    agent = phone("stays2", sim=Sim(K, OPC))
    check(agent.register_with_challenge(), [401, 200], "the phone")

    # A WebRTC client that is vouched for, for the same user: as Kamailio's S-CSCF believes auth-done, it could end the phone's.
    other = client("stays2")
    for contact, expires in ((agent.contact, 0), (agent.contact + ";expires=0", 3600), (agent.contact + "; expires = 00", 3600), ("*", 0),
                             (f"{other.contact}, {agent.contact};expires=0", 3600)):
        other.contact = contact
        check(other.register_vouched(GRANTED, expires=expires).status, 403, f"a client: {contact}")
    for contact in (agent.contact, "*"):
        check(auth_done("stays2", contact=contact, expires=0).status, 403, f"a breached edge: {contact}")
    leaver = phone("leaver1", password="secret")
    check(leaver.register_with_challenge(), [401, 200], "another user")
    leaver.contact = agent.contact
    check(leaver.register_with_challenge(expires=0), [401, 403], "another user lets it go")
    check(has_contact("stays2", agent), True, "the phone's contact")
    check(registration("stays2") is not None, True, "the phone's registration")
    check({result for result, _ in said("stays2", SAR)}, {"2001"}, "SAAs")
    check(len(said("stays2", SAR)), 1, "SARs")


@scenario
def a_vouched_client_leaves_by_the_connection_that_it_came_by():
    subscriber("leaver2", grants=[{"waf": GRANTED}])
    agent = client("leaver2")
    agent.contact = agent.contact.strip("<>").split(";")[0]  # as it may be written, too
    check(agent.register_vouched(GRANTED).status, 200, "REGISTER")
    elsewhere = client("leaver2")
    elsewhere.contact = agent.contact
    check(elsewhere.register_vouched(GRANTED, expires=0).status, 403, "by another connection")
    questions = len(said("leaver2", UAR))
    check(agent.register_vouched(OTHER, expires=0).status, 403, "by another WAF's word")
    check(agent.register_vouched(GRANTED, expires=0).status, 200, "leaving")
    check(len(said("leaver2", UAR)) - questions, 1, "UARs: the I-CSCF's alone")
    until(lambda: registration("leaver2") is None, 5, "still registered at the HSS")


@scenario
def names_that_can_be_read_in_two_ways_are_refused():
    for user in ("named1", "named2"):
        subscriber(user, "digest")
    good = phone("named1").anonymous()
    evil = f'username="{impi("named2")}"'
    wrong = {"two usernames": good + ", " + evil, "two headers": good + "\r\nAuthorization: " + good.replace("named1", "named2"),
             "two realms": good + ', realm="other.example"', "another realm": good.replace('realm="ims', 'realm="other'),
             "no username": good.replace("username", "user"), "no domain": good.replace("@ims.example", ""),
             "a quote": good + f', a="\\", {evil}"', "an open text": good + ', a="', "another scheme": "Basic eDp5", "none": "",
             "a second kind": good + "\r\nProxy-Authorization: " + good}
    for edge in ("epcscf", "scscf"):
        for what, authorization in wrong.items():
            agent = phone("named1", Udp(common.network.ports[edge]))
            check(agent.register(authorization=authorization).status, 400, f"{what}, at the {edge}")
    done = good + ', integrity-protected="auth-done"'
    for more, status in ((', integrity-protected="auth-done"', 400), (', authorization-entity="a", authorization-entity="b"', 400),
                         (f', authorization-entity="{GRANTED}"', 403)):  # not from the I-CSCF
        check(phone("named1", Udp(common.network.ports["scscf"])).register(authorization=done + more).status, status, "auth-done" + more)
    check((said("named1", SAR), said("named2", SAR)), ([], []), "SARs")
    check(phone("named1", password="secret").register_with_challenge(), [401, 200], "written as it should be")


@scenario
def a_question_that_was_refused_is_not_asked_again_at_once():
    subscriber("asked1", grants=[{"waf": GRANTED}])
    agent = client("asked1")
    begin = time.monotonic()
    for _ in range(100):
        check(agent.register_vouched(OTHER).status, 403, "REGISTER")
    seconds = time.monotonic() - begin
    check(len(said("asked1", UAR)) <= 2 + seconds, True, f"{len(said('asked1', UAR))} questions in {seconds:.1f} s")
    check(agent.register_vouched(GRANTED).status, 200, "another question")


@scenario
def a_phone_registers_at_an_scscf_that_is_set_to_md5():
    subscriber("md5", "digest")
    with common.network.other("scscf", ALGORITHM='"MD5"'):
        check(phone("md5", password="secret").register_with_challenge(), [401, 200], "right")
        check(200 in phone("md5", password="wrong").register_with_challenge(), False, "wrong password")


@scenario
def an_scscf_for_phones_alone_refuses_auth_done():
    subscriber("ordinary1", way="direct-or-delegated", grants=[{"waf": GRANTED}])
    with common.network.other("scscf", NO_TNA="1"):
        check(client("ordinary1").register_vouched(GRANTED).status, 403, "vouched for")
        check(said("ordinary1", SAR), [], "SARs")
        check(phone("ordinary1", sim=Sim(K, OPC)).register_with_challenge(), [401, 200], "the phone")


@scenario
def phones_go_on_when_an_edge_has_no_memory_left_for_questions():
    subscriber("full1", grants=[{"waf": GRANTED}])
    subscriber("full2", "digest")
    with common.network.other("epcscf", RESERVE="1000000000"):
        answer = client("full1").register_vouched(GRANTED)
        check((answer.status, answer.header("Retry-After")), (503, "30"), "a client")
        check(said("full1", UAR), [], "questions")
        check(phone("full2", password="secret").register_with_challenge(), [401, 200], "a phone")
