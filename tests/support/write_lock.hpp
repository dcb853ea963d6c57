#pragma once

#include "support/hss_process.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace vouchsafe::testing {

/// Another process that holds the database's write lock for as long as this is there.
class WriteLock {
 public:
  explicit WriteLock(const HssProcess& hss) {
    const auto held = hss.folder() / "held";
    std::filesystem::remove(held);
    const std::string script =
        "import sqlite3,sys,pathlib; c=sqlite3.connect(sys.argv[1],isolation_level=None); "
        "c.execute('BEGIN IMMEDIATE'); pathlib.Path(sys.argv[2]).touch(); sys.stdin.read()";
    process_.reset(::popen(
        ("python3 -c \"" + script + "\" " + (hss.folder() / "hss.db").string() + " " + held.string()).c_str(), "w"));
    BOOST_TEST_REQUIRE(HssProcess::settles([&] { return std::filesystem::exists(held); }));
  }
  void release() { process_.reset(); }

 private:
  struct Close {
    void operator()(FILE* process) const { (void)::pclose(process); }
  };
  std::unique_ptr<FILE, Close> process_;
};

}  // namespace vouchsafe::testing
