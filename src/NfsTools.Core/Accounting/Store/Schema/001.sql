-- Times are seconds since 1970-01-01 UTC, durations seconds, memory KB.

CREATE TABLE cluster (
  cluster_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- Texts that come again and again, each once.
CREATE TABLE text_value (
  text_id INTEGER PRIMARY KEY,
  value TEXT NOT NULL UNIQUE
);

-- The hosts in a text of hosts such as "4*node1 node2".
CREATE TABLE hosts_member (
  hosts_id INTEGER NOT NULL,
  host_id INTEGER NOT NULL,
  slots INTEGER NOT NULL,
  PRIMARY KEY (hosts_id, host_id)
) WITHOUT ROWID;

-- One file's worth of a log, whatever it is called by now: identified by its first record.
CREATE TABLE generation (
  generation_id INTEGER PRIMARY KEY,
  cluster_id INTEGER NOT NULL REFERENCES cluster,
  format TEXT NOT NULL,
  live_path TEXT NOT NULL,
  path TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  -- Counts the generations that begin with the same record.
  variant INTEGER NOT NULL,
  position INTEGER NOT NULL,
  tail_hash TEXT NOT NULL,
  tail_length INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  committed_at INTEGER NOT NULL,
  UNIQUE (cluster_id, format, fingerprint, variant)
);

CREATE TABLE job_record (
  job_row INTEGER PRIMARY KEY,
  cluster_id INTEGER NOT NULL,
  job_id INTEGER NOT NULL,
  array_index INTEGER NOT NULL,
  submit_time INTEGER NOT NULL,
  event_time INTEGER NOT NULL,
  start_time INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  queue_id INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  state_id INTEGER NOT NULL,
  done INTEGER NOT NULL,
  exit_status INTEGER NOT NULL,
  exit_info INTEGER NOT NULL,
  hosts_id INTEGER NOT NULL,
  num_processors INTEGER NOT NULL,
  slots INTEGER NOT NULL,
  user_cpu_seconds REAL NOT NULL,
  system_cpu_seconds REAL NOT NULL,
  cpu_seconds REAL NOT NULL,
  wait_seconds INTEGER NOT NULL,
  turnaround_seconds INTEGER NOT NULL,
  run_seconds INTEGER NOT NULL,
  hog_factor REAL NOT NULL,
  expansion_factor REAL NOT NULL,
  max_mem_kb INTEGER NOT NULL,
  max_swap_kb INTEGER NOT NULL,
  avg_mem_kb INTEGER NOT NULL,
  run_limit_seconds INTEGER NOT NULL,
  from_host_id INTEGER NOT NULL,
  app_id INTEGER NOT NULL,
  user_group_id INTEGER NOT NULL,
  job_group_id INTEGER NOT NULL,
  sla_id INTEGER NOT NULL,
  res_req_id INTEGER NOT NULL,
  effective_res_req_id INTEGER NOT NULL,
  cwd TEXT NOT NULL,
  depend_cond TEXT NOT NULL,
  job_name TEXT NOT NULL,
  command TEXT NOT NULL,
  content_hash INTEGER NOT NULL,
  -- Where the record stands; NULL for records that came through a pipeline.
  generation_id INTEGER,
  offset INTEGER,
  length INTEGER
);
CREATE UNIQUE INDEX job_key ON job_record (job_id, submit_time, event_time, array_index, cluster_id);
CREATE INDEX job_by_time ON job_record (event_time);

-- Records that are no jobs (reservations, resizes): their fields as JSON.
CREATE TABLE event_record (
  event_row INTEGER PRIMARY KEY,
  cluster_id INTEGER NOT NULL,
  record_type TEXT NOT NULL,
  event_time INTEGER NOT NULL,
  content_hash INTEGER NOT NULL,
  fields TEXT NOT NULL,
  generation_id INTEGER,
  offset INTEGER,
  length INTEGER,
  UNIQUE (cluster_id, record_type, event_time, content_hash)
);

-- What could not be read, whole, with the reason and the version of the reader that could not.
CREATE TABLE reject (
  reject_id INTEGER PRIMARY KEY,
  generation_id INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  reason TEXT NOT NULL,
  reader_version INTEGER NOT NULL,
  rejected_at INTEGER NOT NULL
);

-- Further copies of records the store already had.
CREATE TABLE duplicate (
  generation_id INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL
);

-- Comments and blank lines.
CREATE TABLE filler (
  generation_id INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL
);

-- Jobs by the UTC day they ended on (days since 1970-01-01), kept in the transaction that stores them.
CREATE TABLE daily (
  cluster_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  queue_id INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  state_id INTEGER NOT NULL,
  jobs INTEGER NOT NULL,
  done INTEGER NOT NULL,
  cpu_seconds REAL NOT NULL,
  wait_seconds INTEGER NOT NULL,
  turnaround_seconds INTEGER NOT NULL,
  run_seconds INTEGER NOT NULL,
  slot_seconds INTEGER NOT NULL,
  hog_factor REAL NOT NULL,
  expansion_factor REAL NOT NULL,
  max_cpu_seconds REAL NOT NULL,
  min_cpu_seconds REAL NOT NULL,
  max_wait_seconds INTEGER NOT NULL,
  min_wait_seconds INTEGER NOT NULL,
  max_turnaround_seconds INTEGER NOT NULL,
  min_turnaround_seconds INTEGER NOT NULL,
  max_run_seconds INTEGER NOT NULL,
  min_run_seconds INTEGER NOT NULL,
  max_hog_factor REAL NOT NULL,
  min_hog_factor REAL NOT NULL,
  max_expansion_factor REAL NOT NULL,
  min_expansion_factor REAL NOT NULL,
  max_mem_kb INTEGER NOT NULL,
  PRIMARY KEY (cluster_id, day, user_id, queue_id, project_id, state_id)
) WITHOUT ROWID;

-- Each job as a row of the roll-up of its own: what is added to daily, what a recount sums up.
CREATE VIEW job_measure AS
SELECT job_row, cluster_id, event_time / 86400 AS day, user_id, queue_id, project_id, state_id, 1 AS jobs, done,
       cpu_seconds, wait_seconds, turnaround_seconds, run_seconds, slots * run_seconds AS slot_seconds,
       hog_factor, expansion_factor,
       cpu_seconds AS max_cpu_seconds, cpu_seconds AS min_cpu_seconds,
       wait_seconds AS max_wait_seconds, wait_seconds AS min_wait_seconds,
       turnaround_seconds AS max_turnaround_seconds, turnaround_seconds AS min_turnaround_seconds,
       run_seconds AS max_run_seconds, run_seconds AS min_run_seconds,
       hog_factor AS max_hog_factor, hog_factor AS min_hog_factor,
       expansion_factor AS max_expansion_factor, expansion_factor AS min_expansion_factor,
       max_mem_kb, event_time, job_id, hosts_id
FROM job_record;

-- Every byte of every generation, by what it was taken for.
CREATE VIEW span AS
SELECT generation_id, offset, length, 'record' AS kind FROM job_record WHERE generation_id IS NOT NULL
UNION ALL SELECT generation_id, offset, length, 'record' FROM event_record WHERE generation_id IS NOT NULL
UNION ALL SELECT generation_id, offset, length, 'record' FROM duplicate
UNION ALL SELECT generation_id, offset, length, 'reject' FROM reject
UNION ALL SELECT generation_id, offset, length, 'filler' FROM filler;

CREATE VIEW job AS
SELECT c.name AS cluster, j.job_id, j.array_index, u.value AS user, q.value AS queue, p.value AS project, s.value AS state,
       j.job_name, j.command, h.value AS hosts, j.slots, j.num_processors,
       j.submit_time, j.start_time, j.event_time,
       datetime(j.submit_time, 'unixepoch') AS submitted,
       CASE WHEN j.start_time > 0 THEN datetime(j.start_time, 'unixepoch') END AS started,
       datetime(j.event_time, 'unixepoch') AS ended,
       j.exit_status, j.exit_info, j.cpu_seconds, j.wait_seconds, j.turnaround_seconds, j.run_seconds,
       j.slots * j.run_seconds AS slot_seconds, j.hog_factor, j.expansion_factor,
       j.user_cpu_seconds, j.system_cpu_seconds, j.max_mem_kb, j.max_swap_kb, j.avg_mem_kb, j.run_limit_seconds, j.uid,
       f.value AS from_host, a.value AS app, ug.value AS user_group, jg.value AS job_group, sla.value AS sla,
       rr.value AS res_req, er.value AS effective_res_req, j.depend_cond, j.cwd,
       j.generation_id, j.offset, j.length, j.job_row, j.done, j.content_hash
FROM job_record j
JOIN cluster c ON c.cluster_id = j.cluster_id
JOIN text_value u ON u.text_id = j.user_id
JOIN text_value q ON q.text_id = j.queue_id
JOIN text_value p ON p.text_id = j.project_id
JOIN text_value s ON s.text_id = j.state_id
JOIN text_value h ON h.text_id = j.hosts_id
JOIN text_value f ON f.text_id = j.from_host_id
JOIN text_value a ON a.text_id = j.app_id
JOIN text_value ug ON ug.text_id = j.user_group_id
JOIN text_value jg ON jg.text_id = j.job_group_id
JOIN text_value sla ON sla.text_id = j.sla_id
JOIN text_value rr ON rr.text_id = j.res_req_id
JOIN text_value er ON er.text_id = j.effective_res_req_id;
