#include "adapters/amqp/content_assembler.hpp"

#include <utility>

namespace weir::adapters::amqp {

bool ContentAssembler::begin(common::Message delivery) {
  if (stage_ != Stage::idle) return false;
  delivery_ = std::move(delivery);
  seen_bytes_ = 0;
  stage_ = Stage::header;
  return true;
}

bool ContentAssembler::on_header(std::uint64_t body_bytes) {
  if (stage_ != Stage::header) return false;
  delivery_.body_bytes = body_bytes;
  delivery_.is_too_big = body_bytes > body_bytes_max_;
  stage_ = body_bytes == 0 ? Stage::whole : Stage::body;
  return true;
}

bool ContentAssembler::on_body(std::string_view bytes) {
  if (stage_ != Stage::body || bytes.size() > delivery_.body_bytes - seen_bytes_) return false;
  seen_bytes_ += bytes.size();
  if (!delivery_.is_too_big) delivery_.body += bytes;
  if (seen_bytes_ == delivery_.body_bytes) stage_ = Stage::whole;
  return true;
}

common::Message ContentAssembler::take() {
  stage_ = Stage::idle;
  return std::exchange(delivery_, {});
}

}  // namespace weir::adapters::amqp
