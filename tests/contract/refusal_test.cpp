#include "store/sqlite/connection.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>

// What a delegated request costs the store does not tell whether there is such a subject.
namespace vouchsafe::testing {
namespace {

struct Counted : SqlStore {
  struct Cost {
    int statements = 0;
    int rows = 0;
    bool operator==(const Cost&) const = default;
  };

  Counted() {
    for (const char* authorizer : {"waf.example", "other.example"}) add_authorizer(authorizer);
    add(subscriber("nothing"));
    add(subscriber("another"), {}, {grant_to("other.example", "sip:another@ims.example")});
    add(subscriber("granted"), {}, {grant_to("waf.example", "sip:granted@ims.example")});
  }
  ports::View ask(const std::string& user, const std::string& authorizer = "waf.example") {
    const Impi who = impi(user + "@ims.example");
    const Impu as = impu("sip:" + user + "@ims.example");
    const AuthorizerName by = name(authorizer);
    return reader().subject_of(&who, &as, &by).value();
  }
  Cost cost_of(const std::string& user) {
    (void)ask(user);  // prepares the statements, and loads the registry
    Cost cost;
    trace(&cost);
    (void)ask(user);
    trace(nullptr);
    return cost;
  }

 private:
  /// Of the one connection that there is.
  void trace(Cost* cost) {
    const auto lease = database().lease().value();
    auto* backend = static_cast<soci::sqlite3_session_backend*>(lease->sql().get_backend());
    const auto count = [](unsigned what, void* context, void*, void*) {
      auto* out = static_cast<Cost*>(context);
      ++(what == SQLITE_TRACE_ROW ? out->rows : out->statements);
      return 0;
    };
    sqlite_api::sqlite3_trace_v2(backend->conn_, cost == nullptr ? 0 : SQLITE_TRACE_STMT | SQLITE_TRACE_ROW,
                                 cost == nullptr ? nullptr : +count, cost);
  }
};

std::ostream& operator<<(std::ostream& out, const Counted::Cost& cost) {
  return out << cost.statements << " statements, " << cost.rows << " rows";
}

BOOST_FIXTURE_TEST_SUITE(refusal, Counted)

BOOST_AUTO_TEST_CASE(an_unknown_subject_costs_as_many_statements_and_rows_as_one_who_granted_nothing) {
  const Cost unknown = cost_of("nobody");
  BOOST_TEST(unknown == cost_of("nothing"));
  BOOST_TEST(unknown == cost_of("another"));
  BOOST_TEST(cost_of("granted").statements < unknown.statements);  // what is allowed need not wait
}

BOOST_AUTO_TEST_CASE(nothing_of_another_is_seen) {
  for (int i = 0; i < 50; ++i) {
    const auto view = ask("nobody" + std::to_string(i), "other.example");
    BOOST_TEST(!view.subscription.has_value());
    BOOST_TEST(!view.impi_known);
    BOOST_TEST(!view.impu_known);
    BOOST_TEST(view.grants.empty());
    BOOST_TEST((view.authorizers->find(name("other.example")) != nullptr));
  }
  const auto view = ask("nothing");
  BOOST_TEST(view.subscription->profile.impis.front().impi.text() == "nothing@ims.example");
  BOOST_TEST(view.impi_known);
  BOOST_TEST(view.grants.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
