#include <boost/test/tree/test_case_counter.hpp>
#include <boost/test/tree/traverse.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <stdexcept>
#include <string>

// VOUCHSAFE_TEST_SHARE=1/4: every fourth test case from the first one on. The cases of real daemons wait more than they
// work, so that several programs of them run side by side. Each case is in exactly one share, whatever is added.
namespace vouchsafe::testing {
namespace {

namespace unit_test = boost::unit_test;

class Others : public unit_test::test_tree_visitor {
 public:
  Others(std::size_t own, std::size_t shares) : own_(own), shares_(shares) {}
  void visit(const unit_test::test_case& one) override {
    if (!one.is_enabled()) return;
    if (count_++ % shares_ == own_ - 1) return;
    const_cast<unit_test::test_case&>(one).p_run_status.value = unit_test::test_unit::RS_DISABLED;
  }

 private:
  std::size_t own_;
  std::size_t shares_;
  std::size_t count_ = 0;
};

struct Share {
  void setup() {
    const char* given = std::getenv("VOUCHSAFE_TEST_SHARE");  // NOLINT(concurrency-mt-unsafe): before any thread
    if (given == nullptr) return;
    const std::string text(given);
    const auto slash = text.find('/');
    const auto own = std::stoul(text.substr(0, slash));
    const auto shares = std::stoul(text.substr(slash + 1));
    if (own < 1 || own > shares) throw std::invalid_argument("VOUCHSAFE_TEST_SHARE is from 1/N to N/N");
    Others others(own, shares);
    unit_test::traverse_test_tree(unit_test::framework::master_test_suite().p_id, others);
  }
};

BOOST_TEST_GLOBAL_FIXTURE(Share);

}  // namespace
}  // namespace vouchsafe::testing
