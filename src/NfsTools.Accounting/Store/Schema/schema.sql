-- Times are seconds since 1970-01-01 UTC, durations seconds, memory KB. What databases write in different ways stands in braces:
-- {id} is a row's own number, {repeated} a text of any length that is there once, {bytes} bytes, {rowless} what a table without row
-- numbers needs, {utc:x} seconds since 1970 as a date and time in UTC, "product" one that stays within 64 bits; main. stands for
-- the schema of the store. Of what is derived from the log's bytes each change is one of this script and of StoreSchema.Version.

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
  -- Where the record stands.
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL
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
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL,
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

-- Jobs by the UTC day they ended on (days since 1970-01-01), kept in the transaction that stores them. Sums may be larger than 64
-- bits hold.
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
  wait_seconds DOUBLE PRECISION NOT NULL,
  turnaround_seconds DOUBLE PRECISION NOT NULL,
  run_seconds DOUBLE PRECISION NOT NULL,
  slot_seconds DOUBLE PRECISION NOT NULL,
  hog_factor DOUBLE PRECISION NOT NULL,
  expansion_factor DOUBLE PRECISION NOT NULL,
  max_cpu_seconds DOUBLE PRECISION NOT NULL,
  min_cpu_seconds DOUBLE PRECISION NOT NULL,
  max_wait_seconds DOUBLE PRECISION NOT NULL,
  min_wait_seconds DOUBLE PRECISION NOT NULL,
  max_turnaround_seconds DOUBLE PRECISION NOT NULL,
  min_turnaround_seconds DOUBLE PRECISION NOT NULL,
  max_run_seconds DOUBLE PRECISION NOT NULL,
  min_run_seconds DOUBLE PRECISION NOT NULL,
  max_hog_factor DOUBLE PRECISION NOT NULL,
  min_hog_factor DOUBLE PRECISION NOT NULL,
  max_expansion_factor DOUBLE PRECISION NOT NULL,
  min_expansion_factor DOUBLE PRECISION NOT NULL,
  max_mem_kb DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (cluster_id, day, user_id, queue_id, project_id, state_id)
){rowless};

-- Each job as a row of the roll-up of its own: what is added to daily, what a recount sums up.
CREATE VIEW main.job_measure AS
SELECT job_row, cluster_id, event_time / 86400 AS day, user_id, queue_id, project_id, state_id, 1 AS jobs, done,
       cpu_seconds, wait_seconds, turnaround_seconds, run_seconds, {product:slots:run_seconds} AS slot_seconds,
       hog_factor, expansion_factor,
       cpu_seconds AS max_cpu_seconds, cpu_seconds AS min_cpu_seconds,
       wait_seconds AS max_wait_seconds, wait_seconds AS min_wait_seconds,
       turnaround_seconds AS max_turnaround_seconds, turnaround_seconds AS min_turnaround_seconds,
       run_seconds AS max_run_seconds, run_seconds AS min_run_seconds,
       hog_factor AS max_hog_factor, hog_factor AS min_hog_factor,
       expansion_factor AS max_expansion_factor, expansion_factor AS min_expansion_factor,
       max_mem_kb, event_time, job_id, hosts_id
FROM main.job_record;

CREATE VIEW main.job AS
SELECT c.name AS cluster, j.job_id, j.array_index, u.value AS "user", q.value AS queue, p.value AS project, s.value AS state,
       j.job_name, j.command, h.value AS hosts, j.slots, j.num_processors,
       j.submit_time, j.start_time, j.event_time,
       {utc:j.submit_time} AS submitted,
       CASE WHEN j.start_time > 0 THEN {utc:j.start_time} END AS started,
       {utc:j.event_time} AS ended,
       j.exit_status, j.exit_info, j.cpu_seconds, j.wait_seconds, j.turnaround_seconds, j.run_seconds,
       {product:j.slots:j.run_seconds} AS slot_seconds, j.hog_factor, j.expansion_factor,
       j.user_cpu_seconds, j.system_cpu_seconds, j.max_mem_kb, j.max_swap_kb, j.avg_mem_kb, j.run_limit_seconds, j.uid,
       f.value AS from_host, a.value AS app, ug.value AS user_group, jg.value AS job_group, sla.value AS sla,
       rr.value AS res_req, er.value AS effective_res_req, j.depend_cond, j.cwd,
       j.generation_id, j."offset", j.length, j.job_row, j.done, j.content_hash
FROM main.job_record j
JOIN main.cluster c ON c.cluster_id = j.cluster_id
JOIN main.text_value u ON u.text_id = j.user_id
JOIN main.text_value q ON q.text_id = j.queue_id
JOIN main.text_value p ON p.text_id = j.project_id
JOIN main.text_value s ON s.text_id = j.state_id
JOIN main.text_value h ON h.text_id = j.hosts_id
JOIN main.text_value f ON f.text_id = j.from_host_id
JOIN main.text_value a ON a.text_id = j.app_id
JOIN main.text_value ug ON ug.text_id = j.user_group_id
JOIN main.text_value jg ON jg.text_id = j.job_group_id
JOIN main.text_value sla ON sla.text_id = j.sla_id
JOIN main.text_value rr ON rr.text_id = j.res_req_id
JOIN main.text_value er ON er.text_id = j.effective_res_req_id;

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
  patterns TEXT NOT NULL,
  -- Why an archive of a log cannot be read now, e.g. damaged; NULL where all can.
  unreadable TEXT,
  PRIMARY KEY (cluster_id, format, live_path)
){rowless};

-- Times of what follows are milliseconds since 1970-01-01 UTC by the clock of the database.

-- Which collector a cluster's records come from. Each time another one takes over the epoch grows, and a commit under an older
-- one is refused.
CREATE TABLE main.lease (
  cluster_id BIGINT PRIMARY KEY REFERENCES main.cluster,
  epoch BIGINT NOT NULL,
  -- A node's instance; NULL when the lease was given back.
  holder TEXT,
  since BIGINT NOT NULL,
  expires BIGINT NOT NULL
);

-- The collectors that use this store, as each told of itself when it was last seen.
CREATE TABLE main.node (
  instance TEXT PRIMARY KEY,
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
  last_error_at BIGINT
);
