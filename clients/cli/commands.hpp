#pragma once

#include "clients/cli/exit_code.hpp"
#include "clients/cli/publisher.hpp"
#include "clients/cli/recorder.hpp"
#include "clients/cli/subscriber.hpp"

namespace weir::clients::cli {

/// Runs `weir sub`: prints deliveries to standard output and all else to standard error, until it
/// is done, interrupted or refused.
[[nodiscard]] ExitCode run_sub(const SubOptions& options);

/// Runs `weir pub`: publishes the data, or each line of standard input, and waits for the replies.
[[nodiscard]] ExitCode run_pub(const PubOptions& options);

/// Runs `weir record`: writes what is subscribed to into the file, in whole lines, until its time
/// is over or it is interrupted.
[[nodiscard]] ExitCode run_record(const RecordOptions& options);

}  // namespace weir::clients::cli
