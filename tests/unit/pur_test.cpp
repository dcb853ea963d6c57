#include "profile/sh_documents.hpp"
#include "sh/profile_update.hpp"
#include "support/fakes.hpp"

#include <boost/test/unit_test.hpp>

// PUR where the store fails half-way. What the procedure does otherwise is asked over the wire (process/sh_test.cpp).
namespace vouchsafe::testing {
namespace {

struct Provisioning {
  FakeClock clock;
  MemoryStore store;
  profile::XmlShDocuments documents;
  sh::ShContext context{documents, clock};

  Provisioning() {
    store.add_authorizer("waf.example");
    store.add(alice());
    const auto update = ShOperations{ShOperation::update};
    store.allow({"prov.example", DataReference::repository_data, std::string(delegated_authorizers_service), update});
    store.allow({"prov.example", DataReference::aliases_repository_data, "", update});
  }

  /// Fails each read in turn. \return how many there were
  int fail_each_read(const sh::PuRequest& request) {
    for (int after = 0; after < 10; ++after) {
      const FailingReader failing(store, after);
      const auto outcome = sh::profile_update(sh::read_document(request, context), failing, context);
      BOOST_TEST_CONTEXT("the read after " << after << " others fails: " << outcome.answer.verdict.error_message) {
        const bool success = outcome.answer.verdict.code == result::success;
        BOOST_TEST(success == !failing.fired());
        BOOST_TEST(outcome.writes.empty() == failing.fired());
        if (!failing.fired()) return after;
        BOOST_TEST((outcome.answer.verdict.code == to_result(Error::Kind::unavailable)));
      }
    }
    return -1;
  }
};

sh::PuRequest request(DataReference reference, const std::string& user, const std::string& document) {
  sh::ShCommon common{"prov.example", "ims.example", {}, impu(user), false, {reference}, {}, {}, {}};
  return {std::move(common), "<Sh-Data>" + document + "</Sh-Data>"};
}

BOOST_FIXTURE_TEST_CASE(the_subject_is_read_once_whatever_number_of_grants_there_is, Provisioning) {
  std::vector<Grant> many;
  for (int n = 0; n < 20; ++n) {
    const std::string waf = "waf" + std::to_string(n) + ".example";
    store.add_authorizer(waf);
    many.push_back(grant_to(waf));
  }
  const auto grants = documents.write_grants(many).value();
  const auto pur = request(DataReference::repository_data, "sip:alice@ims.example",
                           "<RepositoryData><ServiceIndication>delegated-authorizers</ServiceIndication>"
                           "<SequenceNumber>0</SequenceNumber><ServiceData>" +
                               grants + "</ServiceData></RepositoryData>");
  BOOST_TEST(fail_each_read(pur) == 1);
}

BOOST_FIXTURE_TEST_CASE(aliases_data_are_not_overwritten_when_they_cannot_be_read, Provisioning) {
  const auto pur = request(DataReference::aliases_repository_data, "tel:+15550100",
                           "<Extension><AliasesRepositoryData><ServiceIndication>notes</ServiceIndication>"
                           "<SequenceNumber>0</SequenceNumber><ServiceData><a/></ServiceData>"
                           "</AliasesRepositoryData></Extension>");
  BOOST_TEST(fail_each_read(pur) == 2);
}

}  // namespace
}  // namespace vouchsafe::testing
