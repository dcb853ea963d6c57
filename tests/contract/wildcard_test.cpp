#include "domain/wildcard.hpp"

#include "store/sql/find_statements.hpp"
#include "store/sql/prefix_walk.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <random>
#include <set>

// Which wildcarded identity means a distinct one, found by the index and, to compare, by looking at all of them.
namespace vouchsafe::testing {
namespace {

struct Random {
  std::mt19937 engine{20260101};
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(engine); }
  /// Few letters and short: many share a beginning. One letter has two octets, and its first is the greater.
  std::string word(std::size_t longest) {
    std::string out;
    for (auto n = below(longest + 1); n > 0; --n) out += std::array{"a", "b", "c", "\xc3\xa4"}.at(below(4));
    return out;
  }
};

BOOST_AUTO_TEST_CASE(the_walk_visits_each_prefix_of_the_key_from_the_longest_on_in_few_steps) {
  Random random;
  for (int round = 0; round < 2000; ++round) {
    std::set<std::string> all;
    for (auto n = random.below(30); n > 0; --n) all.insert(random.word(6));
    const std::string key = random.word(7);
    std::vector<std::string> expected;
    for (auto at = all.rbegin(); at != all.rend(); ++at) {
      if (key.starts_with(*at)) expected.push_back(*at);
    }
    std::vector<std::string> seen;
    std::size_t steps = 0;
    const auto last_up_to = [&](std::string_view bound) {
      ++steps;
      const auto above = all.upper_bound(std::string(bound));
      return above == all.begin() ? std::nullopt : std::optional(*std::prev(above));
    };
    const auto stop_at = expected.empty() ? std::string{} : expected[random.below(expected.size())];
    const bool found = store::walk_prefixes(key, last_up_to, [&](const std::string& prefix) {
      seen.push_back(prefix);
      return prefix == stop_at;
    });
    BOOST_TEST_CONTEXT("key " << key) {
      BOOST_TEST(found == !expected.empty());
      if (found) expected.erase(std::find(expected.begin(), expected.end(), stop_at) + 1, expected.end());
      BOOST_TEST(seen == expected, boost::test_tools::per_element());
      BOOST_TEST(steps <= key.size() + 2);
    }
  }
}

/// One subscription with this many wildcarded identities, at random.
std::vector<Impu> add_wildcards(SqlStore& store, Random& random, int count) {
  std::set<std::string> texts;
  for (int i = 0; i < count; ++i) {
    const std::string expression = std::array{".*", "[ab]+", "a|b", "a*", "c"}.at(random.below(5));
    texts.insert("sip:x" + random.word(4) + "!" + expression + "!" + random.word(2) + "@ims.example");
  }
  Profile profile = alice();
  std::vector<Impu> out;
  for (const auto& text : texts) {
    out.push_back(impu(text));
    profile.impus.push_back({out.back(), 1, false, PublicIdentity::Kind::wildcarded_impu});
  }
  store.add(profile);
  return out;
}

/// The length of the longest prefix of those that mean the identity.
std::optional<std::size_t> best_of(const std::vector<Impu>& wildcards, const Impu& distinct) {
  std::optional<std::size_t> best;
  for (const auto& wildcard : wildcards) {
    const auto parsed = WildcardedIdentity::parse(wildcard);
    if (parsed->matches(distinct) && (!best || parsed->prefix().size() > *best)) best = parsed->prefix().size();
  }
  return best;
}

BOOST_AUTO_TEST_CASE(the_most_specific_wildcard_is_found_whatever_others_there_are) {
  Random random;
  int found = 0;
  for (int round = 0; round < 20; ++round) {
    SqlStore store;
    const auto wildcards = add_wildcards(store, random, 60);
    for (int i = 0; i < 100; ++i) {
      const Impu distinct = impu("sip:x" + random.word(8) + "@ims.example");
      const auto view = store.reader().to_locate(distinct).value();
      const auto best = best_of(wildcards, distinct);
      BOOST_TEST_CONTEXT(distinct.text()) {
        BOOST_TEST(view.impu_known == best.has_value());
        BOOST_TEST_REQUIRE(view.matched_wildcard.has_value() == best.has_value());
        if (!best) continue;
        ++found;
        const auto parsed = WildcardedIdentity::parse(*view.matched_wildcard);
        BOOST_TEST(parsed->matches(distinct));
        BOOST_TEST(parsed->prefix().size() == *best);
        BOOST_TEST(view.subscription.has_value());
      }
    }
  }
  BOOST_TEST(found > 200);
}

BOOST_FIXTURE_TEST_CASE(no_statement_of_the_walk_goes_through_the_table, SqlStore) {
  soci::session sql(soci::sqlite3, "db=" + path());
  const std::string key = "k";
  using Statements = store::FindStatements;
  for (const std::string statement :
       {Statements::last_prefix_sql, Statements::last_ending_sql, Statements::wildcards_sql}) {
    const bool two = statement.find(":prefix") != std::string::npos;
    const auto explain = "EXPLAIN QUERY PLAN " + statement;
    const soci::rowset<soci::row> plan = two ? (sql.prepare << explain, soci::use(key, "prefix"), soci::use(key, "key"))
                                             : (sql.prepare << explain, soci::use(key, "key"));
    std::vector<std::string> steps;
    for (const auto& row : plan) steps.push_back(row.get<std::string>(3));
    BOOST_TEST_REQUIRE(steps.size() == 1U);
    BOOST_TEST(steps.front().starts_with("SEARCH wildcard USING COVERING INDEX wildcard_ends"), steps.front());
  }
}

}  // namespace
}  // namespace vouchsafe::testing
