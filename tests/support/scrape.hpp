#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace vouchsafe::testing {

/// GET over HTTP/1.0 from 127.0.0.1. \return the whole answer, with its header; empty: nobody listens
std::string http_get(std::uint16_t port, const std::string& path);

/// What a scrape brought.
class Scrape {
 public:
  /// Throws std::runtime_error where /metrics is not answered 200.
  explicit Scrape(std::uint16_t port);

  /// \param series with its labels in order: vouchsafe_store_up{access="read"} \return -1: it is not there
  [[nodiscard]] double value(const std::string& series) const;
  [[nodiscard]] const std::map<std::string, double>& series() const { return series_; }
  /// The names, as TYPE says them: a histogram's without _bucket, _sum and _count.
  [[nodiscard]] const std::map<std::string, std::string>& types() const { return types_; }
  /// The lines that are of the HSS itself, and not of the HTTP server.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void take(const std::string& line);
  std::map<std::string, double> series_;
  std::map<std::string, std::string> types_;
  std::string text_;
};

}  // namespace vouchsafe::testing
