// /etc/ethers: names of Ethernet addresses, as ethers(5) describes them.
#pragma once

#include "base/mac_address.h"

#include <filesystem>
#include <map>
#include <string>

namespace config {

// By name. Lines that make no sense are passed over, as the C library does; no file, no names.
std::map<std::string, base::MacAddress> read_ethers(const std::filesystem::path& file);

}  // namespace config
