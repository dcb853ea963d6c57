#include "ctl/fetch.hpp"

#include "ctl/command.hpp"

#include <curl/curl.h>

#include <memory>

namespace vouchsafe::ctl {
namespace {

constexpr std::size_t most = std::size_t{1024} * 1024;

struct FreeTransfer {
  void operator()(CURL* transfer) const noexcept { curl_easy_cleanup(transfer); }
};
using Transfer = std::unique_ptr<CURL, FreeTransfer>;

/// What comes, up to the bound; less than is offered ends the transfer.
std::size_t take(const char* octets, std::size_t size, std::size_t count, void* to) noexcept {
  auto* text = static_cast<std::string*>(to);
  const std::size_t offered = size * count;
  if (text->size() + offered > most) return 0;
  try {
    text->append(octets, offered);
  } catch (const std::exception&) {
    return 0;
  }
  return offered;
}

}  // namespace

std::string fetch(const std::string& url, const std::string& ca_file) {
  if (!url.starts_with("https://")) throw Failure(Exit::usage, "keys are fetched over https alone");
  const Transfer transfer(curl_easy_init());
  std::string out;
  bool ready = transfer != nullptr;
  const auto set = [&](CURLoption option, auto value) {
    ready = ready && curl_easy_setopt(transfer.get(), option, value) == CURLE_OK;
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
  set(CURLOPT_TIMEOUT, 20L);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_WRITEFUNCTION, take);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&out));
  if (!ready) throw Failure(Exit::failed, "libcurl cannot be used");
  const CURLcode code = curl_easy_perform(transfer.get());
  if (code != CURLE_OK) throw Failure(Exit::failed, url + ": " + curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(transfer.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) throw Failure(Exit::failed, url + ": status " + std::to_string(status));
  return out;
}

}  // namespace vouchsafe::ctl
