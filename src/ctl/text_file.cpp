#include "ctl/text_file.hpp"

#include "ctl/command.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

namespace vouchsafe::ctl {

std::string read_text(const std::string& path) {
  constexpr std::size_t most = std::size_t{1024} * 1024;
  std::ifstream file;
  if (path != "-") file.open(path);
  std::istream& in = path == "-" ? std::cin : file;
  if (!in) throw Failure(Exit::failed, path + " cannot be read");
  std::string out(std::istreambuf_iterator<char>(in), {});
  if (out.size() > most) throw Failure(Exit::usage, path + " has more than 1 MiB");
  return out;
}

}  // namespace vouchsafe::ctl
