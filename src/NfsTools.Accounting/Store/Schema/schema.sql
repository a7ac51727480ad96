-- Times are seconds since 1970-01-01 UTC, durations seconds, memory KB. What databases write in different ways stands in braces:
-- {id} is a row's own number, {repeated} a text of any length that is there once, {bytes} bytes, {rowless} what a table without row
-- numbers needs, {utc:x} seconds since 1970 as a date and time in UTC, "product" one that stays within 64 bits; main. stands for
-- the schema of the store. Each change of this script is one of StoreSchema.Version, and a store of another version is rebuilt from its
-- bytes: what follows from them may change at will. The columns of StoreSchema.Carried are taken over as they stand: one of them keeps
-- its name and its meaning in all later versions, and a new one has a default. {seal} is a checksum of its row (RowSeal).

-- How often the store was rebuilt: whoever wrote before knows numbers of texts that are no longer so.
CREATE TABLE main.rebuild (
  rebuilds BIGINT NOT NULL,
  -- In a store that is being made to take another one's place: by which program.
  maker TEXT,
  {seal}
);
INSERT INTO main.rebuild (rebuilds) VALUES (0);

-- Tables, indexes and views as they were made, for who verifies the store.
CREATE TABLE main.schema_object (
  name TEXT NOT NULL PRIMARY KEY,
  definition TEXT NOT NULL
);

CREATE TABLE main.cluster (
  cluster_id {id},
  {seal},
  name TEXT NOT NULL UNIQUE
);

-- Texts that come again and again, each once.
CREATE TABLE main.text_value (
  text_id {id},
  value {repeated}
);

-- The hosts in a text of hosts such as "4*node1 node2".
CREATE TABLE main.hosts_member (
  hosts_id BIGINT NOT NULL,
  host_id BIGINT NOT NULL,
  slots BIGINT NOT NULL,
  PRIMARY KEY (hosts_id, host_id)
){rowless};

-- One file's worth of a log, whatever it is called by now: identified by its first record. What came through pipelines and stands
-- in no log that is followed makes one of its own, named "pipeline".
CREATE TABLE main.generation (
  generation_id {id},
  cluster_id BIGINT NOT NULL REFERENCES main.cluster,
  format TEXT NOT NULL,
  live_path TEXT NOT NULL,
  path TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  -- Counts the generations that begin with the same record.
  variant BIGINT NOT NULL,
  position BIGINT NOT NULL,
  tail_hash TEXT NOT NULL,
  tail_length BIGINT NOT NULL,
  -- The time zone that local times in it are of; NULL where they need none.
  time_zone TEXT,
  {seal},
  created_at BIGINT NOT NULL,
  committed_at BIGINT NOT NULL,
  -- The most bytes of it that were seen, read or not.
  seen_size BIGINT NOT NULL DEFAULT 0,
  -- 1 once its writer had gone on to a newer file and it was read to its end.
  ended BIGINT NOT NULL DEFAULT 0,
  -- Since when it is found nowhere though it had not ended; NULL while it is found, or where nobody misses it.
  missing_since BIGINT,
  -- Since when somebody has accepted that what is missing of it is lost; NULL while nobody has, or while it is found.
  accepted_at BIGINT,
  UNIQUE (cluster_id, format, fingerprint, variant)
);

-- The bytes of generations, from the first to the position without gap or overlap: all else is derived from them.
CREATE TABLE main.segment (
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL,
  -- XXH3 of the bytes as they stood in the log.
  checksum BIGINT NOT NULL,
  -- Compressed (Brotli); as they are where they are as long as in the log.
  bytes {bytes} NOT NULL,
  PRIMARY KEY (generation_id, "offset")
);

-- A row for each job, with the columns of JobColumns.
CREATE TABLE main.job_record (
  job_row {id},
  cluster_id BIGINT NOT NULL,
{job_columns}  content_hash BIGINT NOT NULL,
  -- Where the record stands.
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL
);
-- The element stands second: its part finds it among a million others of its array, which were submitted together.
CREATE UNIQUE INDEX job_key ON main.job_record (job_id, array_index, submit_time, end_time, cluster_id);
CREATE INDEX job_by_time ON main.job_record (end_time);
-- For a user's jobs among those of all: what most people ask for.
CREATE INDEX job_by_user ON main.job_record (user_id, end_time);

-- Records that are no jobs (reservations, resizes): their fields as JSON.
CREATE TABLE main.event_record (
  event_row {id},
  cluster_id BIGINT NOT NULL,
  record_type TEXT NOT NULL,
  event_time BIGINT NOT NULL,
  content_hash BIGINT NOT NULL,
  fields TEXT NOT NULL,
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL,
  UNIQUE (cluster_id, record_type, event_time, content_hash)
);

-- Parts of jobs that such records tell of: their use is in the rows of their jobs, whichever came first.
CREATE TABLE main.part (
  cluster_id BIGINT NOT NULL,
  job_id BIGINT NOT NULL,
  array_index BIGINT NOT NULL,
  start_time BIGINT NOT NULL,
  user_cpu_seconds DOUBLE PRECISION,
  system_cpu_seconds DOUBLE PRECISION,
  max_mem_kb BIGINT,
  max_swap_kb BIGINT,
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  PRIMARY KEY (cluster_id, job_id, array_index, generation_id, "offset")
){rowless};

