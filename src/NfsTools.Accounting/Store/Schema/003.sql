-- The most bytes of it that were seen, read or not.
ALTER TABLE main.generation ADD COLUMN seen_size BIGINT NOT NULL DEFAULT 0;
-- 1 once its writer had gone on to a newer file and it was read to its end.
ALTER TABLE main.generation ADD COLUMN ended BIGINT NOT NULL DEFAULT 0;
-- Since when it is found nowhere though it had not ended; NULL while it is found, or where nobody misses it.
ALTER TABLE main.generation ADD COLUMN missing_since BIGINT;

-- Of what was read before only the newest of each log is known not to be an archive.
UPDATE main.generation SET seen_size = position,
  ended = CASE WHEN generation_id IN (SELECT max(generation_id) FROM main.generation GROUP BY cluster_id, format, live_path) THEN 0 ELSE 1 END;
