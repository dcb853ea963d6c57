#pragma once

#include <string>

namespace vouchsafe::testing {

/// A network of its own with nothing but 127.0.0.0/8, for the thread that makes it and for what that starts, until it
/// ends. Throws std::system_error where that is not permitted.
class NetworkNamespace {
 public:
  NetworkNamespace();
  ~NetworkNamespace();
  NetworkNamespace(const NetworkNamespace&) = delete;
  NetworkNamespace& operator=(const NetworkNamespace&) = delete;

 private:
  int before_;
};

/// \return why nftables cannot be tried here, with a line's end or without: this process may make no network namespace,
/// there is no nft, or the kernel does not count connections; empty where it can
std::string what_nftables_lack();

}  // namespace vouchsafe::testing
