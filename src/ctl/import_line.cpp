#include "ctl/import_line.hpp"

#include "crypto/authentication_centre.hpp"
#include "crypto/milenage.hpp"
#include "domain/printable.hpp"
#include "domain/text.hpp"
#include "profile/filter_criteria.hpp"

#include <simdjson.h>

#include <functional>
#include <stdexcept>

namespace vouchsafe::ctl {
namespace {

using simdjson::dom::element;

/// What is wrong with a line; caught in parse_import_line().
class Wrong : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// \param member may hold any name that is in the line: a NUL in it would end the text
[[noreturn]] void wrong(const std::string& member, const std::string& what) {
  throw Wrong(printable(member + ": " + what));
}

template <class T>
T need(const std::string& member, Result<T> result) {
  if (!result) wrong(member, result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::string text(const std::string& member, const element& value) {
  std::string_view out;
  if (value.get(out) != simdjson::SUCCESS) wrong(member, "must be a text");
  return std::string(out);
}

std::uint32_t number(const std::string& member, const element& value) {
  std::uint64_t out = 0;
  if (value.get(out) != simdjson::SUCCESS || out > 0xFFFFFFFFU) wrong(member, "must be a number from 0 to 4294967295");
  return static_cast<std::uint32_t>(out);
}

std::string octets(const std::string& member, const element& value, std::size_t size) {
  std::string out;
  if (!from_hex(text(member, value), out) || out.size() != size) {
    wrong(member, "must be " + std::to_string(size * 2) + " hexadecimal digits");
  }
  return out;
}

using Handler = std::function<void(const std::string&, const element&)>;
struct Member {
  std::string_view name;
  Handler read;
};

/// Every member of an object goes to its handler; one without a handler is an error.
void members(const std::string& path, const element& value, std::initializer_list<Member> known) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) wrong(path.empty() ? "line" : path, "must be an object");
  for (const auto& [key, item] : object) {
    const std::string at = path.empty() ? std::string(key) : path + "." + std::string(key);
    const Member* member = nullptr;
    for (const auto& candidate : known) {
      if (candidate.name == key) member = &candidate;
    }
    if (member == nullptr) wrong(at, "unknown member");
    member->read(at, item);
  }
}

template <class Each>
void items(const std::string& path, const element& value, Each each) {
  simdjson::dom::array array;
  if (value.get(array) != simdjson::SUCCESS) wrong(path, "must be a list");
  std::size_t index = 0;
  for (const element item : array) each(path + "[" + std::to_string(index++) + "]", item);
}

/// "auth" as written: which secrets it holds depends on the scheme.
struct Authentication {
  std::string scheme;
  std::string k;
  std::string opc;
  std::string op;
  std::string amf = std::string("\x80\x00", 2);
  std::string ha1;
  std::string realm;
  std::uint64_t sqn = 0;
};

Authentication read_authentication(const std::string& path, const element& value) {
  Authentication out;
  members(path, value,
          {{"scheme", [&](const auto& at, const auto& v) { out.scheme = text(at, v); }},
           {"k", [&](const auto& at, const auto& v) { out.k = octets(at, v, 16); }},
           {"opc", [&](const auto& at, const auto& v) { out.opc = octets(at, v, 16); }},
           {"op", [&](const auto& at, const auto& v) { out.op = octets(at, v, 16); }},
           {"amf", [&](const auto& at, const auto& v) { out.amf = octets(at, v, 2); }},
           {"ha1",
            [&](const auto& at, const auto& v) {
              octets(at, v, 16);
              out.ha1 = lowered(text(at, v));
            }},
           {"realm", [&](const auto& at, const auto& v) { out.realm = text(at, v); }},
           {"sqn", [&](const auto& at, const auto& v) {
              for (const char c : octets(at, v, 6)) out.sqn = (out.sqn << 8U) | static_cast<unsigned char>(c);
            }}});
  return out;
}

class Line {
 public:
  explicit Line(const crypto::KeyRing& keys) : keys_(keys) {}

  store::NewSubscription read(const element& root) {
    members(
        "", root,
        {{"impis",
          [&](const auto& at, const auto& v) { items(at, v, [&](const auto& a, const auto& i) { impi(a, i); }); }},
         {"impus",
          [&](const auto& at, const auto& v) { items(at, v, [&](const auto& a, const auto& i) { impu(a, i); }); }},
         {"visited_networks",
          [&](const auto& at, const auto& v) {
            items(at, v, [&](const auto& a, const auto& i) { out_.profile.visited_networks.push_back(text(a, i)); });
          }},
         {"capabilities", [&](const auto& at, const auto& v) { capabilities(at, v); }},
         {"authorizers", [&](const auto& at,
                             const auto& v) { items(at, v, [&](const auto& a, const auto& i) { authorizer(a, i); }); }},
         {"ifc", [&](const auto& at, const auto& v) { out_.profile.ifc = criteria(at, v); }},
         {"charging", [&](const auto& at, const auto& v) { charging(at, v); }}});
    need("line", check(out_.profile));
    check_subjects();
    return std::move(out_);
  }

