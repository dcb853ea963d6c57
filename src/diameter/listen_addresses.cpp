#include "diameter/listen_addresses.hpp"

#include "core/freediameter.hpp"
#include "domain/text.hpp"

#include <glob.h>
#include <netdb.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>

namespace vouchsafe::diameter {
namespace {

constexpr int deepest = 5;  ///< includes within includes, as in freeDiameter

struct Token {
  enum class Kind { word, text, mark, end };
  Kind kind = Kind::end;
  std::string_view octets;  ///< of a text, what is between the quotes
  std::size_t line = 1;
};

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_word(char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

/// Cuts a configuration into words, texts and marks.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  Token next() {
    skip_blanks_and_comments();
    if (rest_.empty()) return {Token::Kind::end, {}, line_};
    if (rest_.front() == '"') return text();
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_word);
    const auto length = static_cast<std::size_t>(end - rest_.begin());
    return length == 0 ? take(Token::Kind::mark, 1) : take(Token::Kind::word, length);
  }

 private:
  void skip_blanks_and_comments() {
    while (!rest_.empty() && (is_blank(rest_.front()) || rest_.front() == '#')) {
      if (rest_.front() == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else {
        line_ += rest_.front() == '\n' ? 1 : 0;
        rest_.remove_prefix(1);
      }
    }
  }

  Token text() {
    const auto end = rest_.find_first_of("\"\n", 1);
    if (end == std::string_view::npos || rest_[end] == '\n') return take(Token::Kind::mark, 1);
    Token out{Token::Kind::text, rest_.substr(1, end - 1), line_};
    rest_.remove_prefix(end + 1);
    return out;
  }

  Token take(Token::Kind kind, std::size_t length) {
    Token out{kind, rest_.substr(0, length), line_};
    rest_.remove_prefix(length);
    return out;
  }

  std::string_view rest_;
  std::size_t line_ = 1;
};

bool is_mark(const Token& token, std::string_view mark) {
  return token.kind == Token::Kind::mark && token.octets == mark;
}

std::string place(const std::string& file, std::size_t line) { return file + ":" + std::to_string(line) + ": "; }

Result<void> read(const std::string& file, int depth);

Result<void> include(const std::string& file, const ListenDirective& d, int depth) {
  if (depth >= deepest) return malformed(place(file, d.line) + "too many files include one another");
  glob_t found{};
  const int rc = ::glob(d.value.c_str(), GLOB_ERR, nullptr, &found);
  const std::unique_ptr<glob_t, decltype(&::globfree)> owned(&found, &::globfree);
  if (rc == GLOB_NOMATCH) return {};  // as freeDiameter takes it
  if (rc != 0) return malformed(place(file, d.line) + d.value + " cannot be looked for");
  for (std::size_t i = 0; i < found.gl_pathc; ++i) {
    if (auto done = read(found.gl_pathv[i], depth + 1); !done) return done;
  }
  return {};
}

Result<void> listen(const std::string& file, const ListenDirective& d) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST;
  addrinfo* found = nullptr;
  if (const int rc = ::getaddrinfo(d.value.c_str(), nullptr, &hints, &found); rc != 0)
    return malformed(place(file, d.line) + "ListenOn: " + d.value + ": " + ::gai_strerror(rc));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  const auto& flags = fd_g_config->cnf_flags;
  const bool excluded = found->ai_family == AF_INET ? flags.no_ip4 != 0 : flags.no_ip6 != 0;
  if (excluded)
    return malformed(place(file, d.line) + "ListenOn: " + d.value + " cannot be listened on with " +
                     (found->ai_family == AF_INET ? "No_IP" : "No_IPv6") + "; take one of the two out");
  if (fd_ep_add_merge(&fd_g_config->cnf_endpoints, found->ai_addr, found->ai_addrlen, EP_FL_CONF | EP_ACCEPTALL) != 0)
    return malformed(place(file, d.line) + "ListenOn: freeDiameter does not take " + d.value);
  return {};
}

/// Makes endpoints of a configuration and of what it includes.
Result<void> read(const std::string& file, int depth) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return malformed(file + ": cannot be read again for its ListenOn");
  const auto directives = listen_directives(text.str());
  if (!directives) return malformed(file + ": " + directives.error().detail);
  for (const auto& d : *directives) {
    auto done = d.kind == ListenDirective::Kind::include ? include(file, d, depth) : listen(file, d);
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<std::vector<ListenDirective>> listen_directives(std::string_view text) {
  std::vector<ListenDirective> out;
  Scanner scanner(text);
  for (Token token = scanner.next(); token.kind != Token::Kind::end; token = scanner.next()) {
    const bool listen = token.kind == Token::Kind::word && lowered(token.octets) == "listenon";
    const bool include = token.kind == Token::Kind::word && token.octets == "include";
    if (!listen && !include) continue;
    const std::string at = "line " + std::to_string(token.line) + ": ";
    if (listen && !is_mark(scanner.next(), "=")) return malformed(at + "ListenOn: no = after it");
    const Token value = scanner.next();
    if (value.kind != Token::Kind::text) return malformed(at + std::string(token.octets) + ": no text between quotes");
    if (listen && !is_mark(scanner.next(), ";")) return malformed(at + "ListenOn: no ; after it");
    out.push_back({listen ? ListenDirective::Kind::listen_on : ListenDirective::Kind::include,
                   std::string(value.octets), token.line});
  }
  return out;
}

Result<void> listen_where_configured() { return read(fd_g_config->cnf_file, 0); }

}  // namespace vouchsafe::diameter
