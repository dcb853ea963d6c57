#include "profile/sh_documents.hpp"

#include "support/fakes.hpp"

#include <boost/test/unit_test.hpp>

namespace vouchsafe::testing {
namespace {

BOOST_AUTO_TEST_CASE(grants_survive_their_document) {
  const profile::XmlShDocuments documents;
  const Time begin{std::chrono::seconds{1'800'000'000}};
  std::vector<Grant> grants(2, grant_of_impi("waf.example"));
  grants[0].not_before = begin;
  grants[0].not_after = begin + std::chrono::hours{1};
  grants[1].authorizer = name("https://waf.example/path");
  grants[1].wwsf = {name("shop.example"), name("other.example")};
  const auto xml = documents.write_grants(grants).value();
  BOOST_TEST_CONTEXT(xml) {
    const auto read = documents.read_grants(xml, impu("sip:alice@ims.example"));
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST((*read == grants));
  }
  const auto pool = documents.read_grants(documents.write_grants({grant_to("waf.example")}).value(),
                                          impu("sip:pool-!.*!@ims.example"));
  BOOST_TEST((pool.value().front().kind == Grant::Subject::pool));
}

BOOST_AUTO_TEST_CASE(sh_data_are_what_they_say_and_repository_data_keep_their_namespaces) {
  const profile::XmlShDocuments documents;
  const auto update = documents.read(
      "<Sh-Data xmlns:a=\"urn:a\"><RepositoryData><ServiceIndication> x </ServiceIndication><SequenceNumber>65535"
      "</SequenceNumber><ServiceData><a:n a:k=\"1\">&lt;</a:n></ServiceData></RepositoryData></Sh-Data>");
  BOOST_TEST_REQUIRE(update.has_value());
  BOOST_TEST(update->service_indication == "x");
  BOOST_TEST(update->sequence == 65535);
  BOOST_TEST(*update->service_data == "<a:n xmlns:a=\"urn:a\" a:k=\"1\">&lt;</a:n>");
  BOOST_TEST(next_sequence(65535) == 1);
  ports::ShData data;
  data.public_identities = {"sip:a&b@ims.example"};
  data.user_state = ImsUserState::registered;
  BOOST_TEST(documents.write(data).value() ==
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Sh-Data><PublicIdentifiers><IMSPublicIdentity>sip:a&amp;b@"
             "ims.example</IMSPublicIdentity></PublicIdentifiers><Sh-IMS-Data><IMSUserState>1</IMSUserState>"
             "</Sh-IMS-Data></Sh-Data>");
}

}  // namespace
}  // namespace vouchsafe::testing
