#include "gateway/flow/overflow.hpp"

namespace weir::gateway::flow {
namespace {

std::optional<Loss> find_loss(const topics::TopicLog& log,
                              const topics::Cursor& cursor,
                              std::size_t position) {
  if (log.retains_all_after(cursor.offset)) return std::nullopt;
  Loss loss{log.before(position), std::nullopt};
  if (cursor.index && loss.resume_at.index) loss.lost = *loss.resume_at.index - *cursor.index;
  return loss;
}

}  // namespace

std::optional<Loss> find_overflow(const topics::TopicLog& log, const topics::Cursor& cursor) {
  return find_loss(log, cursor, log.ring().size() / 2);
}

std::optional<Loss> find_truncation(const topics::TopicLog& log, const topics::Cursor& cursor) {
  return find_loss(log, cursor, 0);
}

}  // namespace weir::gateway::flow
