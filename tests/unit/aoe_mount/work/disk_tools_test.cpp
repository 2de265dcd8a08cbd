#include "aoe_mount/work/disk_tools.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace {

class FakeTools : public aoe_mount::DiskTools {
 public:
  base::Result<aoe_mount::Signature> probe(const std::string&) override { return signature; }
  aoe_mount::FsckRun fsck(const std::string& type, const std::string& device) override {
    asked += "fsck." + type + " " + device + "; ";
    return run;
  }
  base::Result<> check_unused(const std::string&) override { return unused; }
  base::Result<> check_mount_point(const std::string&) override { return mount_point; }
  base::Result<> mount(const aoe_mount::Attach& order, const std::string& type) override {
    asked += "mount -t " + type + " " + order.device + " " + order.target;
    return mounted;
  }

  void prime_round_trip_time(const std::string& disk) override { asked += "; know " + disk; }

  base::Result<aoe_mount::Signature> signature = aoe_mount::Signature{"ext4", "", "", ""};
  aoe_mount::FsckRun run{true, 0, ""};
  base::Result<> unused;
  base::Result<> mount_point;
  base::Result<> mounted;
  std::string asked;
};

struct AttachTest : testing::Test {
  FakeTools tools;
  aoe_mount::Attach order{"/dev/etherd/e1.0", "/mnt", "", {}, true};
};

}  // namespace

TEST_F(AttachTest, ChecksAndMountsWhatItFinds) {
  const auto outcome = aoe_mount::attach(order, tools);
  EXPECT_TRUE(outcome.done);
  EXPECT_EQ(outcome.text, "ext4, checked");
  EXPECT_EQ(tools.asked, "fsck.ext4 /dev/etherd/e1.0; mount -t ext4 /dev/etherd/e1.0 /mnt");
}

// While the mount keeps them open.
TEST_F(AttachTest, TheDriverGetsToKnowTheDisksOfWhatIsMounted) {
  order.disks = {"/dev/etherd/e1.0", "/dev/etherd/e1.1"};
  EXPECT_TRUE(aoe_mount::attach(order, tools).done);
  EXPECT_EQ(tools.asked,
            "fsck.ext4 /dev/etherd/e1.0; mount -t ext4 /dev/etherd/e1.0 /mnt; know /dev/etherd/e1.0; know "
            "/dev/etherd/e1.1");
  tools.asked.clear();
  tools.mounted = base::fail_as(EINVAL, "no");
  EXPECT_FALSE(aoe_mount::attach(order, tools).done);
  EXPECT_EQ(tools.asked.find("know"), std::string::npos);
}

// Another mount namespace is among the users that nobody sees from here.
TEST_F(AttachTest, ADeviceThatSomebodyUsesIsNeitherCheckedNorMounted) {
  tools.unused = base::fail_as(EBUSY, "/dev/etherd/e1.0 is in use");
  const auto outcome = aoe_mount::attach(order, tools);
  EXPECT_FALSE(outcome.done);
  EXPECT_EQ(outcome.code, EBUSY);
  EXPECT_EQ(outcome.text, "/dev/etherd/e1.0 is in use");
  EXPECT_EQ(tools.asked, "");
}

TEST_F(AttachTest, ADeviceThatIsNotCheckedMayBeInUse) {
  tools.unused = base::fail_as(EBUSY, "/dev/etherd/e1.0 is in use");
  order.fsck = false;
  EXPECT_TRUE(aoe_mount::attach(order, tools).done);
}

TEST_F(AttachTest, TheWrongTypeNamesBoth) {
  order.type = "xfs";
  const auto outcome = aoe_mount::attach(order, tools);
  EXPECT_FALSE(outcome.done);
  EXPECT_EQ(outcome.text, "/dev/etherd/e1.0 holds ext4, not xfs as configured");
  EXPECT_EQ(tools.asked, "") << "nothing was touched";
}

// libblkid has one name for each.
TEST_F(AttachTest, ATypeMayBeThatOfADriverThatTakesWhatIsThere) {
  order.type = "ntfs3";
  tools.signature = aoe_mount::Signature{"ntfs", "", "", ""};
  EXPECT_EQ(aoe_mount::attach(order, tools).text, "ntfs, checked");
  EXPECT_EQ(tools.asked, "fsck.ntfs /dev/etherd/e1.0; mount -t ntfs3 /dev/etherd/e1.0 /mnt");
  order.type = "ext4";
  tools.signature = aoe_mount::Signature{"ext3", "", "", ""};
  EXPECT_TRUE(aoe_mount::attach(order, tools).done);
  order.type = "ext3";
  tools.signature = aoe_mount::Signature{"ext4", "", "", ""};
  EXPECT_EQ(aoe_mount::attach(order, tools).text, "/dev/etherd/e1.0 holds ext4, not ext3 as configured");
}

