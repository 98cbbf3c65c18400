-- +goose Up

-- The monthly summaries as they were made; one made again is another version. I4
CREATE TABLE summaries (
  community   text NOT NULL,
  month       text NOT NULL, -- 2026-11
  version     integer NOT NULL,
  computed_at timestamptz NOT NULL,
  body        json NOT NULL,
  PRIMARY KEY (community, month, version)
);
