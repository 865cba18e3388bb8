#include "tests/sim/engine/soundness/small_program.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace fencepost::sim {
namespace {

std::string TextOf(const std::vector<Instruction>& instructions) {
  std::string text;
  for (const Instruction& instruction : instructions) {
    text += text.empty() ? " " : ", ";
    if (instruction.before == Before::kSameStep) text += "+";
    if (instruction.before == Before::kYieldsUntouched) text += "~";
    text += kOpNames[static_cast<std::size_t>(instruction.op)];
    text += " " + std::to_string(instruction.argument);
  }
  return text;
}

[[noreturn]] void Refuse(std::string_view part) {
  std::fprintf(stderr, "not a part of a small program: \"%.*s\"\n", static_cast<int>(part.size()),
               part.data());
  std::abort();
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!Trimmed(text).empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.push_back(Trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool Consume(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text = Trimmed(text.substr(prefix.size()));
  return true;
}

int NumberOf(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) Refuse(text);
  return number;
}

std::vector<Instruction> InstructionsOf(std::string_view text) {
  std::vector<Instruction> instructions;
  for (std::string_view part : Split(text, ',')) {
    Instruction instruction{};
    if (Consume(part, "+")) instruction.before = Before::kSameStep;
    if (Consume(part, "~")) instruction.before = Before::kYieldsUntouched;
    const std::size_t space = std::min(part.find(' '), part.size());
    const auto name = std::find(kOpNames.begin(), kOpNames.end(), part.substr(0, space));
    if (name == kOpNames.end()) Refuse(part);
    instruction.op = static_cast<Op>(name - kOpNames.begin());
    if (space < part.size()) instruction.argument = NumberOf(Trimmed(part.substr(space)));
    instructions.push_back(instruction);
  }
  return instructions;
}

ProgramTask TaskOf(std::string_view text) {
  ProgramTask task;
  if (Consume(text, "daemon")) task.started = Started::kByRootAsDaemon;
  if (Consume(text, "later")) task.started = Started::kLater;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !Consume(text, "p")) Refuse(text);
  task.process = NumberOf(Trimmed(text.substr(0, colon - 1)));
  text.remove_prefix(colon);
  const std::size_t cancelled = std::min(text.find('!'), text.size());
  task.body = InstructionsOf(text.substr(0, cancelled));
  if (cancelled < text.size()) task.on_cancellation = InstructionsOf(text.substr(cancelled + 1));
  return task;
}

}  // namespace

int SmallProgram::processes() const {
  int most = 0;
  for (const ProgramTask& task : tasks) most = std::max(most, task.process);
  return most + 1;
}

std::size_t SmallProgram::instructions() const {
  std::size_t count = 0;
  for (const ProgramTask& task : tasks) count += task.body.size() + task.on_cancellation.size();
  return count;
}

std::string TextOf(const SmallProgram& program) {
  std::string text;
  if (program.timer_race) text += "timer-race; ";
  if (program.quiet_end) text += "quiet-end; ";
  for (std::size_t i = 0; i < program.tasks.size(); ++i) {
    const ProgramTask& task = program.tasks[i];
    if (i > 0) text += "; ";
    if (task.started == Started::kByRootAsDaemon) text += "daemon ";
    if (task.started == Started::kLater) text += "later ";
    text += "p" + std::to_string(task.process) + ":" + TextOf(task.body);
    if (!task.on_cancellation.empty()) text += " !" + TextOf(task.on_cancellation);
  }
  return text;
}

SmallProgram ProgramOf(std::string_view text) {
  SmallProgram program;
  for (const std::string_view part : Split(text, ';')) {
    if (part == "timer-race") {
      program.timer_race = true;
    } else if (part == "quiet-end") {
      program.quiet_end = true;
    } else {
      program.tasks.push_back(TaskOf(part));
    }
  }
  return program;
}

}  // namespace fencepost::sim
