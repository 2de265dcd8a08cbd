#include "config/ethers.h"

#include <fstream>
#include <sstream>
#include <utility>

namespace config {

namespace {

// "8:0:20:1:2:3" is written there, too: two digits for each number.
std::string filled(const std::string& text) {
  std::string out;
  std::istringstream numbers(text);
  for (std::string number; std::getline(numbers, number, ':');) {
    if (!out.empty()) out += ':';
    out += number.size() == 1 ? '0' + number : number;
  }
  return out;
}

}  // namespace

std::map<std::string, base::MacAddress> read_ethers(const std::filesystem::path& file) {
  std::map<std::string, base::MacAddress> names;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string address, name;
    if (!(words >> address >> name)) continue;
    if (const auto mac = base::MacAddress::parse(filled(address))) names.emplace(std::move(name), *mac);
  }
  return names;
}

}  // namespace config
