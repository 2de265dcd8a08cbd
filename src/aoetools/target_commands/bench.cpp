// aoe bench: loads a target from user space and says what it can do.
#include "aoetools/bench/load.h"
#include "aoetools/bench/plot.h"
#include "aoetools/command_line/invocation.h"
#include "aoetools/command_line/terminal.h"
#include "aoetools/wire/scanner.h"
#include "base/json.h"
#include "base/units.h"
#include "net/packet_link.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace aoetools {

namespace {

using std::chrono::milliseconds;

struct Wish {
  std::vector<std::string> words, interfaces;
  milliseconds duration{5000};
  std::uint64_t depth = 32, sectors = 0, write_percent = 0;
  bool sequential = false, verify = false, json = false;
  std::string overwrite, plot;
  aoe::Address address;
};

// The one path to load, with all that is known of it; the error says what to do.
base::Result<TargetPath> find_path(const Wish& wish) {
  auto wire = Wire::open(wish.interfaces);
  if (!wire) return std::unexpected(wire.error());
  const auto targets = Scanner(*wire).scan(std::span(&wish.address, 1), milliseconds(500));
  if (targets.empty()) return base::fail("{} did not answer on {}", wish.address.text(), wire->names());
  const TargetPath& path = targets.front().best();
  if (!path.identity) return base::fail("{} does not report its size", wish.address.text());
  if (const std::string trouble = path.trouble(); path.carried.value_or(0) == 0) {
    return base::fail("{} cannot be loaded: {}", wish.address.text(),
                      trouble.empty() ? "it holds no sector" : trouble);
  }
  return path;
}

base::Result<LoadPlan> plan_for(const Wish& wish, const TargetPath& path) {
  LoadPlan plan;
  plan.server = path.mac;
  plan.targets = {wish.address};
  plan.sectors = path.identity->sectors;
  plan.sectors_per_request = static_cast<std::uint32_t>(wish.sectors == 0 ? *path.carried : wish.sectors);
  if (plan.sectors_per_request > *path.carried) {
    return base::fail("{} sectors do not fit one frame to {}; {} do", plan.sectors_per_request,
                      wish.address.text(), *path.carried);
  }
  plan.depth = static_cast<unsigned>(wish.depth);
  plan.pattern = wish.sequential ? LoadPlan::Pattern::sequential : LoadPlan::Pattern::random;
  plan.write_percent = static_cast<unsigned>(wish.write_percent);
  plan.verify = wish.verify;
  return plan;
}

// "e1.0: random requests of 2 sectors, 32 in flight, 50 % writes"
std::string words_of(const Wish& wish, const LoadPlan& plan) {
  return fmt::format("{}: {} requests of {} sector{}, {} in flight, {} % writes", wish.address.text(),
                     wish.sequential ? "sequential" : "random", plan.sectors_per_request,
                     plan.sectors_per_request == 1 ? "" : "s", plan.depth, plan.write_percent);
}

void print(const Wish& wish, const LoadPlan& plan, const LoadResult& result) {
  const auto micro = [](std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::micro>(time).count();
  };
  fmt::print("{}\n", words_of(wish, plan));
  fmt::print("  {:.0f} IOPS, {:.1f} MB/s over {}\n", result.iops(), result.bytes_per_second() / 1e6,
             base::duration_text(std::chrono::duration_cast<milliseconds>(result.elapsed)));
  fmt::print(
      "  latency: mean {:.0f} us, 50 % {:.0f} us, 90 % {:.0f} us, 99 % {:.0f} us, 99.9 % {:.0f} us, max "
      "{:.0f} us\n",
      micro(result.latency.mean()), micro(result.latency.percentile(0.5)),
      micro(result.latency.percentile(0.9)), micro(result.latency.percentile(0.99)),
      micro(result.latency.percentile(0.999)), micro(result.latency.max()));
  fmt::print("  {} retransmissions, {} errors{}\n", result.retransmissions, result.errors,
             wish.verify ? fmt::format(", {} sectors that are not as written", result.mismatches) : "");
}

base::Json result_json(aoe::Address target, const LoadPlan& plan, const LoadResult& result) {
  const auto micro = [](std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e3; };
  const auto percentile = [&](double share) { return micro(result.latency.percentile(share)); };
  return base::Json::Fields{{"target", target.text()},
                            {"sectors_per_request", plan.sectors_per_request},
                            {"depth", plan.depth},
                            {"pattern", plan.pattern == LoadPlan::Pattern::random ? "random" : "sequential"},
                            {"write_percent", plan.write_percent},
                            {"seconds", std::chrono::duration<double>(result.elapsed).count()},
                            {"iops", result.iops()},
                            {"bytes_per_second", result.bytes_per_second()},
                            {"reads", result.reads},
                            {"writes", result.writes},
                            {"errors", result.errors},
                            {"mismatches", result.mismatches},
                            {"retransmissions", result.retransmissions},
                            {"latency_us", base::Json::Fields{{"mean", micro(result.latency.mean())},
                                                              {"max", micro(result.latency.max())},
                                                              {"p50", percentile(0.5)},
                                                              {"p90", percentile(0.9)},
                                                              {"p99", percentile(0.99)},
                                                              {"p999", percentile(0.999)}}}};
}

// Some times a second: a sample for the plot, and a line that a person at a terminal sees change.
class Progress {
 public:
  explicit Progress(const Wish& wish) : wish_(wish) {}

