#pragma once

#include "gateway/core/time.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace weir::gateway::app {

/// Asks all `targets`, each on its own thread, and waits for their answers.
/// Shape:  a target has `bool post(std::function<void()>)`, and outlives the questions that it has
///         taken; answers come in the order of the targets. None: one of them takes no question, or
///         has not answered before `timeout`; what it answers later is dropped.
template <class Answer, class Target>
std::optional<std::vector<Answer>> survey(const std::vector<Target*>& targets,
                                          const std::function<Answer(Target&)>& question,
                                          Duration timeout) {
  // Shared, because a target that is late still answers when nobody waits any more.
  struct State {
    std::mutex mutex;
    std::condition_variable has_all;
    std::vector<std::optional<Answer>> answers;
    std::size_t missing = 0;
  };
  const auto state = std::make_shared<State>();
  state->answers.resize(targets.size());
  state->missing = targets.size();
  for (std::size_t i = 0; i < targets.size(); ++i) {
    auto* target = targets[i];
    const bool is_asked = target->post([state, question, target, i] {
      auto answer = question(*target);
      const std::lock_guard lock(state->mutex);
      state->answers[i].emplace(std::move(answer));
      if (--state->missing == 0) state->has_all.notify_one();
    });
    if (!is_asked) return std::nullopt;
  }
  std::unique_lock lock(state->mutex);
  if (!state->has_all.wait_for(lock, timeout, [&] { return state->missing == 0; })) {
    return std::nullopt;
  }
  std::vector<Answer> answers;
  for (auto& answer : state->answers) answers.push_back(std::move(*answer));
  return answers;
}

}  // namespace weir::gateway::app
