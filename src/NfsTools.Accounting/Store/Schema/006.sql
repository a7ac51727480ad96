-- Why an archive of a log cannot be read now, e.g. damaged; NULL where all can.
ALTER TABLE main.log_archives ADD COLUMN unreadable TEXT;
