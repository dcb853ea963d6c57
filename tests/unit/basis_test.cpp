#include "support/cx_fixture.hpp"

#include <boost/test/unit_test.hpp>

// What a registration rests on: statements of the S-CSCF, the use of a vouching, and the S-CSCF that accepted it.
namespace vouchsafe::testing {
namespace {

using Type = cx::ServerAssignmentType;
using Kind = cx::Statement::Kind;

struct Bases : CxFixture {
  Bases() {
    Profile p = alice();
    p.impus.push_back({impu("sip:second@ims.example"), 2});
    store.add(p, {}, {grant_of_impi("waf.example")});
  }
  static cx::SaRequest marked(Kind kind, const char* waf = nullptr, Type type = Type::registration) {
    cx::SaRequest r = sa(type);
    r.common.speaker.marks = true;
    r.statement = cx::Statement{kind, waf == nullptr ? std::nullopt : std::optional(name(waf))};
    return r;
  }
  static cx::SaRequest unmarked(Type type = Type::registration) {
    cx::SaRequest r = sa(type);
    r.common.speaker.marks = true;
    return r;
  }
  static cx::SaRequest of(const char* host, const char* server, cx::SaRequest r) {
    r.common.speaker.host = host;
    r.common.speaker.peer = host;
    r.server_name = server;
    return r;
  }
  static cx::MaRequest of(const char* host, const char* server, cx::MaRequest r) {
    r.common.speaker.host = host;
    r.common.speaker.peer = host;
    r.server_name = server;
    return r;
  }
  [[nodiscard]] std::vector<OutboxEntry> terminations() const { return of_kind<Termination>(store.entries); }
  [[nodiscard]] const Registration& only() const { return store.state().registrations.at(0); }
};

BOOST_FIXTURE_TEST_SUITE(bases, Bases)

BOOST_AUTO_TEST_CASE(an_unmarked_sar_of_a_marking_scscf_registers_nobody) {
  ask(ua("waf.example"));
  ask(ma());
  for (const Type type : {Type::registration, Type::re_registration})
    BOOST_TEST((ask(unmarked(type)).verdict.delegation_result == Reason::delegation_required));
  BOOST_TEST(store.state().registrations.empty());
  ask(marked(Kind::trusted_node));
  BOOST_TEST(ask(unmarked(Type::user_deregistration)).verdict.code == result::success);  // leaving needs no mark
}

BOOST_AUTO_TEST_CASE(trusted_node_rests_on_no_challenge) {
  ask(ma());
  BOOST_TEST((ask(marked(Kind::trusted_node)).verdict.delegation_result == Reason::delegation_required));
  ask(marked(Kind::authenticated));
  BOOST_TEST(only().is_direct());
  // Nor on a registration that an authentication made.
  BOOST_TEST((ask(marked(Kind::trusted_node, nullptr, Type::re_registration)).verdict.delegation_result ==
              Reason::delegation_required));
}

BOOST_AUTO_TEST_CASE(trusted_node_rests_on_the_named_authorizers_vouching_alone) {
  ask(ua("waf.example"));
  BOOST_TEST(
      (ask(marked(Kind::trusted_node, "other.example")).verdict.delegation_result == Reason::delegation_required));
  BOOST_TEST((ask(marked(Kind::trusted_node, "waf.example")).verdict.delegation_result == Reason::authorized));
  BOOST_TEST((ask(marked(Kind::trusted_node, "other.example", Type::re_registration)).verdict.delegation_result ==
              Reason::delegation_required));
  BOOST_TEST(ask(marked(Kind::trusted_node, "waf.example", Type::re_registration)).verdict.code == result::success);
}

BOOST_AUTO_TEST_CASE(authenticated_never_rests_on_a_vouching) {
  ask(ua("waf.example"));
  BOOST_TEST((ask(marked(Kind::authenticated)).verdict.delegation_result == Reason::delegation_required));
  ask(marked(Kind::trusted_node));
  BOOST_TEST((ask(marked(Kind::authenticated, nullptr, Type::re_registration)).verdict.delegation_result ==
              Reason::delegation_required));
}

BOOST_AUTO_TEST_CASE(a_flood_of_challenges_leaves_a_marked_vouching_as_it_is) {
  ask(ua("waf.example"));
  ask(marked(Kind::trusted_node));
  for (int i = 0; i < 20; ++i) {
    ask(ma());
    BOOST_TEST(ask(marked(Kind::trusted_node, "waf.example", Type::re_registration)).verdict.code == result::success);
  }
  BOOST_TEST(only().is_vouched());
  BOOST_TEST(!only().is_direct());
}

BOOST_AUTO_TEST_CASE(a_vouching_serves_one_registration_and_the_request_that_is_sent_again) {
  ask(ua("waf.example"));
  const auto first = sa(Type::registration);
  BOOST_TEST((ask(first).verdict.delegation_result == Reason::authorized));
  BOOST_TEST((ask(first).verdict.delegation_result == Reason::authorized));  // a retransmission: the same Session-Id
  BOOST_TEST(!memory.find(impi("alice@ims.example"), impu("sip:alice@ims.example")).has_value());
  ask(sa(Type::user_deregistration));
  BOOST_TEST((ask(sa(Type::registration)).verdict.delegation_result == Reason::delegation_required));
  BOOST_TEST(memory.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_vouching_is_free_again_where_what_became_of_its_request_is_not_known) {
  ask(ua("waf.example"));
  const auto lost = sa(Type::registration);
  (void)cx::server_assignment(lost, store, context);
  cx::abandon(lost, context);
  BOOST_TEST((ask(sa(Type::registration)).verdict.delegation_result == Reason::authorized));
}

BOOST_AUTO_TEST_CASE(a_deregistration_that_names_an_impu_alone_leaves_nothing_pending) {
  ask(ma());
  ask(marked(Kind::authenticated));
  ask(ma());
  ask(ua("waf.example"));
  const Impi other = impi("alice2@ims.example");
  auto& pair = store.profile().impis;
  pair.push_back(pair.front());
  pair.back().impi = other;
  ask(ma(other.text()));
  BOOST_TEST(
      remember(memory, other, impu("sip:alice@ims.example"), {{name("waf.example"), {}, {}}, "epcscf.ims.example"})
          .has_value());
  BOOST_TEST(ask(sa(Type::administrative_deregistration, "")).verdict.code == result::success);
  BOOST_TEST((ask(sa(Type::registration, other.text())).verdict.delegation_result == Reason::delegation_required));
  BOOST_TEST(memory.size() == 0U);
  BOOST_TEST((ask(sa(Type::registration)).verdict.delegation_result == Reason::delegation_required));
}

BOOST_AUTO_TEST_CASE(a_registration_rests_on_so_much_and_no_more) {
  int made = 0;
  for (; made < 100; ++made) {
    auto r = sa(Type::registration);
    r.common = common("waf.example", "scscf.ims.example");
    r.common.speaker.roles.add(Role::ep_cscf);
    r.common.vouching->wwsf = name("wwsf" + std::to_string(made) + ".example");
    if (ask(r).verdict.code != result::success) break;
  }
  BOOST_TEST(made == 32);
  BOOST_TEST(only().bases.size() == 32U);
  BOOST_TEST(ask(sa(Type::re_registration)).verdict.code == result::success);  // it stays, and goes on
}

BOOST_AUTO_TEST_CASE(a_vouching_whose_registration_did_not_get_to_disk_is_free_again) {
  ask(ua("waf.example"));
  const auto lost = sa(Type::registration);
  const auto outcome = cx::server_assignment(lost, store, context);
  BOOST_TEST(std::holds_alternative<ports::VouchingUsed>(outcome.vouchings.front()));
  BOOST_TEST((ask(sa(Type::registration)).verdict.delegation_result == Reason::delegation_required));
  cx::abandon(lost, context);
  BOOST_TEST((ask(sa(Type::registration)).verdict.delegation_result == Reason::authorized));
}

BOOST_AUTO_TEST_CASE(a_vouching_that_was_not_used_is_free_again) {
  ask(ua("waf.example"));
  BOOST_TEST((ask(marked(Kind::authenticated)).verdict.delegation_result == Reason::delegation_required));
  BOOST_TEST((ask(marked(Kind::trusted_node)).verdict.delegation_result == Reason::authorized));
}

BOOST_AUTO_TEST_CASE(a_vouching_is_for_the_scscf_that_the_hss_named) {
  ask(ma());
  ask(ua("waf.example", "alice@ims.example", "sip:second@ims.example"));  // answered with that S-CSCF's name
  ask(sa(Type::authentication_failure));                                  // which lets go of the subscription
  BOOST_TEST(store.state().stored(clock.now()) == nullptr);
  const auto r = sa(Type::registration, "alice@ims.example", "sip:second@ims.example");
  BOOST_TEST((ask(of("scscf2.ims.example", "sip:two.ims.example", r)).verdict.delegation_result ==
              Reason::delegation_required));
  BOOST_TEST((ask(r).verdict.delegation_result == Reason::authorized));
}

BOOST_AUTO_TEST_CASE(a_session_of_another_scscf_is_not_the_registration_that_is_sent_again) {
  ask(ua("waf.example"));
  const auto first = sa(Type::registration);
  BOOST_TEST((ask(first).verdict.delegation_result == Reason::authorized));
  BOOST_TEST(!memory.claim(impi("alice@ims.example"), impu("sip:alice@ims.example"), first.common.session).has_value());
}

BOOST_AUTO_TEST_CASE(a_vouching_that_was_used_is_not_free_again_when_its_repetition_fails) {
  ask(ua("waf.example"));
  const auto first = sa(Type::registration);
  ask(first);
  (void)cx::server_assignment(first, store, context);
  cx::abandon(first, context);
  BOOST_TEST(!memory.find(impi("alice@ims.example"), impu("sip:alice@ims.example")).has_value());
}

BOOST_AUTO_TEST_CASE(a_challenge_is_for_the_set_that_it_was_given_for) {
  ask(ma());
  store.profile().impus.front().irs = 2;
  BOOST_TEST((ask(sa(Type::registration)).verdict.delegation_result == Reason::delegation_required));
}

BOOST_AUTO_TEST_CASE(a_deregistration_by_an_scscf_that_only_challenged_ends_what_is_pending) {
  ask(ma());
  BOOST_TEST(ask(sa(Type::user_deregistration)).verdict.code == result::success);
  BOOST_TEST((ask(sa(Type::registration)).verdict.delegation_result == Reason::delegation_required));
}

BOOST_AUTO_TEST_CASE(a_takeover_leaves_the_new_scscfs_challenges_as_they_are) {
  ask(ma());
  ask(sa(Type::registration));
  auto second = ma("alice@ims.example", "sip:second@ims.example");
  ask(second);
  ask(sa(Type::registration, "alice@ims.example", "sip:second@ims.example"));
  const char* two = "sip:two.ims.example";
  ask(of("scscf2.ims.example", two, ma()));
  ask(of("scscf2.ims.example", two, second));
  BOOST_TEST(ask(of("scscf2.ims.example", two, sa(Type::registration))).verdict.code == result::success);
  // The other set leaves the S-CSCF before, and is not registered at the new one.
  BOOST_TEST(!store.state().registered(2));
  BOOST_TEST(ask(of("scscf2.ims.example", two, sa(Type::registration, "alice@ims.example", "sip:second@ims.example")))
                 .verdict.code == result::success);
}

BOOST_AUTO_TEST_CASE(the_members_of_a_pool_are_one_basis) {
  store.profile().impus.push_back({impu("sip:chat-!.*!@ims.example"), 3, false, PublicIdentity::Kind::wildcarded_impu});
  for (int i = 0; i < 40; ++i) {
    auto r = sa(Type::registration, "alice@ims.example", "sip:chat-" + std::to_string(i) + "@ims.example");
    r.common = common("waf.example", "scscf.ims.example");
    r.common.speaker.roles.add(Role::ep_cscf);
    BOOST_TEST(ask(r).verdict.code == result::success);
  }
  BOOST_TEST(only().bases.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_remembered_vouching_that_fell_is_forgotten_and_a_challenge_carries_the_phone) {
  ask(ua("waf.example"));
  ask(ma());
  store.revoke_all();
  BOOST_TEST(ask(sa(Type::registration)).verdict.code == result::success);
  BOOST_TEST(only().is_direct());
  BOOST_TEST(!only().is_vouched());
  BOOST_TEST(memory.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_registration_holds_the_scscf_that_accepted_it) {
  ask(ua("waf.example"));
  ask(sa(Type::registration));
  BOOST_TEST((only().scscf == Scscf{scscf, "scscf.ims.example", "ims.example", "scscf.ims.example"}));
  // The same name from another host is another node.
  BOOST_TEST(ask(of("ghost.ims.example", scscf, sa(Type::user_deregistration))).verdict.code ==
             result::unable_to_comply);
  BOOST_TEST(ask(of("ghost.ims.example", scscf, sa(Type::no_assignment))).verdict.code == result::unable_to_comply);
  BOOST_TEST(ask(of("ghost.ims.example", scscf, sa(Type::re_registration))).verdict.code ==
             result::identity_already_registered);
  ask(of("ghost.ims.example", scscf, ma()));
  BOOST_TEST(only().scscf.host == "scscf.ims.example");
}

BOOST_AUTO_TEST_CASE(a_takeover_owes_the_scscf_before_its_terminations) {
  ask(ma());
  ask(sa(Type::registration));
  ask(ma("alice@ims.example", "sip:second@ims.example"));
  ask(sa(Type::registration, "alice@ims.example", "sip:second@ims.example"));
  const char* two = "sip:two.ims.example";
  ask(of("scscf2.ims.example", two, ma()));
  BOOST_TEST(ask(of("scscf2.ims.example", two, sa(Type::registration))).verdict.code == result::success);
  const auto owed = terminations();
  BOOST_TEST_REQUIRE(owed.size() == 2U);
  BOOST_TEST((body_of<Termination>(owed[0]).reason == TerminationReason::new_server_assigned));
  BOOST_TEST((body_of<Termination>(owed[1]).reason == TerminationReason::server_change));
  for (const auto& rtr : owed) BOOST_TEST(rtr.host == "scscf.ims.example");
  BOOST_TEST(store.state().scscf->name == two);
  BOOST_TEST(!store.state().find(impi("alice@ims.example"), 1)->leaving);
  BOOST_TEST(store.state().find(impi("alice@ims.example"), 2)->leaving);
}

BOOST_AUTO_TEST_CASE(nobody_takes_over_by_a_vouching) {
  ask(ma());
  ask(sa(Type::registration));
  forget(memory, impi("alice@ims.example"));
  ask(ua("waf.example", "alice@ims.example", "sip:second@ims.example"));
  auto r = sa(Type::registration, "alice@ims.example", "sip:second@ims.example");
  r.common.vouching = Vouching{name("waf.example"), std::nullopt, {}};
  r.common.speaker.roles.add(Role::ep_cscf);
  const auto answer = ask(of("scscf2.ims.example", "sip:two.ims.example", r));
  BOOST_TEST(answer.verdict.code == result::identity_already_registered);
  BOOST_TEST(answer.server_name == scscf);
}

BOOST_AUTO_TEST_CASE(a_termination_that_is_owed_is_not_undone_by_a_challenge) {
  ask(ua("waf.example"));
  ask(sa(Type::registration));
  State marked_state = store.state();
  marked_state.registrations.at(0).leaving = true;
  store.set_state(marked_state);
  ask(ma());
  BOOST_TEST((ask(sa(Type::re_registration)).verdict.delegation_result == Reason::delegation_required));
  BOOST_TEST(only().leaving);
}

BOOST_AUTO_TEST_CASE(a_re_registration_is_judged_by_the_authorizer_of_its_own_set) {
  store.revoke_all();
  store.grant(grant_to("waf.example"));
  store.grant(grant_to("waf.example", "tel:+15550100"));
  store.grant(grant_to("other.example", "sip:second@ims.example"));
  ask(ua("waf.example"));
  ask(sa(Type::registration));
  ask(ua("other.example", "alice@ims.example", "sip:second@ims.example"));
  ask(sa(Type::registration, "alice@ims.example", "sip:second@ims.example"));
  clock.pass(std::chrono::seconds{60});
  const auto second = [&] { return sa(Type::re_registration, "alice@ims.example", "sip:second@ims.example"); };
  store.suspend("waf.example", true);
  BOOST_TEST(ask(second()).verdict.code == result::success);
  store.suspend("waf.example", false);
  store.suspend("other.example", true);
  BOOST_TEST((ask(second()).verdict.delegation_result == Reason::authorizer_suspended));
  BOOST_TEST(ask(sa(Type::re_registration)).verdict.code == result::success);
}

BOOST_AUTO_TEST_CASE(a_vouching_in_a_sar_that_registers_nobody_is_not_allowed) {
  for (std::uint32_t type = 0; type < 12; ++type) {
    auto r = sa(static_cast<Type>(type));
    r.common = common("other.example");
    r.common.speaker.roles.add(Role::s_cscf);
    const auto answer = ask(r);
    const bool registers = type == 1 || type == 2;
    BOOST_TEST_CONTEXT("type " << type)
    BOOST_TEST(answer.verdict.code == (registers ? result::authorization_rejected : result::avp_not_allowed));
    BOOST_TEST(answer.user_data.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_set_that_is_barred_is_registered_by_nothing) {
  ask(ua("waf.example"));
  ask(ma());
  for (auto& u : store.profile().impus) u.barred = u.irs == 1;
  BOOST_TEST(ask(sa(Type::registration)).verdict.code == result::authorization_rejected);
  BOOST_TEST(store.state().registrations.empty());
}

BOOST_AUTO_TEST_CASE(a_vouching_only_scscf_registers_who_is_vouched_for_and_nobody_else) {
  ask(ma());
  auto r = sa(Type::registration);
  r.common.speaker.vouching_only = true;
  BOOST_TEST((ask(r).verdict.delegation_result == Reason::delegation_required));
  ask(ua("waf.example"));
  r = sa(Type::registration);
  r.common.speaker.vouching_only = true;
  BOOST_TEST((ask(r).verdict.delegation_result == Reason::authorized));
}

BOOST_AUTO_TEST_CASE(one_impi_and_one_client_fill_their_part_of_the_memory_and_no_more) {
  delegation::VouchingMemory large(clock, std::chrono::seconds{32}, 6400);
  const auto kept_for = [&](const std::string& i, const std::string& u, const std::string& client) {
    return remember(large, impi(i), impu(u), {Vouching{name("waf.example"), {}, {}}, client}).has_value();
  };
  std::size_t kept = 0;
  for (int i = 0; i < 100; ++i)
    kept += kept_for("pool@x", "sip:guest-" + std::to_string(i) + "@x", "a.example") ? 1 : 0;
  BOOST_TEST(kept <= delegation::VouchingMemory::most_of_impi);
  // What is forgotten gives its room back.
  for (int round = 0; round < 1000; ++round) {
    BOOST_TEST_REQUIRE(kept_for("alice@ims.example", "sip:alice@ims.example", "b.example"));
    forget(large, impi("alice@ims.example"));
  }
  // And one client leaves room for the others, whatever it does.
  for (int i = 0; i < 20000; ++i) kept_for("u" + std::to_string(i) + "@x", "sip:u@x", "a.example");
  std::size_t others = 0;
  for (int i = 0; i < 100; ++i) others += kept_for("v" + std::to_string(i) + "@x", "sip:v@x", "b.example") ? 1 : 0;
  BOOST_TEST(others == 100U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
