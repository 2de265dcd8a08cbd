#include "vblade/command_line.h"

#include "base/version.h"
#include "cli/options.h"
#include "vblade/classic/classic_form.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>

namespace vblade {

namespace {

using Task = decltype(CommandLine::task);

std::string usage_of(const std::string& program) {
  return fmt::format(
      "usage: {0} [-b bufcnt] [-o offset] [-l length] [-d] [-s] [-r] [-m mac[,mac...]] shelf slot "
      "netif filename\n"
      "       {0} --config FILE [--socket PATH] [--state DIR] [--user NAME] [--spin MICROSECONDS]\n"
      "              [--notify-fd N]\n"
      "       {0} --check FILE\n"
      "       {0} --import [--into DIR [--only NAME]] [FILE]",
      program);
}

// The classic form keeps the status 1 of a mistake.
int status_of_mistake(const std::vector<std::string>& words) {
  const bool is_new = std::ranges::any_of(words, [](std::string_view word) {
    const std::string_view name = word.substr(0, word.find('='));
    return name == "--config" || name == "--check" || name == "--import";
  });
  return is_new ? cli::kUsage : cli::kFailed;
}

constexpr const char* kOldConfiguration = "/etc/conf.d/vblade";
constexpr const char* kSocket = "/run/vblade/vblade.sock";
constexpr const char* kState = "/var/lib/vblade";

// All that may be on the command line, before it is known which of the forms it is.
struct Words {
  ClassicWords classic;
  std::string config_file, check_file, socket, state, user, into, only;
  std::uint64_t notify_fd = 0, spin = 50;
  bool version = false, import = false;

  void add_to(cli::Options& options) {
    options.flag("-V,--version", version, "show the version")
        .value("--config", config_file, "FILE",
               "serve every export of this file, as vblade.yaml(5) explains it")
        .value("--check", check_file, "FILE", "report every problem of this file, and exit")
        .value("--socket", socket, "PATH",
               fmt::format("where vbladectl(8) reaches this server; with --config {}", kSocket))
        .value("--state", state, "DIR",
               fmt::format("where to keep what initiators set; with --config {}", kState))
        .value("--user", user, "NAME", "run as this user, without any capability")
        .number("--spin", spin, 0, 1'000'000, "microseconds to look for more work before sleeping")
        .number("--notify-fd", notify_fd, 0, 1 << 20, "write a newline to this descriptor when all is served")
        .flag("--import", import,
              fmt::format("print an older target's FILE, or {}, as YAML", kOldConfiguration))
        .value("--into", into, "DIR", "with --import: write a vblade.NAME.yaml for each service there")
        .value("--only", only, "NAME", "with --import --into: only that of this service");
    add_classic_form(options, classic);
  }
};

base::Result<Task> import_task(const Words& words) {
  if (!words.classic.slot.empty()) return base::fail("--import takes one FILE");
  if (words.into.empty() && !words.only.empty())
    return base::fail("--only needs --into DIR, the directory to write vblade.NAME.yaml to");
  return ImportOld{words.classic.shelf.empty() ? kOldConfiguration : words.classic.shelf, words.into,
                   words.only};
}

// Which of the forms it is: the task, or what is wrong, which may be empty where the usage says it all.
base::Result<Task> task_of(const Words& words, const cli::Options& options) {
  const bool is_classic = !words.import && !words.classic.shelf.empty();
  const int forms = (is_classic ? 1 : 0) + (words.config_file.empty() ? 0 : 1) +
                    (words.check_file.empty() ? 0 : 1) + (words.import ? 1 : 0);
  if (forms != 1) return base::fail("{}", "");
  for (const ClassicOption& option : classic_options()) {
    if (is_classic || !options.was_given(option.name)) continue;
    return base::fail("{} is for the classic form alone: write '{}' in the configuration file", option.name,
                      option.key);
  }
  if (words.import) return import_task(words);
  if (!words.into.empty() || !words.only.empty())
    return base::fail("--into and --only are for --import alone");
  if (!words.check_file.empty()) return CheckFile{words.check_file};
  if (!words.config_file.empty()) return ServeFile{words.config_file};
  if (words.classic.path.empty()) return base::fail("{}", "");
  std::error_code reason;  // without a directory, only an absolute path can be found
  auto one = understand(words.classic, std::filesystem::current_path(reason));
  if (!one) return std::unexpected(one.error());
  return std::move(*one);
}

}  // namespace

CommandLine parse_command_line(int argc, char** argv) {
  CommandLine line;
  const std::string program = std::filesystem::path(argc > 0 ? argv[0] : "vblade").filename().string();
  line.daemon = program == "vbladed";
  Words words;
  const cli::Invocation invocation{program, {argv + std::min(argc, 1), argv + argc}};
  cli::Options options(invocation, "", {});
  options.usage(usage_of(program));
  words.add_to(options);

  const auto understood = options.read();
  const auto mistake = [&](const std::string& message) {
    if (!message.empty()) complain(invocation, "{}", message);
    fmt::print(stderr, "{}\n", usage_of(program));
    line.task = Answered{status_of_mistake(invocation.words)};
    return line;
  };
  if (!understood) return mistake(understood.error().message);
  if (!*understood || words.version) {
    fmt::print("{}", *understood ? fmt::format("vblade {}\n", base::version()) : options.help_text());
    line.task = Answered{0};
    return line;
  }
  auto task = task_of(words, options);
  if (!task) return mistake(task.error().message);
  line.task = std::move(*task);
  const bool serves_file = std::holds_alternative<ServeFile>(line.task);
  line.socket = words.socket.empty() && serves_file ? kSocket : words.socket;
  line.state = words.state.empty() && serves_file ? kState : words.state;
  line.user = words.user;
  line.spin = static_cast<unsigned>(words.spin);
  if (options.was_given("--notify-fd")) line.notify_fd = static_cast<int>(words.notify_fd);
  return line;
}

}  // namespace vblade
