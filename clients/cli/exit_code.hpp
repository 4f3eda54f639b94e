#pragma once

#include <string_view>

namespace weir::clients::cli {

/// What `weir sub` and `weir pub` exit with.
enum class ExitCode : int {
  done = 0,
  failed = 1,   ///< no connection, or it has ended for good before all was done
  usage = 2,    ///< the URL, a filter, the topic or the data makes no sense
  refused = 3,  ///< the gateway has refused something; `weir pub`: at least one line
  timeout = 4,  ///< `weir sub --count N --for SECONDS`: the time was over first
};

/// For the help texts.
inline constexpr std::string_view exit_codes_help =
    "Exit codes: 0 done, 1 no connection or it was lost, 2 wrong arguments, 3 refused by the "
    "gateway, "
    "4 the time was over before --count updates had come.";

}  // namespace weir::clients::cli
