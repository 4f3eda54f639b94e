#include "gateway/topics/table_pull.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace weir::gateway::topics {
namespace {

using protocol::Field;
using protocol::Offset;
using protocol::StateChanges;
using Row = std::map<std::string, std::string>;
using Table = std::map<std::string, Row>;

/// What a client does with a delivery (SPEC.md, "Tables").
void fold(const StateChanges& page, Table& table) {
  if (!page.base) table.clear();
  for (const auto key : page.removed_rows) table.erase(std::string(key));
  for (const auto& row : page.rows) {
    auto& fields = table[std::string(row.key)];
    for (const auto& field : row.fields) {
      if (field.json.empty()) {
        fields.erase(std::string(field.name));
      } else {
        fields[std::string(field.name)] = field.json;
      }
    }
  }
}

/// A table, and what it should be.
struct Model {
  TableState state;
  Table table;
  Offset head = 0;

  void change(tests::Random& random) {
    ++head;
    const auto key = std::string(1, static_cast<char>('a' + random.below(20)));
    if (random.once_in(200)) {
      state.clear(head);
      table.clear();
    } else if (random.once_in(4)) {
      state.remove(key, head);
      table.erase(key);
    } else {
      const auto name = std::string(1, static_cast<char>('p' + random.below(4)));
      const auto json = random.once_in(4) ? "null" : std::to_string(random.below(3));
      state.update(key, std::vector<Field>{{name, json}}, head);
      if (json == "null") {
        table[key].erase(name);
      } else {
        table[key][name] = json;
      }
    }
  }
};

struct Client {
  Table table;
  TablePull pull;
  std::vector<std::string> fields;

  bool take_page(const Model& model, std::size_t bytes_max) {
    const auto page = next_table_page(model.state, model.head, pull, {bytes_max, fields});
    fold(page, table);
    return page.has_more;
  }
  [[nodiscard]] Table expected(const Table& whole) const {
    if (fields.empty()) return whole;
    Table chosen;
    for (const auto& [key, row] : whole) {
      auto& fields_of_row = chosen[key];
      for (const auto& name : fields) {
        if (const auto found = row.find(name); found != row.end()) fields_of_row.insert(*found);
      }
    }
    return chosen;
  }
};

TEST_CASE("the first page of a whole replaces, the next ones go on from it") {
  TableState state;
  for (Offset offset = 1; offset <= 3; ++offset) {
    state.update(std::to_string(offset), std::vector<Field>{{"x", "1"}}, offset);
  }
  TablePull pull{.is_whole = true};
  auto page = next_table_page(state, 3, pull, {.bytes_max = 1});
  CHECK_FALSE(page.base);
  CHECK(page.has_more);
  CHECK(page.rows.size() == 1);
  page = next_table_page(state, 3, pull, {.bytes_max = 100});
  CHECK(page.base == 1);
  CHECK_FALSE(page.has_more);
  CHECK(page.rows.size() == 2);
  CHECK(pull.cursor == 3);
  CHECK_FALSE(pull.has_begun());
}

TEST_CASE("a row that waited for its page and moved on loses no field") {
  TableState state;
  state.update("a", std::vector<Field>{{"x", "1"}, {"y", "1"}}, 1);
  TablePull pull{.cursor = 1};
  state.update("b", std::vector<Field>{{"x", "1"}}, 2);
  state.update("a", std::vector<Field>{{"x", "2"}}, 3);
  state.update("c", std::vector<Field>{{"x", "1"}}, 4);
  Table table{{"a", {{"x", "1"}, {"y", "1"}}}};
  fold(next_table_page(state, 4, pull, {.bytes_max = 1}), table);
  CHECK(pull.cursor == 2);
  state.update("d", {}, 5);
  state.update("a", std::vector<Field>{{"y", "3"}}, 6);
  while (pull.has_begun()) fold(next_table_page(state, 6, pull, {.bytes_max = 1}), table);
  CHECK(table["a"] == Row{{"x", "2"}, {"y", "3"}});
}

TEST_CASE("clients that pull pages at their own pace end on the table, and are never ahead of it") {
  const auto seed = tests::seed_or(20261126);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 20; ++round) {
    Model model;
    std::vector<Client> clients(6);
    clients[0].fields = {"p", "r"};
    clients[1].pull.is_whole = true;
    for (int step = 0; step < 500; ++step) {
      model.change(random);
      auto& client = clients[random.below(clients.size())];
      if (random.once_in(50)) client = {{}, {.is_whole = true}, client.fields};
      const bool has_more = client.take_page(model, random.below(60));
      if (!has_more) REQUIRE(client.table == client.expected(model.table));
    }
    for (auto& client : clients) {
      while (client.take_page(model, 20)) {
      }
      REQUIRE(client.table == client.expected(model.table));
    }
  }
}

TEST_CASE("a pull whose removals were forgotten while it paged begins anew") {
  Model model;
  for (int i = 0; i < 2000; ++i) {
    const auto key = std::to_string(i);
    model.state.update(key, std::vector<Field>{{"x", "1"}}, ++model.head);
    model.table[key] = {{"x", "1"}};
  }
  Client client;
  client.pull.is_whole = true;
  REQUIRE(client.take_page(model, 20'000));
  for (int i = 0; i < 2000; ++i) {
    model.state.remove(std::to_string(i), ++model.head);
    model.table.erase(std::to_string(i));
  }
  while (client.take_page(model, 20'000)) {
  }
  CHECK(client.table.empty());
}

}  // namespace
}  // namespace weir::gateway::topics
