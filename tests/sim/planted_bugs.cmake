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
  # There are many of them, and nobody debugs one: without symbols they link in half the time.
  target_compile_options(sim_bug_${name} PRIVATE -g0)
  target_link_options(sim_bug_${name} PRIVATE -s)
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
planted_bug(priority_starves 1 starvation gateway/flow/scheduler.cpp
  "if (passed_bytes_ < passed_bytes_max)" "if (passed_bytes_ < 64 * passed_bytes_max)")
planted_bug(lost_from_caught_up_list 1 "stall;loss;newest;starvation" gateway/session/deliverer.cpp
  "cell.topic->park(cell);" "if (!cell.options.wants_time) cell.topic->park(cell);")
planted_bug(twice_under_two_filters 1 "duplicate;order;content" gateway/session/subscription_set.cpp
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
planted_bug(follower_skips_an_entry 2 "loss;newest;duplicate" gateway/topics/replica.cpp
  "log.position_after(cell.cursor.offset);" "log.position_after(cell.cursor.offset + 1);")
planted_bug(cell_outlives_its_filter 1 unsubscribed gateway/session/subscription_set.cpp
  "        end(cell);" "        (void)options;")

# Records, tables, patches, priorities and limits.
planted_bug(field_removal_not_versioned 1 "fold;newest;stall" gateway/topics/record_state.cpp
  "field.json.shrink_to_fit();
  field.version = version_ = offset;" "field.json.shrink_to_fit();")
planted_bug(row_removal_lost 1 "fold" gateway/topics/table_pull.cpp
  "if (!pull_.is_whole || row.version > pull_.began_at) add_key(row);"
  "if (row.version > pull_.began_at) add_key(row);")
planted_bug(floor_ignored 1 "fold;newest;stall" gateway/topics/table_pull.cpp
  "pull.is_whole || pull.cursor < state.floor();" "pull.is_whole;")
planted_bug(tombstones_forgotten_too_early 1 fold gateway/topics/table_state.cpp
  "    floor_ = gone_.front().version;" "")
planted_bug(more_not_said 1 fold gateway/topics/table_pull.cpp
  "    pull.cursor = reached;" "    pull.cursor = reached;
    page.has_more = false;")
planted_bug(rest_of_a_table_forgotten 1 "fold;newest;stall;base;ready" gateway/session/state_frames.cpp
  "made.has_more = changes.has_more;" "made.has_more = false;")
planted_bug(changed_row_not_moved 1 "fold;newest;stall" gateway/topics/table_state.cpp
  "rows_.splice(rows_.end(), rows_, known->second);" "")
planted_bug(row_skipped_between_pages 1 "fold;content;base" gateway/topics/table_pull.cpp
  "    pull.cursor = reached;" "    pull.cursor = reached + 1;")
planted_bug(fields_since_the_last_page 1 fold gateway/topics/table_pull.cpp
  "row.fields.visit_after(pull_.base, add_field);" "row.fields.visit_after(pull_.cursor, add_field);")
planted_bug(row_born_again_with_its_past 1 fold gateway/topics/table_pull.cpp
  "pull_.base >= row.born_at || pull_.base < row.predecessor_gone_at" "pull_.base >= row.born_at")
planted_bug(update_taken_as_whole 1 "fold;newest;stall" gateway/topics/topic_log.cpp
  "if (entry.operation == Operation::update) return record_->update(entry.fields, entry.offset);" "")
planted_bug(frames_of_other_fields 1 fold gateway/session/state_frames.cpp
  "request.fields == nullptr ? 0 : request.fields->number," "0,")
planted_bug(changes_miscounted 1 content gateway/session/deliverer.cpp
  "*head.index - *cell.cursor.index - 1 : 0" "*head.index - *cell.cursor.index : 0")
planted_bug(place_moved_untold 1 "base;loss" gateway/session/deliverer.cpp
  "finish_state(cell, cell.cursor)" "finish_state(cell, log.head())")
planted_bug(change_without_a_state 1 base gateway/session/recovery.cpp
  "has_parts(log.kind()) ? CellStart::whole" "has_parts(log.kind()) ? CellStart::cursor")
planted_bug(ready_before_the_last_page 1 ready gateway/session/ready_tracker.cpp
  "!topics::begins_with_state(cell)" "!topics::is_whole_owed(cell)")
planted_bug(new_fields_without_their_state 1 "base;fold;newest;stall;content" gateway/session/subscription_set.cpp
  "if (!same_fields) {" "if (!same_fields && cell.options.wants_time) {")
planted_bug(state_counted_from_before 1 "base;duplicate" gateway/session/deliverer.cpp
  "finish_state(cell, head)" "finish_state(cell, cell.cursor)")
planted_bug(patch_of_an_older_value 1 base gateway/session/deliverer.cpp
  "if (cell.options.delta == protocol::Delta::patch) cell.base"
  "if (cell.options.delta == protocol::Delta::patch && cell.base == 0) cell.base")
planted_bug(limit_not_applied 1 limits gateway/session/limits.cpp
  "if (messages_per_s != messages_.rate())" "if (messages_.rate() == 0)")
planted_bug(ceiling_not_obeyed 1 limits gateway/session/limits.cpp
  "stricter(wish, stricter(configured_, own_))" "stricter(wish, configured_)")
planted_bug(ceiling_not_told 1 limits gateway/session/session_status.cpp
  "limits != before" "limits != before && limits.bytes_per_s == 0")
planted_bug(rate_of_the_topic_ignored 1 "rate;limits" gateway/session/subscription.cpp
  "lower_rate(wishes.max_rate, topic.rule().max_rate);" "wishes.max_rate;")
planted_bug(window_stays_shut 1 "newest;loss;ready;stall" gateway/session/session.cpp
  "on_acknowledged(command.bytes)" "on_acknowledged(0)")
