#include "vblade/inventory/debt_store.h"

#include "base/json.h"
#include "base/mac_address.h"
#include "vblade/inventory/kept_file.h"
#include "vblade/serving/translate.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace vblade {

namespace {

std::string mac_text(disk::Client client) {
  return mac_address(client).text();
}

// A file that cannot be read owes an error to everybody: that is why there is one.
disk::Debts debts_of(const base::Json& json) {
  disk::Debts debts{.error = static_cast<int>(json["error"].as_number()),
                    .owed = {},
                    .to_everybody = json["to_everybody"].as_bool()};
  for (const base::Json& one : json["owed"].items()) {
    const auto mac = base::MacAddress::parse(one.as_text());
    if (mac) debts.owed.push_back(disk_client(*mac));
  }
  if (debts.empty()) return {.error = EIO, .owed = {}, .to_everybody = true};
  return debts;
}

}  // namespace

std::filesystem::path DebtFiles::file_of(aoe::Address address) const {
  return directory_ / (address.text() + ".lost");
}

disk::Debts DebtFiles::load(aoe::Address address) {
  if (directory_.empty()) return {};
  std::error_code reason;
  const std::filesystem::path path = file_of(address);
  if (!std::filesystem::exists(path, reason)) return {};
  kept_.insert(address);
  std::ifstream file(path);
  const auto json = base::Json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
  return debts_of(json ? *json : base::Json{});
}

base::Result<> DebtFiles::save(aoe::Address address, const disk::Debts& debts) {
  if (directory_.empty() || (debts.empty() && !kept_.contains(address))) return {};
  std::error_code reason;
  const std::filesystem::path path = file_of(address);
  if (debts.empty()) {
    kept_.erase(address);
    std::filesystem::remove(path, reason);
    return {};
  }
  kept_.insert(address);
  const base::Json json = base::Json::Fields{{"error", debts.error},
                                             {"owed", base::Json::list_of(debts.owed, &mac_text)},
                                             {"to_everybody", debts.to_everybody}};
  const auto placed = replace_kept_file(path, json.text() + "\n");
  if (placed) return {};
  return base::fail("{}: clients of {} will not get the error of the data that they lost",
                    placed.error().message, address.text());
}

}  // namespace vblade
