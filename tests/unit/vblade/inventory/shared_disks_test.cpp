#include "vblade/inventory/shared_disks.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

// Two exports of one disk under two names that meet at this byte; only the first is direct.
config::Server meeting_at(std::uint64_t byte) {
  config::Server server;
  server.exports.resize(2);
  server.exports[0].path = "/srv/a.img";
  server.exports[0].length = byte;
  server.exports[0].direct = true;
  server.exports[1].path = "/srv/link.img";
  server.exports[1].address = {1, 1};
  server.exports[1].offset = byte;
  return server;
}

vblade::Findings found(const config::Server& server, bool second_is_new = true) {
  vblade::Findings findings;
  const vblade::FileId disk{8, 17};
  find_shared_disks(server, {{disk, true}, {disk, second_is_new}}, findings);
  return findings;
}

}  // namespace

TEST(SharedDisks, PartsMeetInsideAPageByAnyNameOnlyIfBothGoOneWay) {
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  EXPECT_TRUE(found(meeting_at(4 * page)).problems.empty());
  const auto findings = found(meeting_at(4 * page + 512));
  ASSERT_EQ(findings.problems.size(), 1U);
  EXPECT_EQ(
      findings.problems[0].message,
      fmt::format("'/srv/link.img' is the disk that e0.0 serves as '/srv/a.img': their parts meet inside a "
                  "page, so give both the same 'direct', or an offset that is a multiple of {}, or set "
                  "'force: true'",
                  page));
  EXPECT_TRUE(findings.unservable.contains(1));
  EXPECT_TRUE(found(meeting_at(4 * page + 512), false).unservable.contains(0)) << "what is in service stays";
  auto both = meeting_at(4 * page + 512);
  both.exports[1].direct = true;
  EXPECT_TRUE(found(both).problems.empty());
  both.exports[1].direct = false;
  both.exports[1].force = true;
  EXPECT_TRUE(found(both).problems.empty());
}
