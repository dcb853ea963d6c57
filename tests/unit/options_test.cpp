#include "config/options.hpp"

#include "support/temporary_folder.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>

// The rows of dict/options.def: the reader takes them, and the shipped sample says what they say.
namespace bdata = boost::unit_test::data;
namespace vouchsafe::config {
std::ostream& operator<<(std::ostream& out, const Option& option) { return out << option.path(); }
}  // namespace vouchsafe::config

namespace vouchsafe::testing {
namespace {

using config::Config;
using config::Option;

const char* const sample_path = VOUCHSAFE_SOURCE_DIR "/conf/vouchsafe.conf";

std::vector<Option> scalars() {
  std::vector<Option> out;
  std::copy_if(config::options().begin(), config::options().end(), std::back_inserter(out),
               [](const Option& option) { return !option.is_list(); });
  return out;
}

/// The configuration that a text makes.
Result<Config> read(const std::string& text) {
  TemporaryFolder folder;
  const std::string path = (folder.path() / "vouchsafe.conf").string();
  std::ofstream(path) << text << '\n';
  return config::load(path);
}

std::string setting(const Option& option, const std::string& value) {
  const std::string line = std::string(option.name) + " = " + value + ";";
  return option.group.empty() ? line : std::string(option.group) + " = { " + line + " };";
}

/// What every scalar option is, by its path, as the file has it.
std::map<std::string, std::string> values(const Config& config) {
  std::map<std::string, std::string> out;
  for (const auto& option : scalars()) out[option.path()] = config::written(option.get(config));
  return out;
}

/// A value that is not the default.
std::string another(const Option& option) {
  if (const auto* truth = std::get_if<bool>(&option.standard)) return config::written(!*truth);
  if (option.path() == "metrics.listen") return "\"127.0.0.1:9464\"";
  if (!option.is_number()) return "\"another\"";
  const bool is_most = std::get<long long>(option.standard) == option.range.most;
  const long long number = is_most ? option.range.least : option.range.most;
  return std::to_string(number);
}

/// With libconfig's mark on a number that may need more than 32 bits.
std::string spelled(const std::string& value) { return value.size() > 9 && value[0] != '"' ? value + "L" : value; }

BOOST_DATA_TEST_CASE(an_option_that_is_set_changes_its_own_value_and_no_other, bdata::make(scalars()), option) {
  auto expected = values(Config{});
  const std::string value = another(option);
  BOOST_TEST(expected[option.path()] == config::written(option.standard));
  BOOST_TEST(expected[option.path()] != value);
  expected[option.path()] = value;
  const auto config = read(setting(option, spelled(value)));
  BOOST_TEST_REQUIRE(config.has_value());
  BOOST_TEST((values(*config) == expected));
}

BOOST_DATA_TEST_CASE(a_value_of_another_type_or_out_of_the_range_is_told_with_the_option, bdata::make(scalars()),
                     option) {
  std::vector<std::string> wrong = {"{ }"};
  wrong.emplace_back(std::holds_alternative<std::string_view>(option.standard) ? "true" : "\"x\"");
  if (option.is_number()) {
    wrong.push_back(std::to_string(option.range.least - 1));
    wrong.push_back(spelled(std::to_string(option.range.most + 1)));
  }
  for (const auto& value : wrong) {
    const auto config = read(setting(option, value));
    BOOST_TEST_REQUIRE(!config.has_value(), value);
    BOOST_TEST(config.error().detail.find(":1: " + option.path() + ": ") != std::string::npos, config.error().detail);
  }
}

/// The sample, taken apart: what it says of each key at the top and in a group.
struct Sample {
  struct Entry {
    std::string value;    ///< as it stands there; empty for a group and a list
    std::string comment;  ///< the lines before it, joined
    bool is_default = false;
  };
  std::map<std::string, Entry> entries;
  std::string header;         ///< the first comment
  std::string with_defaults;  ///< the file with every commented default taken in

  Sample() {
    std::ifstream in(sample_path);
    for (std::string line; std::getline(in, line);) {
      take(line);
      with_defaults += line + '\n';
    }
  }

