-- Sums may be larger than 64 bits hold.
{reals:daily:wait_seconds turnaround_seconds run_seconds slot_seconds max_wait_seconds min_wait_seconds max_turnaround_seconds min_turnaround_seconds max_run_seconds min_run_seconds max_mem_kb}

-- Records of a time outside 1970 to 9999 (253402300799 is its last second), which earlier versions took in: none, once they were repaired.
CREATE INDEX job_out_of_time ON main.job_record (job_row) WHERE event_time NOT BETWEEN 0 AND 253402300799 OR submit_time NOT BETWEEN 0 AND 253402300799 OR start_time NOT BETWEEN 0 AND 253402300799;
CREATE INDEX event_out_of_time ON main.event_record (event_row) WHERE event_time NOT BETWEEN 0 AND 253402300799;

-- Each job as a row of the roll-up of its own: what is added to daily, what a recount sums up.
{view:job_measure} AS
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

{view:job} AS
SELECT c.name AS cluster, j.job_id, j.array_index, u.value AS "user", q.value AS queue, p.value AS project, s.value AS state,
       j.job_name, j.command, h.value AS hosts, j.slots, j.num_processors,
       j.submit_time, j.start_time, j.event_time,
       CASE WHEN j.submit_time BETWEEN 0 AND 253402300799 THEN {utc:j.submit_time} END AS submitted,
       CASE WHEN j.start_time BETWEEN 1 AND 253402300799 THEN {utc:j.start_time} END AS started,
       CASE WHEN j.event_time BETWEEN 0 AND 253402300799 THEN {utc:j.event_time} END AS ended,
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
