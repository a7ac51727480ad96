-- Times are milliseconds since 1970-01-01 UTC by the clock of the database.

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