TEST_F(AttachTest, NoFileSystemSaysWhatIsThereInstead) {
  tools.signature = aoe_mount::Signature{"", "", "", "gpt"};
  EXPECT_EQ(
      aoe_mount::attach(order, tools).text,
      "/dev/etherd/e1.0 holds a gpt partition table, not a file system: name one of its partitions, as in "
      "'partition: 1'");
  tools.signature = aoe_mount::Signature{};
  EXPECT_EQ(aoe_mount::attach(order, tools).text,
            "/dev/etherd/e1.0 holds no file system that libblkid knows");
}

TEST_F(AttachTest, AMountPointThatIsWrongStopsItFirst) {
  tools.mount_point = base::fail_errno(ENOENT, "mount point /mnt");
  EXPECT_EQ(aoe_mount::attach(order, tools).text, "mount point /mnt: No such file or directory");
  EXPECT_EQ(tools.asked, "");
}

TEST_F(AttachTest, FsckStatusIsReadBitByBit) {
  tools.run.status = 1;
  EXPECT_EQ(aoe_mount::attach(order, tools).text, "ext4, checked and repaired");
  tools.run.status = 3;
  EXPECT_TRUE(aoe_mount::attach(order, tools).done);
  tools.asked.clear();
  tools.run.status = 4;
  EXPECT_EQ(aoe_mount::attach(order, tools).text,
            "fsck.ext4 found errors on /dev/etherd/e1.0 that it does not repair by itself: run "
            "'fsck.ext4 /dev/etherd/e1.0' by hand");
  tools.run = {true, 8, "fsck.ext4: Device or resource busy"};
  EXPECT_EQ(aoe_mount::attach(order, tools).text,
            "fsck.ext4 could not check /dev/etherd/e1.0 (exit status 8): fsck.ext4: Device or resource busy");
  tools.run = {true, -9, ""};
  EXPECT_EQ(aoe_mount::attach(order, tools).text, "fsck.ext4 on /dev/etherd/e1.0 was ended by signal 9");
  EXPECT_EQ(tools.asked.find("mount"), std::string::npos) << "never mounted in doubt";
}

TEST_F(AttachTest, WithoutACheckerItMountsAndSaysSo) {
  tools.run.found = false;
  EXPECT_EQ(aoe_mount::attach(order, tools).text, "ext4, not checked: there is no fsck.ext4");
}

TEST_F(AttachTest, AReadOnlyMountIsNotRepaired) {
  order.options = {"noatime", "ro"};
  EXPECT_EQ(aoe_mount::attach(order, tools).text, "ext4");
  EXPECT_EQ(tools.asked, "mount -t ext4 /dev/etherd/e1.0 /mnt");
  order.options = {};
  order.fsck = false;
  tools.asked.clear();
  EXPECT_EQ(aoe_mount::attach(order, tools).text, "ext4");
  EXPECT_EQ(tools.asked, "mount -t ext4 /dev/etherd/e1.0 /mnt");
}

TEST_F(AttachTest, AnErrorAsAReadOnlyExportGivesSaysWhatToDo) {
  tools.mounted = base::fail_as(EIO, "cannot mount /dev/etherd/e1.0 on /mnt: can't read superblock");
  EXPECT_EQ(aoe_mount::attach(order, tools).text,
            "cannot mount /dev/etherd/e1.0 on /mnt: can't read superblock; if its export is read-only, write "
            "'options: [ro]'");
  order.options = {"ro"};
  EXPECT_EQ(aoe_mount::attach(order, tools).text,
            "cannot mount /dev/etherd/e1.0 on /mnt: can't read superblock");
  order.options = {};
  tools.mounted = base::fail_as(EINVAL, "cannot mount /dev/etherd/e1.0 on /mnt: bad option");
  EXPECT_EQ(aoe_mount::attach(order, tools).text, "cannot mount /dev/etherd/e1.0 on /mnt: bad option");
}
