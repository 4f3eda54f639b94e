#include "gateway/app/file_limit.hpp"

#include <sys/resource.h>

namespace weir::gateway::app {

std::size_t raise_file_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  // What an unprivileged process may always do; where it may not, what there was has to do.
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

}  // namespace weir::gateway::app