 private:
  void impi(const std::string& path, const element& value) {
    std::string name;
    std::optional<Authentication> auth;
    std::optional<WayToRegister> way;
    members(path, value,
            {{"impi", [&](const auto& at, const auto& v) { name = text(at, v); }},
             {"auth", [&](const auto& at, const auto& v) { auth = read_authentication(at, v); }},
             {"way", [&](const auto& at, const auto& v) {
                way = way_named(text(at, v));
                if (!way) wrong(at, "must be \"direct\", \"delegated\", \"direct-or-delegated\" or \"trusted-node\"");
              }}});
    PrivateIdentity identity{need(path + ".impi", Impi::parse(name))};
    identity.scheme = AuthenticationScheme::none;
    if (auth) {
      const auto scheme = scheme_named(auth->scheme);
      if (!scheme)
        wrong(path + ".auth.scheme", "must be \"Digest-AKAv1-MD5\", \"SIP Digest\", \"GIBA\" or \"NASS-Bundled\"");
      identity.scheme = *scheme;
      seal(path + ".auth", *auth, identity);
    }
    identity.way = way.value_or(default_way(identity.scheme));
    if (!auth && (identity.way == WayToRegister::direct || identity.way == WayToRegister::direct_or_delegated))
      wrong(path + ".auth", "is missing: an IMPI without credentials registers by \"way\": \"delegated\"");
    out_.profile.impis.push_back(std::move(identity));
  }

  void seal(const std::string& path, const Authentication& auth, PrivateIdentity& identity) {
    const bool aka = identity.scheme == AuthenticationScheme::digest_akav1_md5;
    const bool digest = identity.scheme == AuthenticationScheme::sip_digest;
    if (!aka && (!auth.k.empty() || !auth.op.empty() || !auth.opc.empty() || auth.sqn != 0))
      wrong(path, "k, op, opc and sqn are AKA's");
    if (!digest && (!auth.ha1.empty() || !auth.realm.empty())) wrong(path, "ha1 and realm are SIP Digest's");
    if (aka) {
      if (auth.k.empty() || auth.opc.empty() == auth.op.empty()) wrong(path, "needs k, and opc or op");
      identity.sealed = need(path, crypto::seal_aka(keys_, identity.impi, auth.k, opc(path, auth), auth.amf));
      if (auth.sqn != 0) out_.state.authentication(identity.impi).sqn = auth.sqn;
    }
    if (digest) {
      if (auth.ha1.empty() || auth.realm.empty()) wrong(path, "needs realm and ha1");
      identity.digest_realm = auth.realm;
      identity.sealed = need(path, crypto::seal_digest(keys_, identity.impi, auth.ha1));
    }
  }

  static std::string opc(const std::string& path, const Authentication& auth) {
    if (!auth.opc.empty()) return auth.opc;
    crypto::Block k{};
    crypto::Block op{};
    crypto::to_block(auth.k, k);
    crypto::to_block(auth.op, op);
    const auto derived = need(path, crypto::derive_opc(k, op));
    return {derived.begin(), derived.end()};
  }

  void impu(const std::string& path, const element& value) {
    std::string name;
    PublicIdentity identity{Impu::trusted({})};
    members(path, value,
            {{"impu", [&](const auto& at, const auto& v) { name = text(at, v); }},
             {"irs", [&](const auto& at, const auto& v) { identity.irs = number(at, v); }},
             {"barred",
              [&](const auto& at, const auto& v) {
                if (v.get(identity.barred) != simdjson::SUCCESS) wrong(at, "must be true or false");
              }},
             {"wildcard",
              [&](const auto& at, const auto& v) {
                const std::string kind = text(at, v);
                if (kind != "impu" && kind != "psi") wrong(at, "must be \"impu\" or \"psi\"");
                identity.kind =
                    kind == "impu" ? PublicIdentity::Kind::wildcarded_impu : PublicIdentity::Kind::wildcarded_psi;
              }},
             {"psi",
              [&](const auto& at, const auto& v) {
                const std::string state = text(at, v);
                if (state != "active" && state != "inactive") wrong(at, "must be \"active\" or \"inactive\"");
                identity.psi = state == "active" ? PublicIdentity::Psi::active : PublicIdentity::Psi::inactive;
              }},
             {"ifc", [&](const auto& at, const auto& v) { identity.ifc = criteria(at, v); }}});
    identity.impu = need(path + ".impu", Impu::parse(name));
    out_.profile.impus.push_back(std::move(identity));
  }