  bool operator()(const LoadResult& result) {
    if (result.elapsed < last_.elapsed) last_ = {};  // the warm-up is over: counted afresh
    if (result.elapsed < last_.elapsed + milliseconds(100)) return true;  // too short to tell a rate
    const double seconds = std::chrono::duration<double>(result.elapsed - last_.elapsed).count();
    const double bytes = static_cast<double>(result.bytes - last_.bytes);
    const double requests = static_cast<double>(result.reads + result.writes - last_.reads - last_.writes);
    samples_.push_back({std::chrono::duration<double>(result.elapsed).count(), bytes / seconds});
    line_.show(fmt::format("{:3.0f} of {:.0f} s  {:8.1f} MB/s  {:8.0f} IOPS ", samples_.back().seconds,
                           std::chrono::duration<double>(wish_.duration).count(),
                           samples_.back().bytes_per_second / 1e6, requests / seconds));
    last_ = result;
    return true;
  }
  std::vector<PlotSample> finish(const LoadResult& result) {
    (*this)(result);
    line_.clear();
    return samples_;
  }

 private:
  const Wish& wish_;
  ProgressLine line_;
  LoadResult last_;
  std::vector<PlotSample> samples_;
};

int run(const Invocation& invocation, const Wish& wish) {
  const auto path = find_path(wish);
  if (!path) return complain(invocation, "{}", path.error().message);
  const auto plan = plan_for(wish, *path);
  if (!plan) return complain(invocation, "{}", plan.error().message);
  auto link = net::PacketLink::open(
      path->interface, {.ether_type = aoe::kEtherType, .filter = "ether src " + path->mac.text()});
  if (!link) return complain(invocation, "{}", link.error().message);

  Progress progress(wish);
  LoadRun how;
  how.duration = wish.duration;
  how.progress = [&](const LoadResult& result) { return progress(result); };
  const auto result = run_load(**link, *plan, how);
  if (!result) return complain(invocation, "{}", result.error().message);
  const auto samples = progress.finish(*result);
  if (wish.json) {
    fmt::print("{}\n", result_json(wish.address, *plan, *result).indented_text());
  } else {
    print(wish, *plan, *result);
  }
  if (!wish.plot.empty()) {
    std::ofstream file(wish.plot);
    file << plot_svg(words_of(wish, *plan), samples, result->latency);
    if (!file.flush()) return complain(invocation, "cannot write {}", wish.plot);
  }
  return result->errors == 0 && result->mismatches == 0 ? kDone : kFailed;
}

}  // namespace

int bench(const Invocation& invocation) {
  Wish wish;
  Options options(
      invocation,
      "Measures the performance of a target from user space, without the driver.\n"
      "Exit status: 0, or 1 if any request failed or any sector was not as written.",
      {{"aoe bench e1.0", "random reads of full frames"},
       {"aoe bench e1.0 -n 2 -q 1 -d 10s --plot latency.svg", "latency of small reads, with a diagram"},
       {"aoe bench e1.0 --write 100 --overwrite e1.0", "DESTROYS the data on e1.0"},
       {"aoe bench e1.0 --verify", "reads the data of such a run and compares it"}});
  options.values("-i,--interface", wish.interfaces, "NAME", "use only these; names or patterns")
      .duration("-d,--duration", wish.duration, "run for this time")
      .number("-q,--depth", wish.depth, 1, Load::kMaxDepth, "keep this many requests in flight")
      .number("-n,--sectors", wish.sectors, 0, 255,
              "set the sectors of a request; 0: as many as a frame carries")
      .flag("-s,--sequential", wish.sequential, "access sectors in order, not at random")
      .number("-w,--write", wish.write_percent, 0, 100,
              "set the percentage of writes; needs --overwrite as well")
      .value("--overwrite", wish.overwrite, "TARGET", "confirm that the data on TARGET may be destroyed")
      .flag("--verify", wish.verify, "compare the data with the data that this command writes")
      .value("--plot", wish.plot, "FILE", "draw throughput and latency, as SVG")
      .flag("--json", wish.json, "print JSON")
      .words("TARGET", wish.words, "the target, as in e1.0", 1);
  if (const auto status = options.parse()) return *status;
  const auto address = aoe::Address::parse(wish.words.front());
  if (!address || wish.words.size() != 1) {
    complain(invocation, "{}", address ? "it loads one target at a time" : address.error().message);
    return kUsage;
  }
  wish.address = *address;
  if (wish.write_percent > 0) {
    const auto destroyed = aoe::Address::parse(wish.overwrite);
    if (!destroyed || *destroyed != wish.address) {
      complain(invocation,
               "--write {} destroys what is on {}: if that is meant, say it again with --overwrite {}",
               wish.write_percent, wish.address.text(), wish.address.text());
      return kUsage;
    }
  }
  return run(invocation, wish);
}

}  // namespace aoetools
