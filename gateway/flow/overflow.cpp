#include "gateway/flow/overflow.hpp"

namespace weir::gateway::flow {
namespace {

Loss find_loss(const topics::Cursor& cursor, const topics::Cursor& resume_at) {
  Loss loss{resume_at, std::nullopt};
  if (cursor.index && loss.resume_at.index) loss.lost = *loss.resume_at.index - *cursor.index;
  return loss;
}

}  // namespace

std::optional<Loss> find_overflow(const topics::TopicLog& log, const topics::Cursor& cursor) {
  if (log.retains_all_after(cursor.offset)) return std::nullopt;
  return find_loss(cursor, log.before(log.ring().size() / 2));
}

std::optional<Loss> find_whole_loss(const topics::TopicLog& log, const topics::Cursor& cursor) {
  if (log.retains_all_after(cursor.offset)) return std::nullopt;
  return find_loss(cursor, log.head());
}

std::optional<Loss> find_truncation(const topics::TopicLog& log, const topics::Cursor& cursor) {
  if (log.retains_all_after(cursor.offset)) return std::nullopt;
  return find_loss(cursor, log.before(0));
}

}  // namespace weir::gateway::flow
