-- Times are seconds since 1970-01-01 UTC, durations seconds, memory KB. What databases write in different ways stands in braces:
-- {id} is a row's own number, {repeated} a text of any length that is there once, {bytes} bytes, {rowless} what a table without row
-- numbers needs, {utc:x} seconds since 1970 as a date and time in UTC, "product" one that stays within 64 bits, "view" makes
-- a view anew, "reals" has columns of a table hold what is larger; main. stands for the schema of the store.

CREATE TABLE main.cluster (
  cluster_id {id},
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

-- One file's worth of a log, whatever it is called by now: identified by its first record.
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
  created_at BIGINT NOT NULL,
  committed_at BIGINT NOT NULL,
  UNIQUE (cluster_id, format, fingerprint, variant)
);

CREATE TABLE main.job_record (
  job_row {id},
  cluster_id BIGINT NOT NULL,
  job_id BIGINT NOT NULL,
  array_index BIGINT NOT NULL,
  submit_time BIGINT NOT NULL,
  event_time BIGINT NOT NULL,
  start_time BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  queue_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  state_id BIGINT NOT NULL,
  done BIGINT NOT NULL,
  exit_status BIGINT NOT NULL,
  exit_info BIGINT NOT NULL,
  hosts_id BIGINT NOT NULL,
  num_processors BIGINT NOT NULL,
  slots BIGINT NOT NULL,
  user_cpu_seconds DOUBLE PRECISION NOT NULL,
  system_cpu_seconds DOUBLE PRECISION NOT NULL,
  cpu_seconds DOUBLE PRECISION NOT NULL,
  wait_seconds BIGINT NOT NULL,
  turnaround_seconds BIGINT NOT NULL,
  run_seconds BIGINT NOT NULL,
  hog_factor DOUBLE PRECISION NOT NULL,
  expansion_factor DOUBLE PRECISION NOT NULL,
  max_mem_kb BIGINT NOT NULL,
  max_swap_kb BIGINT NOT NULL,
  avg_mem_kb BIGINT NOT NULL,
  run_limit_seconds BIGINT NOT NULL,
  from_host_id BIGINT NOT NULL,
  app_id BIGINT NOT NULL,
  user_group_id BIGINT NOT NULL,
  job_group_id BIGINT NOT NULL,
  sla_id BIGINT NOT NULL,
  res_req_id BIGINT NOT NULL,
  effective_res_req_id BIGINT NOT NULL,
  cwd TEXT NOT NULL,
  depend_cond TEXT NOT NULL,
  job_name TEXT NOT NULL,
  command TEXT NOT NULL,
  content_hash BIGINT NOT NULL,
  -- Where the record stands; NULL for records that came through a pipeline.
  generation_id BIGINT,
  "offset" BIGINT,
  length BIGINT
);
CREATE UNIQUE INDEX job_key ON main.job_record (job_id, submit_time, event_time, array_index, cluster_id);
CREATE INDEX job_by_time ON main.job_record (event_time);

-- Records that are no jobs (reservations, resizes): their fields as JSON.
CREATE TABLE main.event_record (
  event_row {id},
  cluster_id BIGINT NOT NULL,
  record_type TEXT NOT NULL,
  event_time BIGINT NOT NULL,
  content_hash BIGINT NOT NULL,
  fields TEXT NOT NULL,
  generation_id BIGINT,
  "offset" BIGINT,
  length BIGINT,
  UNIQUE (cluster_id, record_type, event_time, content_hash)
);

-- What could not be read, whole, with the reason and the version of the reader that could not.
CREATE TABLE main.reject (
  reject_id {id},
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL,
  bytes {bytes} NOT NULL,
  reason TEXT NOT NULL,
  reader_version BIGINT NOT NULL,
  rejected_at BIGINT NOT NULL
);

-- Further copies of records the store already had.
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

-- Jobs by the UTC day they ended on (days since 1970-01-01), kept in the transaction that stores them.
CREATE TABLE main.daily (
  cluster_id BIGINT NOT NULL,
  day BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  queue_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  state_id BIGINT NOT NULL,
  jobs BIGINT NOT NULL,
  done BIGINT NOT NULL,
  cpu_seconds DOUBLE PRECISION NOT NULL,
  wait_seconds BIGINT NOT NULL,
  turnaround_seconds BIGINT NOT NULL,
  run_seconds BIGINT NOT NULL,
  slot_seconds BIGINT NOT NULL,
  hog_factor DOUBLE PRECISION NOT NULL,
  expansion_factor DOUBLE PRECISION NOT NULL,
  max_cpu_seconds DOUBLE PRECISION NOT NULL,
  min_cpu_seconds DOUBLE PRECISION NOT NULL,
  max_wait_seconds BIGINT NOT NULL,
  min_wait_seconds BIGINT NOT NULL,
  max_turnaround_seconds BIGINT NOT NULL,
  min_turnaround_seconds BIGINT NOT NULL,
  max_run_seconds BIGINT NOT NULL,
  min_run_seconds BIGINT NOT NULL,
  max_hog_factor DOUBLE PRECISION NOT NULL,
  min_hog_factor DOUBLE PRECISION NOT NULL,
  max_expansion_factor DOUBLE PRECISION NOT NULL,
  min_expansion_factor DOUBLE PRECISION NOT NULL,
  max_mem_kb BIGINT NOT NULL,
  PRIMARY KEY (cluster_id, day, user_id, queue_id, project_id, state_id)
){rowless};

-- Every byte of every generation, by what it was taken for.
CREATE VIEW main.span AS
SELECT generation_id, "offset", length, 'record' AS kind FROM main.job_record WHERE generation_id IS NOT NULL
UNION ALL SELECT generation_id, "offset", length, 'record' FROM main.event_record WHERE generation_id IS NOT NULL
UNION ALL SELECT generation_id, "offset", length, 'record' FROM main.duplicate
UNION ALL SELECT generation_id, "offset", length, 'reject' FROM main.reject
UNION ALL SELECT generation_id, "offset", length, 'filler' FROM main.filler;