  /// XML is checked and kept as it goes into a profile; anything else is the name of a shared set.
  static std::string criteria(const std::string& path, const element& value) {
    std::string ifc = text(path, value);
    const auto start = ifc.find_first_not_of(" \t\r\n");
    if (start == std::string::npos) wrong(path, "must be XML or the name of a shared set");
    if (ifc[start] != '<') return ifc;
    return need(path, profile::normal_filter_criteria(std::string_view(ifc).substr(start)));
  }

  void capabilities(const std::string& path, const element& value) {
    auto& c = out_.profile.capabilities;
    members(path, value,
            {{"mandatory",
              [&](const auto& at, const auto& v) {
                items(at, v, [&](const auto& a, const auto& i) { c.mandatory.push_back(number(a, i)); });
              }},
             {"optional", [&](const auto& at, const auto& v) {
                items(at, v, [&](const auto& a, const auto& i) { c.optional.push_back(number(a, i)); });
              }}});
  }

  void charging(const std::string& path, const element& value) {
    auto& c = out_.profile.charging;
    const auto into = [](std::string& target) {
      return [&target](const std::string& at, const element& v) {
        target = text(at, v);
        if (!target.starts_with("aaa://") && !target.starts_with("aaas://"))
          wrong(at, "must be a DiameterURI: aaa:// or aaas://");
      };
    };
    members(path, value,
            {{"primary_event", into(c.primary_event)},
             {"secondary_event", into(c.secondary_event)},
             {"primary_collection", into(c.primary_collection)},
             {"secondary_collection", into(c.secondary_collection)}});
  }

  static std::optional<Time> time(const std::string& path, const element& value) {
    if (value.is_null()) return std::nullopt;
    return need(path, parse_rfc3339(text(path, value)));
  }

  void authorizer(const std::string& path, const element& value) {
    Grant grant{Grant::Subject::impu, {}, AuthorizerName::trusted({}), {}, {}, {}};
    members(path, value,
            {{"waf",
              [&](const auto& at, const auto& v) { grant.authorizer = need(at, AuthorizerName::parse(text(at, v))); }},
             {"impu",
              [&](const auto& at, const auto& v) { need(at, set_subject(grant, Grant::Subject::impu, text(at, v))); }},
             {"impi",
              [&](const auto& at, const auto& v) { need(at, set_subject(grant, Grant::Subject::impi, text(at, v))); }},
             {"not_before", [&](const auto& at, const auto& v) { grant.not_before = time(at, v); }},
             {"not_after", [&](const auto& at, const auto& v) { grant.not_after = time(at, v); }},
             {"wwsf", [&](const auto& at, const auto& v) {
                items(at, v, [&](const auto& a, const auto& i) {
                  grant.wwsf.push_back(need(a, AuthorizerName::parse(text(a, i))));
                });
              }}});
    if (grant.authorizer.text().empty()) wrong(path + ".waf", "is missing");
    if (grant.subject.empty()) wrong(path, "needs impu or impi");
    need(path, check(grant));
    out_.grants.push_back(std::move(grant));
  }

  /// Nobody grants what is another's.
  void check_subjects() const {
    const Subscription own{0, 0, out_.profile, {}};
    for (const auto& grant : out_.grants) {
      const bool known = grant.kind == Grant::Subject::impi ? own.find(Impi::trusted(grant.subject)) != nullptr
                                                            : own.find(Impu::trusted(grant.subject)) != nullptr;
      if (!known) wrong("authorizers", grant.subject + " is not an identity of this subscription");
    }
  }

  const crypto::KeyRing& keys_;
  store::NewSubscription out_;
};

}  // namespace

Result<store::NewSubscription> parse_import_line(std::string_view line, const crypto::KeyRing& keys) {
  thread_local simdjson::dom::parser parser;
  try {
    element root;
    const auto error = parser.parse(line.data(), line.size()).get(root);
    if (error != simdjson::SUCCESS) return malformed(std::string("not JSON: ") + simdjson::error_message(error));
    return Line(keys).read(root);
  } catch (const Wrong& e) {
    return malformed(e.what());
  } catch (const std::exception& e) {
    return unavailable(e.what());
  }
}

}  // namespace vouchsafe::ctl