 private:
  /// Leaves the line without the mark where it was a default of a scalar option.
  void take(std::string& line) {
    static const std::regex comment_line(" *# (.*)");
    static const std::regex key_line(" *(#?)([a-z_]+) =(?: (.*);)?");
    std::smatch found;
    if (std::regex_match(line, found, comment_line)) {
      comment_ += (comment_.empty() ? "" : " ") + found[1].str();
      return;
    }
    if (std::regex_match(line, found, key_line) && groups_.size() < 2) {
      last_ = groups_.empty() ? found[2].str() : groups_.front() + "." + found[2].str();
      const bool is_default = found[1].matched && found[1].length() == 1;
      const bool is_scalar = found[3].matched && found[3].str().front() != '(';
      entries[last_] = {is_scalar ? found[3].str() : "", comment_, is_default};
      if (is_default && is_scalar) line.replace(line.find('#'), 1, " ");
    }
    if (line.ends_with('{') && line.find_first_not_of(' ') + 1 == line.size()) groups_.push_back(last_);
    if (line.ends_with("};") && line.find_first_not_of(' ') + 2 == line.size()) groups_.pop_back();
    if (header.empty()) header = comment_;
    comment_.clear();
  }

  std::string comment_;
  std::string last_;
  std::vector<std::string> groups_;
};

BOOST_AUTO_TEST_CASE(the_shipped_sample_holds_the_defaults) {
  const auto sample = config::load(sample_path);
  BOOST_TEST_REQUIRE(sample.has_value());
  BOOST_TEST((values(*sample) == values(Config{})));
  // With every commented default taken in, nothing changes: what the sample says is what the program does.
  const auto full = read(Sample{}.with_defaults);
  BOOST_TEST_REQUIRE(full.has_value());
  BOOST_TEST((values(*full) == values(Config{})));
}

BOOST_AUTO_TEST_CASE(the_shipped_sample_holds_every_option_with_its_default_range_and_text) {
  const Sample sample;
  for (const auto& option : config::options()) {
    BOOST_TEST_CONTEXT(option.path()) {
      const auto found = sample.entries.find(option.path());
      BOOST_TEST_REQUIRE((found != sample.entries.end()));
      if (option.is_list()) continue;
      BOOST_TEST(found->second.is_default);
      BOOST_TEST(found->second.value == config::written(option.standard));
      BOOST_TEST(found->second.comment == option.sentence());
    }
  }
}

BOOST_AUTO_TEST_CASE(the_shipped_sample_holds_nothing_that_is_no_option) {
  std::set<std::string> known;
  for (const auto& option : config::options()) {
    known.insert(option.path());
    if (!option.group.empty()) known.insert(std::string(option.group));
  }
  for (const auto& [path, entry] : Sample{}.entries) BOOST_TEST(known.contains(path), path);
}

/// What a reload takes over, as the sample's header says it: options and groups, with what is left out of a group.
std::string told_of_a_reload() {
  std::vector<std::string> parts;
  for (const auto& name : config::known_in("")) {
    std::string but;
    bool any = false;
    for (const auto& option : config::options()) {
      if (option.group != name && (!option.group.empty() || option.name != name)) continue;
      const bool reload = option.change == config::Change::reload;
      any = any || reload;
      if (!reload) but += (but.empty() ? "" : ", ") + std::string(option.name);
    }
    if (any) parts.push_back(name + (but.empty() ? "" : " (but " + but + ")"));
  }
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : &part == &parts.back() ? " and " : ", ") + part;
  return out;
}

BOOST_AUTO_TEST_CASE(the_shipped_sample_says_which_options_a_reload_takes_over) {
  const std::string header = Sample{}.header;
  BOOST_TEST(header.find("SIGUSR1 reads the file again for: " + told_of_a_reload() + ". The rest needs a restart.") !=
                 std::string::npos,
             told_of_a_reload());
}

}  // namespace
}  // namespace vouchsafe::testing
