#include "config/config.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

// What is wrong in vouchsafe.conf is told with its place.
namespace bdata = boost::unit_test::data;
namespace vouchsafe::testing {
namespace {

struct Mistake {
  const char* text;
  const char* told;
};
std::ostream& operator<<(std::ostream& out, const Mistake& m) { return out << m.text; }

const std::vector<Mistake> mistakes = {
    {"vendor = 7;",
     ":1: vendor: unknown key; known here: vendor_id, clients, agents, rules, database, delegation, tokens, "
     "authentication, "
     "outbox, sh, hardening"},
    {"\nvendor_id = \"x\";", ":2: vendor_id: not a number; a whole number from 1 to 4294967295"},
    {"vendor_id = 0;", ":1: vendor_id: 0 is out of range; a whole number from 1"},
    {"vendor_id = 10415;", "3GPP's own"},
    {"database = { path = 7; };", ":1: database.path: not a text; write it between double quotes"},
    {"database = { path = \"\"; };", "empty"},
    {"database = 7;", "not a group; write { key = value; }"},
    {"database = { deadline_ms = 1; };", "1 is out of range; a whole number from 10 to 60000"},
    {"clients = (\n { hast = \"x\"; } );",
     ":2: clients.[0].hast: unknown key; known here: host, roles, vouching_only, marks"},
    {"clients = ( { roles = [ \"as\" ]; } );", "no host; a Diameter identity"},
    {"clients = ( { host = \"epcscf*\"; roles = [ \"as\" ]; } );", "not a host; a Diameter identity"},
    {"clients = ( { host = \"x\"; } );", "no roles; roles = [ … ] with some of i-cscf, s-cscf, ep-cscf, as"},
    {"clients = ( { host = \"x\"; roles = [ \"hss\" ]; } );", "no role is called hss"},
    {"clients = ( { host = \"x\"; roles = [ \"as\" ]; marks = true; } );", "only a client with the role s-cscf marks"},
    {"clients = ( { host = \"x\"; roles = [ \"as\" ]; vouching_only = 1; } );", "not a boolean; true or false"},
    {"clients = ( { host = \"x\"; roles = [ \"as\" ]; vouching_only = true; } );", "registers nobody"},
    {"clients = ( { host = \"x\"; roles = [ \"as\" ]; require_token = true; } );", "carries no vouchings"},
    {"tokens = {\n audiences = [ \"\" ]; };", ":2: tokens.audiences.[0]: no audience; audiences = [ "},
    {"tokens = { audiences = \"x\"; };", "not a list"},
    {"agents = ( { peer = \"x\"; } );", "speaks for nobody"},
    {"agents = ( { peer = \"x\"; speaks_for = [ \"sip:a\" ]; } );", "not a host"},
    {"delegation = { relays = ( ); };", ":1: delegation.relays: relays are clients with the role ep-cscf now"},
    {"delegation = { monitor = { everywhere = [ \"NOTGRANTED\" ]; }; };",
     "no reason is called NOTGRANTED; \"all\" or one of DELEGATION_REQUIRED"},
    {"delegation = { monitor = { everywhere = [ \"AUTHORIZED\" ]; }; };", "no reason is called AUTHORIZED"},
    {"delegation = { monitor = { clients = ( { host = \"x\"; } ); }; };", "no reasons; reasons = [ … ]"},
    {"delegation = { monitor = { authorizers = ( ); }; };", "unknown key; known here: everywhere, clients, roles"},
    {"authentication = { max_vectors = 0; };", "0 is out of range; a whole number from 1 to 32"},
    {"rules = (\n { name = \"a\"; signal = \"refusd\"; } );",
     ":2: rules.[0].signal: there is no refusd; signal = one of accepted, refused, subjects_not_granted"},
    {"rules = ( { name = \"a\"; signal = \"accepted\"; of = \"authorizers\"; action = \"alert\"; } );", "no threshold"},
    {"rules = ( { name = \"a\"; signal = \"accepted\"; of = \"wafs\"; threshold = 1; action = \"alert\"; } );",
     "there is no wafs; of = one of authorizers, clients"},
    {"rules = ( { signal = \"accepted\"; of = \"clients\"; threshold = 1; action = \"alert\"; } );", "no name"},
    {"rules = ( { name = \"a\"; signal = \"accepted\"; of = \"clients\"; threshold = 1; action = \"hold\"; } );",
     "a client cannot be suspended; alert or throttle"},
    {"rules = ( { name = \"a\"; signal = \"accepted\"; of = \"clients\"; threshold = 1; action = \"throttle\"; } );",
     "no per_s"},
    {"rules = ( { name = \"a\"; signal = \"accepted\"; of = \"clients\"; threshold = 1; action = \"alert\"; per_s = 1; "
     "} );",
     "nothing is throttled"},
    {"rules = ( { name = \"a\"; signal = \"accepted\"; of = \"clients\"; threshold = 1; action = \"alert\"; suspend_s "
     "= 1; } );",
     "nobody is suspended"},
    {"rules = ( { name = \"a\"; signal = \"accepted\"; reason = \"NOT_GRANTED\"; of = \"clients\"; threshold = 1; "
     "action = "
     "\"alert\"; } );",
     "only refusals have a reason"},
    {"rules = ( { name = \"a\"; signal = \"refused\"; reason = \"NO\"; of = \"clients\"; threshold = 1; action = "
     "\"alert\"; } );",
     "no reason is called NO"},
    {"rules = ( { name = \"a\"; signal = \"refused\"; of = \"clients\"; only = [ \"stranger.example\" ]; threshold = "
     "1; action = "
     "\"alert\"; } );",
     "stranger.example is no client"},
    {"rules = ( { name = \"a\"; signal = \"refused\"; of = \"authorizers\"; only = [ \"no name\" ]; threshold = 1; "
     "action = "
     "\"alert\"; } );",
     "no name is no authorizer's name"},
    {"rules = ( { name = \"a\"; signal = \"refused\"; of = \"clients\"; threshold = 0; action = \"alert\"; } );",
     "0 is out of range"},
    {"rules = ( { name = \"a\"; signal = \"refused\"; of = \"clients\"; threshold = 1; action = \"alert\"; }, { name = "
     "\"a\"; "
     "signal = \"accepted\"; of = \"clients\"; threshold = 1; action = \"alert\"; } );",
     "another rule is called a"},
    {"rules = ( { name = \"a\"; signal = \"refused\"; of = \"authorizers\"; threshold = 1; action = \"alert\"; }, { "
     "name = \"b\"; "
     "signal = \"refused\"; of = \"authorizers\"; threshold = 1; action = \"hold\"; } );",
     "fires whenever a does; one rule with the stronger action"},
    {"metrics = {\n listen = \"localhost:9464\"; };",
     ":2: metrics.listen: localhost:9464 is no place to listen on; an IPv4 address and a port, as \"127.0.0.1:9464\", "
     "or a"
     " port alone"},
    {"metrics = { listen = \"127.0.0.1:0\"; };", "is no place to listen on"},
    {"metrics = { listen = \"127.0.0.1:65536\"; };", "is no place to listen on"},
    {"metrics = { listen = \"127.0.0.1\"; };", "is no place to listen on"},
    {"metrics = { listen = \":9464\"; };", "is no place to listen on"},
    {"metrics = { listen = \"[::1]:9464\"; };", "is no place to listen on"},
    {"metrics = { listen = \"+9464s\"; };", "is no place to listen on"},
    {"core_dumps = ;", ":1: syntax error; settings are written key = value;"},
};
BOOST_DATA_TEST_CASE(a_mistake_in_the_configuration_is_told_with_its_place_and_what_would_be_right,
                     bdata::make(mistakes), m) {
  TemporaryFolder folder;
  const std::string path = (folder.path() / "vouchsafe.conf").string();
  std::ofstream(path) << m.text << "\n";
  const auto config = config::load(path);
  BOOST_TEST_REQUIRE(!config.has_value());
  BOOST_TEST_CONTEXT(config.error().detail) {
    BOOST_TEST(config.error().detail.starts_with(path + ":"));
    BOOST_TEST(config.error().detail.find(m.told) != std::string::npos);
  }
}

/// libconfig ends the process over a folder that is included.
BOOST_AUTO_TEST_CASE(a_folder_in_place_of_the_configuration_or_of_what_it_includes_is_told) {
  TemporaryFolder folder;
  const std::string path = (folder.path() / "vouchsafe.conf").string();
  const std::string there = (folder.path() / "a \"folder").string();
  std::filesystem::create_directory(there);
  const auto told = [](const std::string& file) {
    const auto config = config::load(file);
    return config ? "nothing" : config.error().detail;
  };
  BOOST_TEST(told(there) == there + ": no regular file; name a file that holds settings");
  std::string escaped = there;
  escaped.insert(escaped.find('"'), "\\");
  std::ofstream(path) << "# here\n \t@include  \"" << escaped << "\"\n";
  BOOST_TEST(told(path) == there + ": no regular file; name a file that holds settings");
  std::ofstream(path) << "vendor_id = 7;\n#@include \"" << escaped << "\"\n";
  BOOST_TEST(told(path) == "nothing");
}

/// Of the sample as of any file: what is there of it while it is being written.
BOOST_AUTO_TEST_CASE(a_configuration_that_was_cut_off_is_refused_or_ends_after_a_whole_line) {
  TemporaryFolder folder;
  const std::string path = (folder.path() / "vouchsafe.conf").string();
  std::ifstream in(std::string(VOUCHSAFE_SOURCE_DIR) + "/conf/vouchsafe.conf");
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  const auto end_of_clients = whole.find(");", whole.find("\nclients ="));
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    std::ofstream(path) << whole.substr(0, size);
    const auto config = config::load(path);
    const bool taken = config && config::serves_somebody(*config, path);
    if (taken) BOOST_TEST_CONTEXT(size) BOOST_TEST((size > end_of_clients && whole[size - 1] == '\n'));
  }
}

}  // namespace
}  // namespace vouchsafe::testing
