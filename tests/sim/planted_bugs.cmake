# Bugs that the simulation must find. Each is one expression of the gateway, changed in a copy that
# is made while building; the product has no switches for it. The changed copy is linked in front of
# the library that has the right one. A bug that can no longer be planted stops the build.
#
#   planted_bug(<name> <shards> <promises that it breaks> <source> <expression> <what it becomes>)
function(planted_bug name shards promises source from to)
  set(place "${CMAKE_CURRENT_BINARY_DIR}/planted/${name}")
  file(CONFIGURE OUTPUT "${place}/from.txt" CONTENT "${from}" @ONLY)
  file(CONFIGURE OUTPUT "${place}/to.txt" CONTENT "${to}" @ONLY)
  add_custom_command(
    OUTPUT "${place}/changed.cpp"
    COMMAND "${CMAKE_COMMAND}" "-DIN=${PROJECT_SOURCE_DIR}/${source}" "-DPLACE=${place}"
      -P "${CMAKE_CURRENT_SOURCE_DIR}/plant.cmake"
    DEPENDS "${PROJECT_SOURCE_DIR}/${source}" "${place}/from.txt" "${place}/to.txt" plant.cmake
    VERBATIM)
  add_executable(sim_bug_${name} "${place}/changed.cpp" $<TARGET_OBJECTS:weir_planted_bug>)
  target_link_libraries(sim_bug_${name} PRIVATE weir_sim fmt::fmt)
  add_test(NAME sim_bug_${name} COMMAND sim_bug_${name} ${shards} ${promises})
  set_tests_properties(sim_bug_${name} PROPERTIES LABELS sim TIMEOUT 120)
endfunction()

planted_bug(ring_edge 1 loss gateway/topics/topic_log.cpp
  "ring_[0]->prev <= offset" "ring_[0]->prev <= offset + 1")
planted_bug(cursor_not_advanced 1 duplicate gateway/session/deliverer.cpp
  "cell.cursor = {ring[run.last]->offset, ring[run.last]->index};" "")
planted_bug(gap_after_data 1 loss gateway/session/deliverer.cpp
  "if (cell.owed_gap) {" "if (cell.owed_gap && cell.start == CellStart::running) {")
planted_bug(last_value_dropped 1 "newest;stall" gateway/session/deliverer.cpp
  "state->offset > cell.cursor.offset)" "state->offset > cell.cursor.offset + 1)")
planted_bug(cell_starved 1 starvation gateway/flow/lane.cpp
  "begin_ + quantum_bytes - std::max" "begin_ + 64 * quantum_bytes - std::max")
planted_bug(lost_from_caught_up_list 1 "stall;loss;newest;starvation" gateway/session/deliverer.cpp
  "cell.topic->park(cell);" "if (!cell.options.wants_time) cell.topic->park(cell);")
planted_bug(twice_under_two_filters 1 "duplicate;order" gateway/session/subscription_set.cpp
  "if (!is_new) return cell;"
  "if (!is_new) cell.cursor = find_start(topic.log(), start_request(subscription, topic)).cursor;
  if (!is_new) return cell;")
planted_bug(born_while_away_missed 1 loss gateway/session/recovery.cpp
  "request.position == nullptr ? 0 :" "request.position == nullptr ? log.head().offset :")
planted_bug(reply_lost 2 reply gateway/session/hub.cpp
  "node->waiting.erase(node->waiting.begin());" "node->waiting.clear();")
planted_bug(limit_off_by_a_burst 1 limits gateway/session/limits.cpp
  "burst_s = 0.25;" "burst_s = 0.5;")
planted_bug(window_not_counted 1 limits gateway/session/limits.cpp
  "window_.on_sent(frames.payload_bytes);" "")
planted_bug(old_generation_accepted 4 "reply;ready;duplicate;loss" gateway/session/hub.cpp
  "node == nullptr || node->generation != message.generation" "node == nullptr")
planted_bug(loss_miscounted 1 gap_count gateway/flow/overflow.cpp
  "*loss.resume_at.index - *cursor.index;" "*loss.resume_at.index - *cursor.index + 1;")
planted_bug(ready_too_early 1 ready gateway/session/ready_tracker.cpp
  "cell.cursor.offset >= expected.offset" "cell.cursor.offset + 1 >= expected.offset")
planted_bug(heartbeat_missing 1 "life;stall" gateway/session/session.cpp
  "is_owed = heartbeat_.is_owed(now.steady);" "is_owed = heartbeat_.is_owed(TimePoint{});")
planted_bug(demand_told_again 1 demand gateway/topics/demand.cpp
  "if (is_new) ready_" "if (wanted.shards == 1) ready_")
planted_bug(life_of_the_cell_forgotten 1 "loss;gap_count" gateway/session/deliverer.cpp
  "if (cell.life != topic.number()) begin_life(cell);"
  "if (cell.life != topic.number() && cell.introduced != 0) begin_life(cell);")
planted_bug(write_beyond_its_budget 1 memory gateway/session/deliverer.cpp
  "out.bytes + frames.bytes.size() > budget_bytes" "out.bytes > budget_bytes")
planted_bug(frames_of_another_life 1 content gateway/topics/topic.cpp
  "for (auto& frames : hot_frames_) frames = {};" "")
planted_bug(gate_always_open 1 rate gateway/flow/frequency_gate.cpp
  "interval * (slots + 1)" "interval * slots")
planted_bug(follower_skips_an_entry 2 "loss;newest" gateway/topics/replica.cpp
  "log.position_after(cell.cursor.offset);" "log.position_after(cell.cursor.offset + 1);")
planted_bug(cell_outlives_its_filter 1 unsubscribed gateway/session/subscription_set.cpp
  "        end(cell);" "        (void)options;")
