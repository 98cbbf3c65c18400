-- +goose Up

-- What is counted, without anything personal: it outlives erasure. Made anew from the events. I4, I5
CREATE TABLE facts (
  number     text NOT NULL,
  seq        integer NOT NULL,
  index      integer NOT NULL,
  at         timestamptz NOT NULL,
  name       text NOT NULL,
  key        text NOT NULL DEFAULT '',
  role       text NOT NULL DEFAULT '',
  department text NOT NULL DEFAULT '',
  value      integer NOT NULL DEFAULT 0,
  PRIMARY KEY (number, seq, index)
);

CREATE INDEX facts_at ON facts (at);
-- What was open at a moment is counted from the very beginning.
CREATE INDEX facts_life ON facts (at) WHERE name IN ('registered', 'closed', 'reopened');