-- What could not be read, whole, with the reason and the version of the reader that could not.
CREATE TABLE main.reject (
  reject_id {id},
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL,
  bytes {bytes} NOT NULL,
  reason TEXT NOT NULL,
  reader_version BIGINT NOT NULL
);

-- Further copies of records the store already had; and of what a command answered, jobs that it answered otherwise later.
CREATE TABLE main.duplicate (
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL
);

-- Comments and blank lines.
CREATE TABLE main.filler (
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL
);

-- The time zone that days are of: one row, whose checksum is of the offsets too.
CREATE TABLE main.zone (
  name TEXT NOT NULL,
  {seal}
);

-- What the zone's clocks added to seconds since 1970-01-01 UTC from when on. It is the store's own, so that its days change by a rebuild alone.
CREATE TABLE main.zone_offset (
  since BIGINT NOT NULL PRIMARY KEY,
  shift BIGINT NOT NULL
);

-- Jobs by day (days since 1970-01-01 in the zone) and what they have in common, with the measures of JobMeasures: whole jobs on the
-- day they ended on, and what was used on the day. It is kept in the transaction that stores them. Sums may be larger than 64 bits hold.
-- by_key is 0 in rows apart by all of it. Totals, apart by one of user, group, project, queue, QOS and state alone, have the number of
-- that, from 1, and 0 for the others. All days before one have them, for who reports a year; the newest never, nor a database that is shared.
CREATE TABLE main.daily (
{daily_columns}  PRIMARY KEY ({daily_key})
){rowless};

-- Each job as a row of what ended, of its own: what is counted where the roll-up cannot answer; and what jobs are picked by.
CREATE VIEW main.job_measure AS
SELECT {job_keys}, job_id, slots, {day_of_end} AS day,
  {measures}
FROM main.job_record;

CREATE VIEW main.job AS
{job_view};

-- Every byte of every generation, by what it was taken for.
CREATE VIEW main.span AS
SELECT generation_id, "offset", length, 'record' AS kind FROM main.job_record
UNION ALL SELECT generation_id, "offset", length, 'record' FROM main.event_record
UNION ALL SELECT generation_id, "offset", length, 'record' FROM main.duplicate
UNION ALL SELECT generation_id, "offset", length, 'reject' FROM main.reject
UNION ALL SELECT generation_id, "offset", length, 'filler' FROM main.filler;

-- What a log's collector takes for archives beside those with numbers: patterns of names, one a line.
CREATE TABLE main.log_archives (
  cluster_id BIGINT NOT NULL REFERENCES main.cluster,
  format TEXT NOT NULL,
  live_path TEXT NOT NULL,
  -- NULL for the usual one of the format.
  layout TEXT,
  patterns TEXT NOT NULL,
  -- Why an archive of a log cannot be read now, e.g. damaged; NULL where all can.
  unreadable TEXT,
  {seal},
  PRIMARY KEY (cluster_id, format, live_path)
){rowless};

-- What a command was asked and answered: jobs that ended within a time, and where in a generation the answer stands; it has no generation
-- where nothing was written. The first question that was not answered has a time that ends before it begins.
CREATE TABLE main.answer (
  cluster_id BIGINT NOT NULL REFERENCES main.cluster,
  format TEXT NOT NULL,
  live_path TEXT NOT NULL,
  -- The first and the last second asked about, and when it was asked, by the clock of the host that asked.
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  asked BIGINT NOT NULL,
  -- 1 where it gave no answer since the answer before.
  after_failure BIGINT NOT NULL,
  generation_id BIGINT,
  "offset" BIGINT,
  length BIGINT NOT NULL,
  {seal},
  PRIMARY KEY (cluster_id, format, live_path, since, until, asked)
){rowless};

-- Times of what follows are milliseconds since 1970-01-01 UTC by the clock of the database.

-- Which collector a cluster's records come from. Each time another one takes over the epoch grows, and a commit under an older
-- one is refused.
CREATE TABLE main.lease (
  cluster_id BIGINT NOT NULL PRIMARY KEY REFERENCES main.cluster,
  epoch BIGINT NOT NULL,
  -- A node's instance; NULL when the lease was given back.
  holder TEXT,
  since BIGINT NOT NULL,
  -- It moves with each commit, and is in no checksum.
  expires BIGINT NOT NULL,
  {seal}
);

-- The collectors that use this store, as each told of itself when it was last seen.
CREATE TABLE main.node (
  instance TEXT NOT NULL PRIMARY KEY,
  host TEXT NOT NULL,
  process_id BIGINT NOT NULL,
  role TEXT NOT NULL,
  started BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  -- The time without a word after which it is taken for gone, in milliseconds; 0 once it ended in order.
  patience BIGINT NOT NULL,
  -- Bytes of its logs it saw that were not in the store, when it last looked.
  lag_bytes BIGINT NOT NULL,
  last_error TEXT,
  last_error_at BIGINT,
  {seal}
);
