// Serials: by which serial number and world wide name initiators know an export whose configuration says
// none. They are kept over restarts, other host names and other machines of that name.
#pragma once

#include "aoe/target.h"
#include "config/server_config.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace vblade {

class Serials {
 public:
  // Keeps nothing when `directory` is empty: the serial is then made of address and host name.
  explicit Serials(const std::filesystem::path& directory);

  static std::filesystem::path file_in(const std::filesystem::path& directory);

  // Gives each export without a serial one and keeps it. At the first start all get the one that they have
  // had from every vblade, made of address and host name; later ones get a number that is drawn once.
  void learn(const config::Server& wanted);
  // Puts the serial and the world wide name into the target, by its address.
  void name(aoe::Target& target) const;

 private:
  bool read();
  bool write() const;

  std::filesystem::path file_;  // empty: nothing is kept
  bool is_read_ = false;
  std::string machine_;  // a number drawn at the first start; empty: there is none
  std::map<aoe::Address, std::string> serials_;
};

}  // namespace vblade
