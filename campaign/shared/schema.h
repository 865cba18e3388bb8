// The tables of a shared campaign, the same on both engines. The version rises with every change of
// them. A campaign is short-lived, so that another version is refused instead of being brought
// forward.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace fencepost::campaign {

inline constexpr std::int64_t kSchemaVersion = 3;
inline constexpr std::string_view kProduct = "fencepost shared campaign";

// Makes the tables in an empty place and writes the version.
inline constexpr std::string_view kTables = R"sql(
CREATE TABLE campaign_version (product text NOT NULL, version bigint NOT NULL);
INSERT INTO campaign_version VALUES ('fencepost shared campaign', 3);

CREATE TABLE campaign (
  only_one    bigint PRIMARY KEY CHECK (only_one = 1),
  strategy    text NOT NULL,
  revision    text NOT NULL,
  first_seed  text NOT NULL,
  last_seed   text NOT NULL,
  range_seeds bigint NOT NULL CHECK (range_seeds >= 2),
  conform     bigint NOT NULL CHECK (conform IN (0, 1))
);

-- `next_range`: all ranges below it have been claimed. `new_at`: so many executions had been counted
-- when the last new point of coverage came in.
CREATE TABLE scenario (
  place          bigint PRIMARY KEY,
  name           text NOT NULL UNIQUE,
  parameters     text NOT NULL,
  next_range     bigint NOT NULL,
  executions     bigint NOT NULL,
  virtual_millis bigint NOT NULL,
  new_at         bigint NOT NULL
);

-- `attempt` is the fence of a claim: only its own attempt can finish a range. `losses`: the workers
-- that let their claim run out.
CREATE TABLE seed_range (
  scenario      bigint NOT NULL,
  number        bigint NOT NULL,
  attempt       bigint NOT NULL,
  losses        bigint NOT NULL,
  claimed_until bigint NOT NULL,
  finished      bigint NOT NULL CHECK (finished IN (0, 1)),
  executions    bigint NOT NULL,
  digest        text NOT NULL,
  PRIMARY KEY (scenario, number)
);
CREATE INDEX seed_range_open ON seed_range (number, scenario) WHERE finished = 0;

CREATE TABLE probe (
  scenario bigint NOT NULL, name text NOT NULL, hits bigint NOT NULL, PRIMARY KEY (scenario, name)
);
CREATE TABLE coverage (
  scenario bigint NOT NULL, point text NOT NULL, PRIMARY KEY (scenario, point)
);
CREATE TABLE failure (
  scenario   bigint NOT NULL, property text NOT NULL, executions bigint NOT NULL,
  PRIMARY KEY (scenario, property)
);

-- `seed` has leading zeros, so that the lowest is the first as a text. `replay` is a replay file.
CREATE TABLE finding (
  scenario bigint NOT NULL,
  property text NOT NULL,
  shape_id text NOT NULL,
  shape    text NOT NULL,
  seed     text NOT NULL,
  seen     bigint NOT NULL,
  replay   text NOT NULL,
  PRIMARY KEY (scenario, property, shape_id)
);
)sql";

// An error unless this program can use tables of that version.
absl::Status CheckSchemaVersion(const std::string& place, std::int64_t version);

}  // namespace fencepost::campaign
