-- Since when somebody has accepted that what is missing of it is lost; NULL while nobody has, or while it is found.
ALTER TABLE main.generation ADD COLUMN accepted_at BIGINT;

-- What a log's collector takes for archives beside those with numbers: patterns of names, one a line.
CREATE TABLE main.log_archives (
  cluster_id BIGINT NOT NULL REFERENCES main.cluster,
  format TEXT NOT NULL,
  live_path TEXT NOT NULL,
  patterns TEXT NOT NULL,
  PRIMARY KEY (cluster_id, format, live_path)
){rowless};
