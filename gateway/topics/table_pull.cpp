#include "gateway/topics/table_pull.hpp"

#include <algorithm>

namespace weir::gateway::topics {

using protocol::Offset;
using protocol::RowView;
using protocol::StateChanges;

namespace {

/// Quotes, colons and commas of one field or row.
constexpr std::size_t markup_bytes = 6;

bool is_chosen(std::span<const std::string> fields, std::string_view name) {
  return fields.empty() || std::ranges::binary_search(fields, name, std::less<>{});
}

/// Writes pages of one pull; the rules of TablePull are here.
class PageWriter {
public:
  PageWriter(const TablePull& pull, std::span<const std::string> fields, StateChanges& page)
      : pull_(pull), fields_(fields), page_(page) {}

  void add(const TableRow& row, bool is_live) {
    if (!is_live) return add_removal(row);
    // The client has nothing of this row, or something that changes cannot mend.
    const bool is_whole = pull_.base < row.born_at || pull_.base < row.fields.floor();
    if (is_whole && may_be_held(row)) add_key(row);
    RowView view{row.key, {}};
    const auto add_field = [&](std::string_view name, std::string_view json) {
      if (!is_chosen(fields_, name)) return;
      view.fields.push_back({name, json});
      bytes_ += name.size() + json.size() + markup_bytes;
    };
    if (is_whole) {
      row.fields.visit_live(add_field);
    } else {
      row.fields.visit_after(pull_.base, add_field);
      if (view.fields.empty()) return;  // only fields changed that it has not chosen
    }
    bytes_ += row.key.size() + markup_bytes;
    page_.rows.push_back(std::move(view));
  }

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
  [[nodiscard]] bool may_be_held(const TableRow& row) const {
    const bool was_sent_by_an_earlier_page = row.version > pull_.began_at;
    if (was_sent_by_an_earlier_page) return true;
    return !pull_.is_whole && (pull_.base >= row.born_at || pull_.base < row.predecessor_gone_at);
  }

  void add_removal(const TableRow& row) {
    if (!pull_.is_whole || row.version > pull_.began_at) add_key(row);
  }

  void add_key(const TableRow& row) {
    page_.removed_rows.push_back(row.key);
    bytes_ += row.key.size() + markup_bytes;
  }

  const TablePull& pull_;
  std::span<const std::string> fields_;
  StateChanges& page_;
  std::size_t bytes_ = 0;
};

void begin(const TableState& state, Offset head, TablePull& pull) {
  const bool is_whole = pull.is_whole || pull.cursor < state.floor();
  pull = {is_whole ? 0 : pull.cursor, is_whole ? 0 : pull.cursor, head, is_whole};
}

}  // namespace

StateChanges next_table_page(const TableState& state,
                             Offset head,
                             TablePull& pull,
                             const TablePageOptions& options) {
  // Removals that this pull has not told may have been forgotten meanwhile: it begins anew.
  const auto removals_known_to = pull.is_whole ? pull.began_at : pull.base;
  if (pull.has_begun() && removals_known_to < state.floor()) pull = {0, 0, 0, true};
  StateChanges page;
  page.kind = protocol::Kind::table;
  const bool is_first = !pull.has_begun();
  if (is_first) begin(state, head, pull);
  if (!is_first || !pull.is_whole) page.base = pull.cursor;
  PageWriter writer(pull, options.fields, page);
  auto reached = pull.cursor;
  state.visit_after(pull.cursor, [&](const TableRow& row, bool is_live) {
    page.has_more = writer.bytes() >= options.bytes_max && row.version != reached;
    if (page.has_more) return false;
    reached = row.version;
    writer.add(row, is_live);
    return true;
  });
  if (page.has_more) {
    pull.cursor = reached;
  } else {
    pull = {head, 0, 0, false};
  }
  return page;
}

}  // namespace weir::gateway::topics
