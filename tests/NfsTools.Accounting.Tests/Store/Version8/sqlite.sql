CREATE TABLE schema_migration (version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL);

CREATE TABLE rebuild (
  times BIGINT NOT NULL,
  -- In a store that is being made to take another one's place: by which program.
  maker TEXT
);

CREATE TABLE schema_object (
  name TEXT PRIMARY KEY,
  definition TEXT NOT NULL
);

CREATE TABLE cluster (
  cluster_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

CREATE TABLE text_value (
  text_id INTEGER PRIMARY KEY,
  value TEXT NOT NULL UNIQUE
);

CREATE TABLE hosts_member (
  hosts_id BIGINT NOT NULL,
  host_id BIGINT NOT NULL,
  slots BIGINT NOT NULL,
  PRIMARY KEY (hosts_id, host_id)
) WITHOUT ROWID;

CREATE TABLE generation (
  generation_id INTEGER PRIMARY KEY,
  cluster_id BIGINT NOT NULL REFERENCES cluster,
  format TEXT NOT NULL,
  live_path TEXT NOT NULL,
  path TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  -- Counts the generations that begin with the same record.
  variant BIGINT NOT NULL,
  position BIGINT NOT NULL,
  tail_hash TEXT NOT NULL,
  tail_length BIGINT NOT NULL,
  -- XXH3 of the cluster's name and the columns from format to tail_length but for path: they are in no byte of the log.
  seal BIGINT NOT NULL,
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

CREATE TABLE segment (
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL,
  -- XXH3 of the bytes as they stood in the log.
  checksum BIGINT NOT NULL,
  -- Compressed (Brotli); as they are where they are as long as in the log.
  bytes BLOB NOT NULL,
  PRIMARY KEY (generation_id, "offset")
);

CREATE TABLE job_record (
  job_row INTEGER PRIMARY KEY,
  cluster_id BIGINT NOT NULL,
  job_id BIGINT NOT NULL,
  array_index BIGINT NOT NULL,
  user_id BIGINT,
  queue_id BIGINT,
  project_id BIGINT,
  state_id BIGINT NOT NULL,
  job_name TEXT,
  command TEXT,
  hosts_id BIGINT,
  slots BIGINT NOT NULL,
  num_processors BIGINT,
  submit_time BIGINT NOT NULL,
  start_time BIGINT,
  end_time BIGINT NOT NULL,
  exit_status BIGINT,
  exit_info BIGINT,
  user_cpu_seconds DOUBLE PRECISION,
  system_cpu_seconds DOUBLE PRECISION,
  max_mem_kb BIGINT,
  max_swap_kb BIGINT,
  avg_mem_kb BIGINT,
  run_limit_seconds BIGINT,
  from_host_id BIGINT,
  cwd TEXT,
  app_id BIGINT,
  user_group_id BIGINT,
  job_group_id BIGINT,
  sla_id BIGINT,
  res_req_id BIGINT,
  effective_res_req_id BIGINT,
  depend_cond TEXT,
  uid BIGINT,
  group_id BIGINT,
  qos_id BIGINT,
  reservation_id BIGINT,
  fair_share_path_id BIGINT,
  license_project_id BIGINT,
  scheduler_state_id BIGINT,
  exit_reason_id BIGINT,
  exit_code BIGINT,
  signal BIGINT,
  eligible_time BIGINT,
  requeue_time BIGINT,
  forward_time BIGINT,
  ineligible_seconds BIGINT,
  suspended_seconds BIGINT,
  nodes BIGINT,
  cpus BIGINT,
  gpus BIGINT,
  requested_mem_kb BIGINT,
  energy_joules DOUBLE PRECISION,
  host_factor DOUBLE PRECISION,
  src_cluster_id BIGINT,
  src_job_id BIGINT,
  dst_cluster_id BIGINT,
  dst_job_id BIGINT,
  record_type_id BIGINT NOT NULL,
  content_hash BIGINT NOT NULL,
  -- Where the record stands.
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL
);

CREATE UNIQUE INDEX job_key ON job_record (job_id, submit_time, end_time, array_index, cluster_id);

CREATE INDEX job_by_time ON job_record (end_time);

CREATE TABLE event_record (
  event_row INTEGER PRIMARY KEY,
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

CREATE TABLE reject (
  reject_id INTEGER PRIMARY KEY,
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL,
  bytes BLOB NOT NULL,
  reason TEXT NOT NULL,
  reader_version BIGINT NOT NULL,
  rejected_at BIGINT NOT NULL
);

CREATE TABLE duplicate (
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL
);

CREATE TABLE filler (
  generation_id BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  length BIGINT NOT NULL
);

CREATE TABLE zone (
  name TEXT NOT NULL
);

CREATE TABLE zone_offset (
  since BIGINT PRIMARY KEY,
  shift BIGINT NOT NULL
);

CREATE TABLE daily (
  cluster_id BIGINT NOT NULL,
  day BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  user_group_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  queue_id BIGINT NOT NULL,
  qos_id BIGINT NOT NULL,
  state_id BIGINT NOT NULL,
  jobs DOUBLE PRECISION NOT NULL,
  done DOUBLE PRECISION NOT NULL,
  cpu_seconds DOUBLE PRECISION NOT NULL,
  max_cpu_seconds DOUBLE PRECISION,
  min_cpu_seconds DOUBLE PRECISION,
  wait_seconds DOUBLE PRECISION NOT NULL,
  max_wait_seconds DOUBLE PRECISION,
  min_wait_seconds DOUBLE PRECISION,
  turnaround_seconds DOUBLE PRECISION NOT NULL,
  max_turnaround_seconds DOUBLE PRECISION,
  min_turnaround_seconds DOUBLE PRECISION,
  run_seconds DOUBLE PRECISION NOT NULL,
  max_run_seconds DOUBLE PRECISION,
  min_run_seconds DOUBLE PRECISION,
  slot_seconds DOUBLE PRECISION NOT NULL,
  hog_factor DOUBLE PRECISION NOT NULL,
  max_hog_factor DOUBLE PRECISION,
  min_hog_factor DOUBLE PRECISION,
  expansion_factor DOUBLE PRECISION NOT NULL,
  max_expansion_factor DOUBLE PRECISION,
  min_expansion_factor DOUBLE PRECISION,
  max_mem_kb DOUBLE PRECISION,
  submitted_jobs DOUBLE PRECISION NOT NULL,
  started_jobs DOUBLE PRECISION NOT NULL,
  carried_jobs DOUBLE PRECISION NOT NULL,
  used_wall_seconds DOUBLE PRECISION NOT NULL,
  used_slot_seconds DOUBLE PRECISION NOT NULL,
  used_core_seconds DOUBLE PRECISION NOT NULL,
  used_node_seconds DOUBLE PRECISION NOT NULL,
  used_gpu_seconds DOUBLE PRECISION NOT NULL,
  used_mem_kb_seconds DOUBLE PRECISION NOT NULL,
  earlier_seconds DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (cluster_id, day, user_id, user_group_id, project_id, queue_id, qos_id, state_id)
) WITHOUT ROWID;

CREATE VIEW job_measure AS
SELECT job_row, cluster_id, end_time, coalesce(user_id, 0) AS user_id, coalesce(queue_id, 0) AS queue_id, coalesce(project_id, 0) AS project_id, coalesce(state_id, 0) AS state_id, coalesce(hosts_id, 0) AS hosts_id, coalesce(from_host_id, 0) AS from_host_id, coalesce(app_id, 0) AS app_id, coalesce(user_group_id, 0) AS user_group_id, coalesce(job_group_id, 0) AS job_group_id, coalesce(sla_id, 0) AS sla_id, coalesce(res_req_id, 0) AS res_req_id, coalesce(effective_res_req_id, 0) AS effective_res_req_id, coalesce(group_id, 0) AS group_id, coalesce(qos_id, 0) AS qos_id, coalesce(reservation_id, 0) AS reservation_id, coalesce(fair_share_path_id, 0) AS fair_share_path_id, coalesce(license_project_id, 0) AS license_project_id, coalesce(scheduler_state_id, 0) AS scheduler_state_id, coalesce(exit_reason_id, 0) AS exit_reason_id, coalesce(src_cluster_id, 0) AS src_cluster_id, coalesce(dst_cluster_id, 0) AS dst_cluster_id, coalesce(record_type_id, 0) AS record_type_id, job_name, command, exit_status, exit_info, cwd, depend_cond, uid, exit_code, signal, job_id, slots, (end_time + 0 + 86400) / 86400 - 1 AS day,
  1 AS jobs,
  CASE WHEN state_id = (SELECT text_id FROM text_value WHERE value = 'DONE') THEN 1 ELSE 0 END AS done,
  coalesce(user_cpu_seconds, 0) + coalesce(system_cpu_seconds, 0) AS cpu_seconds,
  coalesce(user_cpu_seconds, 0) + coalesce(system_cpu_seconds, 0) AS max_cpu_seconds,
  coalesce(user_cpu_seconds, 0) + coalesce(system_cpu_seconds, 0) AS min_cpu_seconds,
  max(coalesce(start_time, end_time) - submit_time, 0) AS wait_seconds,
  max(coalesce(start_time, end_time) - submit_time, 0) AS max_wait_seconds,
  max(coalesce(start_time, end_time) - submit_time, 0) AS min_wait_seconds,
  max(end_time - submit_time, 0) AS turnaround_seconds,
  max(end_time - submit_time, 0) AS max_turnaround_seconds,
  max(end_time - submit_time, 0) AS min_turnaround_seconds,
  max(end_time - coalesce(start_time, end_time), 0) AS run_seconds,
  max(end_time - coalesce(start_time, end_time), 0) AS max_run_seconds,
  max(end_time - coalesce(start_time, end_time), 0) AS min_run_seconds,
  CAST(slots AS DOUBLE PRECISION) * max(end_time - coalesce(start_time, end_time), 0) AS slot_seconds,
  CASE WHEN end_time > submit_time THEN (coalesce(user_cpu_seconds, 0) + coalesce(system_cpu_seconds, 0)) / (end_time - submit_time) ELSE 0 END AS hog_factor,
  CASE WHEN end_time > submit_time THEN (coalesce(user_cpu_seconds, 0) + coalesce(system_cpu_seconds, 0)) / (end_time - submit_time) ELSE 0 END AS max_hog_factor,
  CASE WHEN end_time > submit_time THEN (coalesce(user_cpu_seconds, 0) + coalesce(system_cpu_seconds, 0)) / (end_time - submit_time) ELSE 0 END AS min_hog_factor,
  CAST(max(end_time - submit_time, 0) AS DOUBLE PRECISION) / max(end_time - coalesce(start_time, end_time), 1) AS expansion_factor,
  CAST(max(end_time - submit_time, 0) AS DOUBLE PRECISION) / max(end_time - coalesce(start_time, end_time), 1) AS max_expansion_factor,
  CAST(max(end_time - submit_time, 0) AS DOUBLE PRECISION) / max(end_time - coalesce(start_time, end_time), 1) AS min_expansion_factor,
  coalesce(max_mem_kb, 0) AS max_mem_kb
FROM job_record;

CREATE VIEW job AS
SELECT c.name AS cluster,
j.job_id AS "job_id",
j.array_index AS "array_index",
t_user.value AS "user",
t_queue.value AS "queue",
t_project.value AS "project",
t_state.value AS "state",
j.job_name AS "job_name",
j.command AS "command",
t_hosts.value AS "hosts",
j.slots AS "slots",
j.num_processors AS "num_processors",
j.submit_time AS "submit_time",
j.start_time AS "start_time",
j.end_time AS "end_time",
j.exit_status AS "exit_status",
j.exit_info AS "exit_info",
coalesce(user_cpu_seconds, 0) + coalesce(system_cpu_seconds, 0) AS "cpu_seconds",
max(coalesce(start_time, end_time) - submit_time, 0) AS "wait_seconds",
max(end_time - submit_time, 0) AS "turnaround_seconds",
max(end_time - coalesce(start_time, end_time), 0) AS "run_seconds",
CAST(slots AS DOUBLE PRECISION) * max(end_time - coalesce(start_time, end_time), 0) AS "slot_seconds",
CASE WHEN end_time > submit_time THEN (coalesce(user_cpu_seconds, 0) + coalesce(system_cpu_seconds, 0)) / (end_time - submit_time) ELSE 0 END AS "hog_factor",
CAST(max(end_time - submit_time, 0) AS DOUBLE PRECISION) / max(end_time - coalesce(start_time, end_time), 1) AS "expansion_factor",
j.user_cpu_seconds AS "user_cpu_seconds",
j.system_cpu_seconds AS "system_cpu_seconds",
j.max_mem_kb AS "max_mem_kb",
j.max_swap_kb AS "max_swap_kb",
j.avg_mem_kb AS "avg_mem_kb",
j.run_limit_seconds AS "run_limit_seconds",
t_from_host.value AS "from_host",
j.cwd AS "cwd",
t_app.value AS "app",
t_user_group.value AS "user_group",
t_job_group.value AS "job_group",
t_sla.value AS "sla",
t_res_req.value AS "res_req",
t_effective_res_req.value AS "effective_res_req",
j.depend_cond AS "depend_cond",
j.uid AS "uid",
t_group.value AS "group",
t_qos.value AS "qos",
t_reservation.value AS "reservation",
t_fair_share_path.value AS "fair_share_path",
t_license_project.value AS "license_project",
t_scheduler_state.value AS "scheduler_state",
t_exit_reason.value AS "exit_reason",
j.exit_code AS "exit_code",
j.signal AS "signal",
j.eligible_time AS "eligible_time",
j.requeue_time AS "requeue_time",
j.forward_time AS "forward_time",
j.ineligible_seconds AS "ineligible_seconds",
j.suspended_seconds AS "suspended_seconds",
j.nodes AS "nodes",
j.cpus AS "cpus",
j.gpus AS "gpus",
j.requested_mem_kb AS "requested_mem_kb",
j.energy_joules AS "energy_joules",
j.host_factor AS "host_factor",
t_src_cluster.value AS "src_cluster",
j.src_job_id AS "src_job_id",
t_dst_cluster.value AS "dst_cluster",
j.dst_job_id AS "dst_job_id",
t_record_type.value AS "record_type",
CASE WHEN submit_time >= 0 THEN datetime(submit_time, 'unixepoch') END AS "submit_time_utc",
CASE WHEN start_time >= 0 THEN datetime(start_time, 'unixepoch') END AS "start_time_utc",
CASE WHEN end_time >= 0 THEN datetime(end_time, 'unixepoch') END AS "end_time_utc",
CASE WHEN eligible_time >= 0 THEN datetime(eligible_time, 'unixepoch') END AS "eligible_time_utc",
CASE WHEN requeue_time >= 0 THEN datetime(requeue_time, 'unixepoch') END AS "requeue_time_utc",
CASE WHEN forward_time >= 0 THEN datetime(forward_time, 'unixepoch') END AS "forward_time_utc",
j.generation_id,
j."offset",
j.length,
j.job_row,
j.content_hash
FROM job_record j LEFT JOIN cluster c ON c.cluster_id = j.cluster_id LEFT JOIN generation g ON g.generation_id = j.generation_id LEFT JOIN text_value t_user ON t_user.text_id = j.user_id LEFT JOIN text_value t_queue ON t_queue.text_id = j.queue_id LEFT JOIN text_value t_project ON t_project.text_id = j.project_id LEFT JOIN text_value t_state ON t_state.text_id = j.state_id LEFT JOIN text_value t_hosts ON t_hosts.text_id = j.hosts_id LEFT JOIN text_value t_from_host ON t_from_host.text_id = j.from_host_id LEFT JOIN text_value t_app ON t_app.text_id = j.app_id LEFT JOIN text_value t_user_group ON t_user_group.text_id = j.user_group_id LEFT JOIN text_value t_job_group ON t_job_group.text_id = j.job_group_id LEFT JOIN text_value t_sla ON t_sla.text_id = j.sla_id LEFT JOIN text_value t_res_req ON t_res_req.text_id = j.res_req_id LEFT JOIN text_value t_effective_res_req ON t_effective_res_req.text_id = j.effective_res_req_id LEFT JOIN text_value t_group ON t_group.text_id = j.group_id LEFT JOIN text_value t_qos ON t_qos.text_id = j.qos_id LEFT JOIN text_value t_reservation ON t_reservation.text_id = j.reservation_id LEFT JOIN text_value t_fair_share_path ON t_fair_share_path.text_id = j.fair_share_path_id LEFT JOIN text_value t_license_project ON t_license_project.text_id = j.license_project_id LEFT JOIN text_value t_scheduler_state ON t_scheduler_state.text_id = j.scheduler_state_id LEFT JOIN text_value t_exit_reason ON t_exit_reason.text_id = j.exit_reason_id LEFT JOIN text_value t_src_cluster ON t_src_cluster.text_id = j.src_cluster_id LEFT JOIN text_value t_dst_cluster ON t_dst_cluster.text_id = j.dst_cluster_id LEFT JOIN text_value t_record_type ON t_record_type.text_id = j.record_type_id;

CREATE VIEW span AS
SELECT generation_id, "offset", length, 'record' AS kind FROM job_record
UNION ALL SELECT generation_id, "offset", length, 'record' FROM event_record
UNION ALL SELECT generation_id, "offset", length, 'record' FROM duplicate
UNION ALL SELECT generation_id, "offset", length, 'reject' FROM reject
UNION ALL SELECT generation_id, "offset", length, 'filler' FROM filler;

CREATE TABLE log_archives (
  cluster_id BIGINT NOT NULL REFERENCES cluster,
  format TEXT NOT NULL,
  live_path TEXT NOT NULL,
  patterns TEXT NOT NULL,
  -- Why an archive of a log cannot be read now, e.g. damaged; NULL where all can.
  unreadable TEXT,
  PRIMARY KEY (cluster_id, format, live_path)
) WITHOUT ROWID;

CREATE TABLE lease (
  cluster_id BIGINT PRIMARY KEY REFERENCES cluster,
  epoch BIGINT NOT NULL,
  -- A node's instance; NULL when the lease was given back.
  holder TEXT,
  since BIGINT NOT NULL,
  expires BIGINT NOT NULL
);

CREATE TABLE node (
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
