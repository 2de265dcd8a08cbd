#include "config/export_text.h"

#include "tests/unit/config/yaml_file.h"

#include <gtest/gtest.h>

namespace {

base::MacAddress mac(std::uint8_t last) {
  return {{0x02, 0, 0, 0, 0, last}};
}

config::Export plain() {
  config::Export one;
  one.address = {1, 0};
  one.interfaces = {"eth1"};
  one.path = "/dev/sda2";
  return one;
}

config::Export read(const std::string& item) {
  const tests::YamlFile file("exports:\n" + item);
  const auto server = config::load_server(file.path());
  EXPECT_TRUE(server) << item << file.report(server.error());
  return server->exports.front();
}

}  // namespace

TEST(ExportText, LeavesOutWhatIsTheDefault) {
  EXPECT_EQ(config::export_text(plain()), R"(  - shelf: 1
    slot: 0
    interfaces: [eth1]
    path: /dev/sda2
)");
}

TEST(ExportText, HasEveryKey) {
  config::Export one = plain();
  one.interfaces = {"eth1", "eth*", "1"};
  one.path = "/srv/it's a disk: #1";
  one.read_only = one.direct = one.force = true;
  one.sync = config::Sync::none;
  one.offset = 4096;
  one.length = 1 << 20;
  one.buffers = 4;
  one.access.read = aoe::Hosts::only({mac(1), mac(2)});
  one.access.configure = aoe::Hosts::only({mac(3)});
  one.access.remote_configuration = false;
  one.serial = "null";
  one.model = "a: b";
  const std::string text = config::export_text(one);
  EXPECT_EQ(text, R"(  - shelf: 1
    slot: 0
    interfaces: [eth1, 'eth*', 1]
    path: '/srv/it''s a disk: #1'
    read-only: true
    direct: true
    force: true
    sync: none
    offset: 4096
    length: 1048576
    buffers: 4
    allow:
      read: ["02:00:00:00:00:01", "02:00:00:00:00:02"]
      configure: ["02:00:00:00:00:03"]
    remote-configuration: false
    serial: 'null'
    model: 'a: b'
)");
  const config::Export again = read(text);
  EXPECT_EQ(config::export_text(again), text);
  EXPECT_EQ(again.interfaces, one.interfaces);
  EXPECT_EQ(again.path, one.path);
  EXPECT_EQ(again.access.read, one.access.read);
  EXPECT_TRUE(again.access.write.are_everybody());
  EXPECT_EQ(again.serial, one.serial);
}

TEST(ExportText, OneListForAllAccess) {
  config::Export one = plain();
  one.access.read = one.access.write = one.access.configure = aoe::Hosts::only({mac(1)});
  one.sync = config::Sync::flush;
  EXPECT_EQ(config::export_text(one), R"(  - shelf: 1
    slot: 0
    interfaces: [eth1]
    path: /dev/sda2
    sync: flush
    allow: ["02:00:00:00:00:01"]
)");
}
