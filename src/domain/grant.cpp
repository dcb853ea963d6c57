#include "domain/grant.hpp"

#include "domain/wildcard.hpp"

namespace vouchsafe {

bool Grant::covers(const Impi& impi, const Impu& impu) const {
  switch (kind) {
    case Subject::impi:
      return subject == impi.text();
    case Subject::impu:
      return subject == impu.text();
    case Subject::pool: {
      if (subject == impu.text()) return true;
      const auto pool = WildcardedIdentity::trusted(Impu::trusted(subject));
      return pool && pool->matches(impu);
    }
  }
  return false;
}

Result<void> check(const Grant& grant) {
  if (grant.not_before && grant.not_after && *grant.not_before >= *grant.not_after) {
    return malformed("the grant's window ends before it begins");
  }
  return {};
}

Result<void> set_subject(Grant& grant, Grant::Subject kind, std::string_view text) {
  if (kind == Grant::Subject::impi) {
    auto impi = Impi::parse(text);
    if (!impi) return tl::unexpected<Error>(impi.error());
    grant.subject = impi->text();
    grant.kind = kind;
    return {};
  }
  auto impu = Impu::parse(text);
  if (!impu) return tl::unexpected<Error>(impu.error());
  grant.kind = Grant::Subject::impu;
  grant.subject = impu->text();
  if (looks_wildcarded(grant.subject)) {
    if (auto pool = WildcardedIdentity::parse(*impu); !pool) return tl::unexpected<Error>(pool.error());
    grant.kind = Grant::Subject::pool;
  }
  return {};
}

}  // namespace vouchsafe
