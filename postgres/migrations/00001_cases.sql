-- What is read, never what is decided: all of it but the events, the settings and the staff can be made anew.

-- +goose Up

-- +goose StatementBegin
-- One- and two-character pieces, lower-cased: Chinese words are that short, and no extension indexes them.
CREATE FUNCTION grams(t text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT piece), '{}')
  FROM (
    SELECT c, c || lead(c) OVER (ORDER BY place) AS pair
    FROM unnest(string_to_array(lower(t), NULL)) WITH ORDINALITY AS u (c, place)
  ) chars
  CROSS JOIN LATERAL (VALUES (c), (pair)) AS v (piece)
  WHERE piece IS NOT NULL AND piece !~ '\s'
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- The pieces that a text with all of these words must have: pairs, and a single character for a word of one.
CREATE FUNCTION grams_of_words(words text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT piece), '{}')
  FROM unnest(words) AS w (word), unnest(grams(word)) AS g (piece)
  WHERE length(piece) = least(2, length(word))
$$;
-- +goose StatementEnd

-- The settings that cases started with, by what they say: a version may differ between communities. P1
CREATE TABLE policies (
  id      text PRIMARY KEY, -- hex SHA-256 of the settings as they came
  version text NOT NULL,
  body    json NOT NULL,
  at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE events (
  number  text NOT NULL,
  seq     integer NOT NULL CHECK (seq > 0),
  kind    text NOT NULL,
  type    text NOT NULL,
  at      timestamptz NOT NULL,
  by      jsonb NOT NULL,
  command text NOT NULL,
  data    jsonb,
  policy  text, -- the settings that the case keeps, with its first event
  PRIMARY KEY (number, seq)
);

-- +goose StatementBegin
CREATE FUNCTION refuse_event_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'BH001';
  END IF;
  RAISE EXCEPTION 'event % of % is recorded and cannot become another: events are append-only', OLD.seq, OLD.number
    USING ERRCODE = 'BH001';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON events
  FOR EACH ROW EXECUTE FUNCTION refuse_event_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change();

-- One row a case, named as in procedure.Summary. Rows are rewritten in place: only what decides the
-- order and the size of pages is indexed.
CREATE TABLE cases (
  number         text PRIMARY KEY,
  kind           text NOT NULL,
  seq            integer NOT NULL,
  community      text NOT NULL,
  building       text,
  room           text,
  category       text,
  channel        text,
  stage          text NOT NULL,
  nature         text,
  urgency        text,
  outcome        text,
  round          integer NOT NULL DEFAULT 0,
  open           boolean NOT NULL,
  overdue        boolean NOT NULL,
  policy_version text NOT NULL,
  registered_at  timestamptz NOT NULL,
  closed_at      timestamptz,
  next_due       timestamptz,
  name           text,
  phone          text,
  email          text,
  language       text,
  tasks          jsonb,
  deadlines      jsonb,
  escalated      jsonb,
  departments    text[] NOT NULL, -- of the tasks
  state          json             -- without the settings
) WITH (fillfactor = 70);

CREATE INDEX cases_page ON cases (registered_at, number);
CREATE INDEX cases_community ON cases (community, registered_at, number);
CREATE INDEX cases_open ON cases (community, registered_at, number) WHERE open;
CREATE INDEX cases_overdue ON cases (community, registered_at, number) WHERE overdue;

-- The texts stand apart because they hardly ever change and their index is dear to write.
CREATE TABLE case_texts (
  number text PRIMARY KEY,
  text   text NOT NULL,
  grams  text[] NOT NULL GENERATED ALWAYS AS (grams(text)) STORED
);

CREATE INDEX case_texts_grams ON case_texts USING gin (grams);

CREATE TABLE refusals (
  number  text NOT NULL,
  command text NOT NULL,
  name    text NOT NULL,
  by      jsonb NOT NULL,
  at      timestamptz NOT NULL,
  code    text NOT NULL,
  args    jsonb,
  PRIMARY KEY (number, at, command, name, code)
);

CREATE TABLE idempotency_keys (
  key_hash  text PRIMARY KEY,
  number    text NOT NULL,
  body_hash text NOT NULL
);

CREATE TABLE filings (
  number text NOT NULL,
  kind   text NOT NULL CHECK (kind IN ('record', 'history')),
  seq    integer NOT NULL, -- of the event that the filing goes up to; 0 for the history
  body   json NOT NULL,
  at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (number, kind, seq)
);
