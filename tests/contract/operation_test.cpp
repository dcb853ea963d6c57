#include "operations/shared_sets.hpp"
#include "support/stores.hpp"

// What operations go by, in the transaction that writes what they call for.
namespace vouchsafe::testing {
namespace {

using ports::OperatorReader;

const AsPermission everywhere{"*.as.example", DataReference::ims_user_state, {}, {ShOperation::subscribe}};
const AsPermission by_name{
    "one.as.example", DataReference::ims_user_state, {}, {ShOperation::pull, ShOperation::subscribe}};

struct Watched : SqlStore {
  Watched() {
    add(alice());
    allow(everywhere);
    allow(by_name);
    for (const auto* host : {"one.as.example", "two.as.example"})
      write(*this, {ports::NotificationSubscription{
                       1, host, "as.example", impu("sip:alice@ims.example"), DataReference::ims_user_state, {}}});
  }
  operations::Denied deny(const AsPermission& permission, bool everything = false) {
    operations::Denied out;
    BOOST_REQUIRE(run([&](const OperatorReader& reader) -> Result<ports::Writes> {
                    auto denied = operations::deny(permission, everything, reader);
                    if (!denied) return tl::unexpected<Error>(denied.error());
                    out = *denied;
                    return std::move(denied->writes);
                  }).has_value());
    return out;
  }
  std::vector<std::string> watchers() {
    std::vector<std::string> out;
    const auto there = store::SubscriptionLister(database()).notifications({}).value();
    for (const auto& s : there) out.push_back(s.host);
    return out;
  }
};

BOOST_FIXTURE_TEST_CASE(what_another_entry_covers_stays_subscribed, Watched) {
  const auto denied = deny(everywhere);
  BOOST_TEST(denied.permissions == 1U);
  BOOST_TEST(denied.subscriptions == 1U);
  BOOST_TEST(watchers() == std::vector<std::string>{"one.as.example"}, boost::test_tools::per_element());
  BOOST_TEST(registry().permissions()->size() == 1U);  // an entry of no operation is none
}

BOOST_FIXTURE_TEST_CASE(only_what_is_denied_is_taken_away, Watched) {
  AsPermission reading = by_name;
  reading.operations = {ShOperation::pull};
  const auto denied = deny(reading);
  BOOST_TEST(denied.permissions == 1U);
  BOOST_TEST(denied.subscriptions == 0U);
  const auto left = reader().data_of(impu("sip:alice@ims.example"), {}, "one.as.example")->permissions;
  BOOST_TEST_REQUIRE(left.size() == 2U);
  for (const auto& permission : left) BOOST_TEST((permission.operations == ShOperations{ShOperation::subscribe}));
}

BOOST_FIXTURE_TEST_CASE(who_has_no_such_permission_is_told_so, Watched) {
  AsPermission other = by_name;
  other.host = "other.as.example";
  const auto denied = run([&](const OperatorReader& reader) -> Result<ports::Writes> {
    const auto found = operations::deny(other, false, reader);
    if (!found) return tl::unexpected<Error>(found.error());
    return found->writes;
  });
  BOOST_TEST((denied.error().kind == Error::Kind::not_found));
}

BOOST_FIXTURE_TEST_CASE(a_shared_set_that_is_written_anew_calls_for_a_review, SqlStore) {
  const auto put = [&](const std::string& xml) {
    return run([&](const OperatorReader& reader) {
             return operations::put_shared_set({"shared", 42, xml}, reader, now);
           })
        .value();
  };
  BOOST_TEST(put("<InitialFilterCriteria/>") == 0);
  BOOST_TEST(put("<InitialFilterCriteria></InitialFilterCriteria>") != 0);
  BOOST_TEST(outbox().all(false, 10)->size() == 1U);
  const auto remove = [&] {
    return run([&](const OperatorReader& reader) { return operations::remove_shared_set("shared", reader); });
  };
  BOOST_TEST(remove().has_value());
  BOOST_TEST((remove().error().kind == Error::Kind::not_found));
  BOOST_TEST(registry().shared_ifcs()->empty());
}

BOOST_FIXTURE_TEST_CASE(an_authorizer_is_taken_out_with_more_grants_than_one_batch, SqlStore) {
  add_authorizer("waf.example");
  add_authorizer("other.example");
  std::vector<store::NewSubscription> many;
  for (int i = 0; i < 1001; ++i) {
    const std::string user = "u" + std::to_string(i);
    const std::string impu = "sip:" + user + "@ims.example";
    many.push_back({subscriber(user), {}, {grant_to("waf.example", impu), grant_to("other.example", impu)}});
  }
  BOOST_REQUIRE(store::SubscriptionWriter(database()).add(many, false).has_value());
  add_pool(grant_to("waf.example", "sip:pool-!.*!@ims.example"));
  BOOST_TEST(remove_authorizer("waf.example").value() == 1002U);
  BOOST_TEST(registry().grants({}, {})->size() == 1001U);
  BOOST_TEST(registry().authorizers()->size() == 1U);
  // Who writes by the number of before is out of date.
  const auto view = reader().data_of(impu("sip:u1000@ims.example"), {}, "as.example").value();
  BOOST_TEST(view.grants_sequence == 1);
  BOOST_TEST((remove_authorizer("waf.example").error().kind == Error::Kind::not_found));
}

}  // namespace
}  // namespace vouchsafe::testing
