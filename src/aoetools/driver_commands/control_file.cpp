#include "aoetools/driver_commands/control_file.h"

#include <sys/stat.h>
#include <unistd.h>

namespace aoetools {

bool control_file_usable(const Invocation& invocation, const kernel::AoeDriver& driver,
                         std::string_view control, std::string_view full_stop) {
  const auto file = driver.control_file(control);
  if (::access(file.c_str(), W_OK) != 0) {
    const bool exists = ::access(file.c_str(), F_OK) == 0;
    complain(invocation, "{} does not exist or is not writeable{}", file.native(), full_stop);
    if (!driver.loaded()) {
      complain(invocation, "the aoe driver is not loaded: run 'modprobe aoe'");
    } else if (!exists) {
      complain(invocation, "neither udev nor devtmpfs made it: run 'aoe-mkdevs {}'",
               driver.paths().etherd.native());
    } else {
      complain(invocation, "run it as root or as a member of the group that may write it");
    }
    return false;
  }
  struct ::stat status;
  if (::stat(file.c_str(), &status) != 0 || !S_ISCHR(status.st_mode)) {
    complain(invocation, "{} is not a character device file", file.native());
    complain(invocation, "use udev or aoe-mkdevs to create it");
    return false;
  }
  return true;
}

}  // namespace aoetools
