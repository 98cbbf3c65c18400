-- +goose Up
-- Each event carries the hash that chains it to the one before it. N2
ALTER TABLE events ADD COLUMN hash text NOT NULL DEFAULT '';

-- A case's secret makes the salts of its commitments; erasing a case's personal data destroys it. N2, I5
CREATE TABLE case_secrets (
  number text PRIMARY KEY,
  secret text NOT NULL
);
