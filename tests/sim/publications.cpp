#include "tests/sim/publications.hpp"

#include "protocol/core/json_cursor.hpp"

#include <fmt/format.h>

namespace weir::tests::sim {

using protocol::Field;
using protocol::Kind;
using protocol::Operation;
using protocol::Publication;

std::string field_name(std::uint64_t number) {
  return fmt::format("f{}", number);
}

std::string Publications::json() {
  const auto size = scenario_->has_flood                                   ? random_->below(3000)
                    : scenario_->has_large_entries && random_->once_in(20) ? random_->below(9000)
                                                                           : random_->below(60);
  return fmt::format("\"{}{}\"", ++made_, std::string(size, '.'));
}

std::string Publications::object(std::uint64_t fields) {
  std::string text = "{";
  for (std::uint64_t i = 0; i < fields; ++i) {
    text += fmt::format("{}\"{}\":{}", i == 0 ? "" : ",", field_name(i), json());
  }
  return text + "}";
}

std::string Publications::object() {
  return fmt::format(R"({{"text":"{}","number":{},"list":[1,{},3]}})",
                     std::string(40, '-'),
                     ++made_,
                     random_->below(3));
}

std::vector<Field> Publications::fields() {
  std::vector<Field> fields;
  const auto first = random_->below(field_names);
  const auto count = random_->once_in(20) ? 0 : 1 + random_->below(3);
  for (std::uint64_t i = 0; i < count; ++i) {
    // Also texts that the field may have already.
    auto text = random_->once_in(4) ? std::to_string(random_->below(3)) : json();
    if (random_->once_in(5)) text = "null";
    fields.push_back({field_name((first + i) % field_names), std::move(text)});
  }
  return fields;
}

std::string Publications::key() {
  return fmt::format("k{}", random_->below(scenario_->table_rows));
}

Publication Publications::next(Kind kind, bool may_be_whole) {
  Publication publication;
  publication.kind = kind;
  if (scenario_->has_source_gaps && random_->once_in(12)) {
    publication.operation = Operation::gap;
    return publication;
  }
  switch (kind) {
    case Kind::value:
      if (random_->once_in(15)) {
        publication.operation = Operation::remove;
        break;
      }
      [[fallthrough]];
    case Kind::stream:
      publication.payload.bytes =
          scenario_->has_patches && !random_->once_in(4) ? object() : json();
      break;
    case Kind::record:
      change_record(publication);
      break;
    case Kind::table:
      change_table(publication, may_be_whole);
      break;
  }
  return publication;
}

void Publications::change_record(Publication& publication) {
  if (random_->once_in(25)) {
    publication.operation = Operation::remove;
  } else if (random_->once_in(15)) {
    publication.payload.bytes = object(random_->below(4));
  } else {
    publication.operation = Operation::update;
    publication.fields = fields();
  }
}

void Publications::change_table(Publication& publication, bool may_be_whole) {
  if (random_->once_in(60)) {
    publication.operation = Operation::remove;
  } else if (may_be_whole && random_->once_in(30)) {
    std::string rows;
    for (std::uint64_t i = 1 + random_->below(4); i > 0; --i) {
      rows += fmt::format("{}\"k{}\":{}", rows.empty() ? "{" : ",", i, object(random_->below(3)));
    }
    publication.payload.bytes = rows + "}";
  } else {
    publication.key = key();
    const bool is_removal = random_->once_in(5);
    publication.operation = is_removal ? Operation::remove : Operation::update;
    if (!is_removal) publication.fields = fields();
  }
}

Publication Publications::misfit(Kind kind) {
  Publication publication;
  switch (kind) {
    case Kind::value:
      publication.operation = Operation::update;
      publication.fields = {{"f0", "1"}};
      break;
    case Kind::stream:
      publication.operation = Operation::remove;
      break;
    case Kind::record:
      if (random_->once_in(2)) {
        publication.payload.bytes = "[1]";
        break;
      }
      publication.operation = Operation::update;
      publication.key = "k0";
      publication.fields = {{"f0", "1"}};
      break;
    case Kind::table:
      if (random_->once_in(2)) {
        publication.payload.bytes = R"({"k0":5})";
        break;
      }
      publication.operation = Operation::update;
      publication.fields = {{"f0", "1"}};
      break;
  }
  return publication;
}

std::vector<Publication> Publications::churn(Kind kind) {
  // More than the deletions that a gateway keeps.
  constexpr std::uint64_t names = 1100;
  std::vector<Publication> publications;
  if (kind == Kind::table) {
    for (std::uint64_t i = 0; i < names; ++i) {
      auto& made = publications.emplace_back();
      made.operation = Operation::update;
      made.key = fmt::format("z{}", ++made_);
      auto gone = made;
      gone.operation = Operation::remove;
      publications.push_back(std::move(gone));
    }
    return publications;
  }
  for (std::uint64_t left = names; left > 0; left -= 100) {
    auto& filled = publications.emplace_back();
    filled.operation = Operation::update;
    for (int i = 0; i < 100; ++i) filled.fields.push_back({fmt::format("z{}", ++made_), "1"});
    auto emptied = filled;
    for (auto& field : emptied.fields) field.json = "null";
    publications.push_back(std::move(emptied));
  }
  return publications;
}

namespace {

/// Whether everything in the whole of a table is a row.
bool has_rows(const Publication& publication) {
  protocol::JsonCursor cursor(protocol::json_value(publication.payload.bytes));
  while (const auto member = cursor.next_member()) {
    if (member->value.type != protocol::JsonType::object) return false;
  }
  return true;
}

}  // namespace

bool fits(const Publication& publication, Kind kind) {
  const bool is_update = publication.operation == Operation::update;
  const bool is_whole = publication.operation == Operation::replace;
  const bool is_object = !is_whole || publication.payload.bytes.starts_with('{');
  switch (kind) {
    case Kind::value:
      return !is_update && publication.key.empty();
    case Kind::stream:
      return is_whole && publication.key.empty();
    case Kind::record:
      return publication.key.empty() && is_object;
    case Kind::table:
      return is_whole ? publication.key.empty() && is_object && has_rows(publication)
                      : !is_update || !publication.key.empty();
  }
  return false;
}

}  // namespace weir::tests::sim
