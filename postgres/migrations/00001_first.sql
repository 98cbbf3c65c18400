-- The first tables, by theme: the record, what is read of it, notices, statistics, erasure, staff and logins, the
-- directory, who read and changed what, settings, and what cases share.
--
-- Two roles use them. The owner runs this file. The application's role may read everything, but of the record it may only
-- add: server migrate gives it its rights (postgres/privileges.go) from what stands here. A table with a trigger called
-- append_only can be added to and never changed, whoever asks; what erasure has to change there is changed by functions
-- with the owner's rights (SECURITY DEFINER), each for one purpose and with its own checks. N2, I5

-- +goose Up

-- ---------------------------------------------------------------------------------------------------------------------
-- The record: the settings that a case keeps, its events, its secret. It is only ever added to. N2

-- The settings that cases started with, by what they say: a version may differ between communities. P1
CREATE TABLE policies (
  id      text PRIMARY KEY, -- hex SHA-256 of the settings as they came
  version text NOT NULL,
  body    json NOT NULL,
  at      timestamptz NOT NULL DEFAULT now()
);

-- A case is the fold of its events. Each carries the hash that chains it to the one before it. N2
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
  hash    text NOT NULL,
  PRIMARY KEY (number, seq)
);

-- A case's secret makes the salts of its commitments; erasing a case's personal data destroys it. N2, I5
CREATE TABLE case_secrets (
  number text PRIMARY KEY,
  secret text NOT NULL
);

-- +goose StatementBegin
-- Whether two values differ in nothing but texts that have become empty.
CREATE FUNCTION only_blanked(before jsonb, after jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF before IS NOT DISTINCT FROM after THEN
    RETURN true;
  ELSIF jsonb_typeof(before) IS DISTINCT FROM jsonb_typeof(after) THEN
    RETURN false;
  END IF;
  RETURN CASE jsonb_typeof(before)
    WHEN 'string' THEN after = '""'
    WHEN 'object' THEN NOT EXISTS (
      SELECT FROM jsonb_each(before) AS b FULL JOIN jsonb_each(after) AS a USING (key)
      WHERE b.value IS NULL OR a.value IS NULL OR NOT only_blanked(b.value, a.value))
    WHEN 'array' THEN jsonb_array_length(before) = jsonb_array_length(after) AND NOT EXISTS (
      SELECT FROM generate_series(0, jsonb_array_length(before) - 1) AS i
      WHERE NOT only_blanked(before -> i, after -> i))
    ELSE false
  END;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Events are append-only. The one change they know is that erase_event empties texts of a case that
-- is being erased; the hash and all that it covers in the open stay.
CREATE FUNCTION refuse_event_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'BH001';
  END IF;
  IF TG_OP = 'UPDATE' AND current_setting('bihuan.erasing', true) = OLD.number || '/' || OLD.seq
    AND (NEW.number, NEW.seq, NEW.kind, NEW.type, NEW.at, NEW.command, NEW.policy, NEW.hash)
      IS NOT DISTINCT FROM (OLD.number, OLD.seq, OLD.kind, OLD.type, OLD.at, OLD.command, OLD.policy, OLD.hash)
    AND NEW."by" - 'name' = OLD."by" - 'name'
    AND only_blanked(OLD."by", NEW."by") AND only_blanked(OLD.data, NEW.data)
  THEN
    RETURN NEW;
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

-- +goose StatementBegin
-- Writes a turn's events. One that is there already stays; another in its place is refused: without the
-- right to update there is no ON CONFLICT DO UPDATE to run into the trigger.
CREATE FUNCTION record_events(of_number text, of_kind text, batch jsonb, of_policy text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  written integer;
  other   integer;
BEGIN
  INSERT INTO events (number, seq, kind, type, at, by, command, data, hash, policy)
  SELECT of_number, seq, of_kind, type, at, by, command, data, hash, CASE WHEN seq = 1 THEN of_policy END
  FROM jsonb_to_recordset(batch)
    AS e (seq int, type text, at timestamptz, by jsonb, command text, data jsonb, hash text)
  ORDER BY seq
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written = jsonb_array_length(batch) THEN
    RETURN;
  END IF;
  SELECT e.seq INTO other
  FROM events e
  JOIN jsonb_to_recordset(batch) AS b (seq int, type text, at timestamptz, by jsonb, command text, data jsonb, hash text) USING (seq)
  WHERE e.number = of_number
    AND (e.type, e.at, e.by, e.command, e.data, e.hash) IS DISTINCT FROM (b.type, b.at, b.by, b.command, b.data, b.hash)
  ORDER BY e.seq LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'event % of % is recorded and cannot become another: events are append-only', other, of_number
      USING ERRCODE = 'BH001';
  END IF;
END
$$;
-- +goose StatementEnd

-- Commands that a case did not take.
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

-- Which request made which case. A10
CREATE TABLE idempotency_keys (
  key_hash  text PRIMARY KEY,
  number    text NOT NULL,
  body_hash text NOT NULL -- without a salt, so it goes with the words when the case is erased
);

-- The record of a case as it closed, and the workflow's own history. I2
CREATE TABLE filings (
  number text NOT NULL,
  kind   text NOT NULL CHECK (kind IN ('record', 'history')),
  seq    integer NOT NULL, -- of the event that the filing goes up to; 0 for the history
  body   json NOT NULL,
  at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (number, kind, seq)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- What is read of the record, never what is decided: server rebuild makes it anew from the events.

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

-- +goose StatementBegin
-- The last digits of a number as somebody wrote it. They only narrow the search: Go compares the whole.
CREATE FUNCTION phone_end(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT right(regexp_replace(translate(written, '０１２３４５６７８９', '0123456789'), '[^0-9]', '', 'g'), 8)
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- The plain letters and digits of a building or room as somebody wrote it; they narrow the search too.
CREATE FUNCTION place_letters(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(lower(translate(written, '０１２３４５６７８９', '0123456789')), 'building|room|unit|no\.|[^0-9a-z]', '', 'g')
$$;
-- +goose StatementEnd

-- One row a case, its columns named as in procedure.Summary. Rows are rewritten in place: only what decides the
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
  drill          boolean NOT NULL DEFAULT false, -- outside every figure. M5
  policy_version text NOT NULL,
  registered_at  timestamptz NOT NULL,
  closed_at      timestamptz,
  next_due       timestamptz,
  name           text,
  phone          text,
  email          text,
  language       text,
  tasks          jsonb,           -- of procedure.TaskRow
  deadlines      jsonb,           -- of procedure.DeadlineRow
  escalated      jsonb,           -- of procedure.EscalationRow
  departments    text[] NOT NULL, -- of the tasks
  place          text,
  what           text,
  issue          text,
  announcements  jsonb,           -- of procedure.AnnouncementRow
  template       text,
  planned        boolean NOT NULL DEFAULT false,
  author         text,
  state          text             -- the rules' own, without the settings: no statement may look into it
) WITH (fillfactor = 70);

CREATE INDEX cases_page ON cases (registered_at, number);
CREATE INDEX cases_community ON cases (community, registered_at, number);
CREATE INDEX cases_open ON cases (community, registered_at, number) WHERE open;
CREATE INDEX cases_overdue ON cases (community, registered_at, number) WHERE overdue;
CREATE INDEX cases_phone ON cases (phone_end(phone), registered_at) WHERE phone IS NOT NULL;
CREATE INDEX cases_place ON cases (community, place_letters(building), place_letters(room), registered_at) WHERE room IS NOT NULL;
-- What somebody said of the procedure is found by who said it (M6), what stands on a public page by its community (J3).
CREATE INDEX cases_author ON cases (author, registered_at DESC, number DESC) WHERE author IS NOT NULL;
CREATE INDEX cases_announcing ON cases (community) WHERE announcements IS NOT NULL;

-- The texts stand apart because they hardly ever change and their index is dear to write.
CREATE TABLE case_texts (
  number text PRIMARY KEY,
  text   text NOT NULL,
  grams  text[] NOT NULL GENERATED ALWAYS AS (grams(text)) STORED
);

CREATE INDEX case_texts_grams ON case_texts USING gin (grams);

-- What is counted, without anything personal: it outlives erasure. I4, I5
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

-- The monthly summaries as they were made; one made again is another version. I4
CREATE TABLE summaries (
  community   text NOT NULL,
  month       text NOT NULL, -- 2026-11
  version     integer NOT NULL,
  computed_at timestamptz NOT NULL,
  body        json NOT NULL,
  PRIMARY KEY (community, month, version)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Notices. Q1, Q2

-- One row for each person and channel that a notice goes to.
CREATE TABLE notices (
  id          text PRIMARY KEY, -- number/seq/template/recipient/channel
  number      text NOT NULL,
  seq         integer NOT NULL,
  index       integer NOT NULL,
  template    text NOT NULL,
  args        jsonb NOT NULL DEFAULT '{}',
  urgent      boolean NOT NULL,
  staff_id    text,
  complainant boolean NOT NULL,
  channel     text NOT NULL CHECK (channel IN ('console', 'mail')),
  address     text NOT NULL DEFAULT '',
  language    text NOT NULL,
  status      text NOT NULL CHECK (status IN ('pending', 'sent', 'failed')),
  attempts    integer NOT NULL DEFAULT 0,
  error       text NOT NULL DEFAULT '', -- a code
  created_at  timestamptz NOT NULL DEFAULT now(),
  sent_at     timestamptz,
  read_at     timestamptz
);

CREATE INDEX notices_case ON notices (number, seq, index);
CREATE INDEX notices_pending ON notices (number) WHERE status = 'pending';
CREATE INDEX notices_inbox ON notices (staff_id, created_at, id) WHERE channel = 'console';
CREATE INDEX notices_unread ON notices (staff_id, created_at, id) WHERE channel = 'console' AND read_at IS NULL;

-- ---------------------------------------------------------------------------------------------------------------------
-- What cases share with one another.

-- Whose turn it was, in the order of the effects that asked: work that a pool's departments have by turn. C1
CREATE TABLE turns (
  effect     text PRIMARY KEY, -- the same question has the same answer however often it is asked
  community  text NOT NULL,
  pool       text NOT NULL,
  department text NOT NULL,
  place      bigint GENERATED ALWAYS AS IDENTITY,
  at         timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX turns_of ON turns (community, pool, department, place DESC);

-- The issue of a matter that is open, so that no two are: claimed before it is opened, given back when it ends. J1
CREATE TABLE matters (
  community text NOT NULL,
  category  text NOT NULL,
  number    text NOT NULL, -- of the collective issue
  at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (community, category)
);

CREATE INDEX matters_number ON matters (number);

-- The households of a survey, numbered by lot. The links to them are made from these numbers and a key that the
-- database does not have. M1
CREATE TABLE survey_households (
  number    text NOT NULL,
  household integer NOT NULL,
  room      text NOT NULL,
  building  text NOT NULL, -- empty where too few of its households are asked
  PRIMARY KEY (number, household)
);

CREATE INDEX survey_households_room ON survey_households (number, room);

-- One answer a household. The respondent is a keyed hash of the household: nobody who has the database alone can
-- tell whose answer it is. M1
CREATE TABLE survey_answers (
  number     text NOT NULL,
  respondent text NOT NULL,
  building   text NOT NULL,
  phone      boolean NOT NULL, -- told to an agent
  replies    jsonb NOT NULL,   -- of survey.Reply
  name       text NOT NULL DEFAULT '', -- only if whoever answered gave one
  PRIMARY KEY (number, respondent)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Staff, and what they come in with.

CREATE TABLE staff (
  id          text PRIMARY KEY,
  name        text NOT NULL,
  email       text NOT NULL DEFAULT '',
  phone       text NOT NULL DEFAULT '',
  language    text NOT NULL DEFAULT 'zh-CN',
  roles       text[] NOT NULL DEFAULT '{}',
  communities text[] NOT NULL DEFAULT '{}', -- '*' is every community
  department  text NOT NULL DEFAULT '',
  disabled    boolean NOT NULL DEFAULT false,
  version     integer NOT NULL DEFAULT 1
);

-- +goose StatementBegin
CREATE FUNCTION next_staff_version() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  RETURN NEW;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER next_version BEFORE UPDATE ON staff FOR EACH ROW
  WHEN ((OLD.name, OLD.email, OLD.phone, OLD.language, OLD.roles, OLD.communities, OLD.department, OLD.disabled)
    IS DISTINCT FROM (NEW.name, NEW.email, NEW.phone, NEW.language, NEW.roles, NEW.communities, NEW.department, NEW.disabled))
  EXECUTE FUNCTION next_staff_version();

CREATE TABLE tokens (
  id         text PRIMARY KEY,
  staff_id   text NOT NULL REFERENCES staff (id),
  hash       bytea NOT NULL UNIQUE CHECK (length(hash) = 32), -- SHA-256 of the token
  label      text NOT NULL DEFAULT '',
  read_only  boolean NOT NULL DEFAULT false,
  community  text NOT NULL DEFAULT '', -- the only one; empty: all of the person's
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz
);

-- What somebody proves with that it is them. A row is there only for who has something to prove with.
CREATE TABLE accounts (
  staff_id         text PRIMARY KEY REFERENCES staff (id),
  password         text NOT NULL DEFAULT '',  -- argon2id; empty: no local password
  must_change      boolean NOT NULL DEFAULT false, -- the password was set by somebody else
  password_expires timestamptz,               -- of a one-time password
  totp_secret      bytea,                     -- encrypted with the server's key
  totp_pending     bytea,                     -- shown, and not proved yet
  totp_step        bigint NOT NULL DEFAULT 0, -- the last step used: a code opens once
  recovery         bytea[] NOT NULL DEFAULT '{}' -- SHA-256 of what is left of the recovery codes
);

-- Who somebody is at the OpenID Connect provider, bound at their first login.
CREATE TABLE identities (
  issuer   text NOT NULL,
  subject  text NOT NULL,
  staff_id text NOT NULL REFERENCES staff (id),
  managed  boolean NOT NULL DEFAULT false, -- roles come from the provider
  PRIMARY KEY (issuer, subject)
);

CREATE TABLE sessions (
  id         text PRIMARY KEY,
  hash       bytea NOT NULL UNIQUE CHECK (length(hash) = 32), -- SHA-256 of the cookie
  staff_id   text NOT NULL REFERENCES staff (id),
  method     text NOT NULL CHECK (method IN ('password', 'oidc')),
  second     boolean NOT NULL, -- a second factor was proved
  agent      text NOT NULL DEFAULT '', -- the browser, as it calls itself
  created_at timestamptz NOT NULL,
  seen_at    timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE INDEX sessions_staff ON sessions (staff_id);

-- +goose StatementBegin
-- Disabling somebody ends their sessions for good: enabling them again does not bring one back.
CREATE FUNCTION end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM sessions WHERE staff_id = NEW.id;
  RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER staff_disabled AFTER UPDATE OF disabled ON staff
  FOR EACH ROW WHEN (NEW.disabled) EXECUTE FUNCTION end_sessions();

-- How often something was tried, by a hash of who tried. It outlives a restart.
CREATE TABLE attempts (
  subject       text PRIMARY KEY,
  failures      integer NOT NULL,
  last_at       timestamptz NOT NULL,
  blocked_until timestamptz NOT NULL
);

-- ---------------------------------------------------------------------------------------------------------------------
-- The directory: who lives where, and how they are reached. N4

CREATE TABLE buildings (
  id        text PRIMARY KEY,
  community text NOT NULL,
  name      text NOT NULL,
  key       text NOT NULL, -- directory.PlaceKey of the name
  version   integer NOT NULL DEFAULT 1,
  UNIQUE (community, key)
);

CREATE TABLE rooms (
  id       text PRIMARY KEY,
  building text NOT NULL REFERENCES buildings (id),
  name     text NOT NULL,
  key      text NOT NULL,
  version  integer NOT NULL DEFAULT 1,
  UNIQUE (building, key)
);

CREATE TABLE owners (
  id        text PRIMARY KEY,
  community text NOT NULL,
  name      text NOT NULL,
  language  text NOT NULL,
  version   integer NOT NULL DEFAULT 1
);

CREATE INDEX owners_page ON owners (community, name, id);

CREATE TABLE contacts (
  owner     text NOT NULL REFERENCES owners (id) ON DELETE CASCADE,
  place     integer NOT NULL, -- in the owner's list
  community text NOT NULL,
  kind      text NOT NULL CHECK (kind IN ('phone', 'email', 'wechat')),
  value     text NOT NULL,
  preferred boolean NOT NULL,
  PRIMARY KEY (owner, kind, value)
);

-- A number finds one person of a community.
CREATE UNIQUE INDEX contacts_phone ON contacts (value, community) WHERE kind = 'phone';
CREATE UNIQUE INDEX contacts_preferred ON contacts (owner) WHERE preferred;

CREATE TABLE homes (
  owner     text NOT NULL REFERENCES owners (id) ON DELETE CASCADE,
  place     integer NOT NULL,
  room      text NOT NULL REFERENCES rooms (id),
  kind      text NOT NULL CHECK (kind IN ('owner', 'tenant')),
  moved_in  date,
  moved_out date,
  PRIMARY KEY (owner, room)
);

CREATE INDEX homes_room ON homes (room);

-- ---------------------------------------------------------------------------------------------------------------------
-- Every version of the settings, whole: who changed what, when, why, and what it was. P1

CREATE TABLE settings_versions (
  version  integer PRIMARY KEY CHECK (version > 0),
  at       timestamptz NOT NULL,
  staff    text NOT NULL,
  role     text NOT NULL,
  why      text NOT NULL,
  changes  json NOT NULL, -- by path, against the version before
  document json NOT NULL
);

-- +goose StatementBegin
CREATE FUNCTION refuse_settings_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'versions of the settings are append-only' USING ERRCODE = 'BH001';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON settings_versions
  FOR EACH ROW EXECUTE FUNCTION refuse_settings_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON settings_versions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_settings_change();

-- ---------------------------------------------------------------------------------------------------------------------
-- Who read what, as far as reading is remembered (procedure/people). N2

CREATE TABLE readings (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL,
  staff       text NOT NULL,
  role        text NOT NULL,
  what        text NOT NULL,   -- the name of the view
  numbers     text[] NOT NULL, -- of the cases that were shown, where it was about single ones
  communities text[] NOT NULL, -- of the cases, or everything that the reader could see
  reason      text NOT NULL,
  contacts    text NOT NULL    -- how the complainant's contacts were shown
);

CREATE INDEX readings_numbers ON readings USING gin (numbers);
CREATE INDEX readings_staff ON readings (staff, id);

-- +goose StatementBegin
-- Erasing a case takes away the reasons that people wrote; nothing else ever changes. I5
CREATE FUNCTION refuse_reading_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    OLD.reason := '';
    IF OLD IS NOT DISTINCT FROM NEW THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'readings are append-only' USING ERRCODE = 'BH001';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON readings
  FOR EACH ROW EXECUTE FUNCTION refuse_reading_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON readings
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_reading_change();

-- ---------------------------------------------------------------------------------------------------------------------
-- Who came in, and who changed what in the directory and in accounts: the names of what changed, never the values. N2

CREATE TABLE access_log (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  by          text NOT NULL,   -- staff; empty where nobody is known
  via         text NOT NULL,   -- session, token, password, provider, command_line, program; database: past the program
  what        text NOT NULL,   -- log_in, second_factor, log_out, end_sessions, add, change, remove
  entity      text NOT NULL DEFAULT '', -- the table that was changed
  entity_id   text NOT NULL DEFAULT '',
  staff       text NOT NULL DEFAULT '', -- whom it is about
  fields      text[] NOT NULL DEFAULT '{}',
  refused     text NOT NULL DEFAULT '', -- the code of the refusal; empty: it was done
  address     text NOT NULL DEFAULT '', -- of the network, where somebody came in
  communities text[] NOT NULL -- whose it is to know
);

CREATE INDEX access_log_by ON access_log (by, id);
CREATE INDEX access_log_staff ON access_log (staff, id);
CREATE INDEX access_log_at ON access_log (at);

-- +goose StatementBegin
-- Nothing changes. What is old goes with the records of its time; the last half year's is nobody's to delete.
CREATE FUNCTION refuse_access_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < now() - interval '6 months' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the access log is append-only' USING ERRCODE = 'BH001';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON access_log
  FOR EACH ROW EXECUTE FUNCTION refuse_access_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON access_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_access_change();

-- +goose StatementBegin
-- Deletes lines of before a moment, some at a time: the application's role itself cannot delete any. I5
CREATE FUNCTION prune_access(before timestamptz, most integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS (
    DELETE FROM access_log WHERE id IN (
      SELECT id FROM access_log WHERE at < least(before, now() - interval '6 months') ORDER BY at LIMIT most)
    RETURNING 1
  ) SELECT count(*) FROM gone
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- The names of the fields in which two rows differ; no value and an empty one are the same.
CREATE FUNCTION changed_fields(before jsonb, after jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(key ORDER BY key), '{}')
  FROM (SELECT * FROM jsonb_each(after) WHERE value NOT IN ('null', '""', '[]', 'false')) AS a
    FULL JOIN (SELECT * FROM jsonb_each(before) WHERE value NOT IN ('null', '""', '[]', 'false')) AS b USING (key)
  WHERE a.value IS DISTINCT FROM b.value
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Notes a change with whoever the program says makes it. Its arguments are the fields that tell nothing.
CREATE FUNCTION note_change() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) ELSE '{}' END;
  after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) ELSE '{}' END;
  one jsonb := before || after;
  untold text[] := coalesce(TG_ARGV, '{}') || '{id,staff_id}'::text[];
  fields text[] := changed_fields(before - untold, after - untold);
  whose text := CASE TG_TABLE_NAME WHEN 'staff' THEN one ->> 'id' ELSE coalesce(one ->> 'staff_id', '') END;
  place text[] := CASE
    WHEN one ? 'community' AND TG_TABLE_NAME <> 'tokens' THEN ARRAY[one ->> 'community']
    WHEN one ? 'building' THEN (SELECT ARRAY[b.community] FROM buildings b WHERE b.id = one ->> 'building')
    WHEN TG_TABLE_NAME = 'staff' THEN ARRAY(SELECT DISTINCT c FROM
      (SELECT jsonb_array_elements_text(coalesce(before -> 'communities', '[]') || coalesce(after -> 'communities', '[]')) AS c) AS both_times)
    ELSE (SELECT s.communities FROM staff s WHERE s.id = whose) END;
BEGIN
  IF fields <> '{}' THEN
    INSERT INTO access_log (by, via, what, entity, entity_id, staff, fields, communities)
    VALUES (coalesce(current_setting('bihuan.by', true), ''), coalesce(nullif(current_setting('bihuan.via', true), ''), 'database'),
      CASE TG_OP WHEN 'INSERT' THEN 'add' WHEN 'UPDATE' THEN 'change' ELSE 'remove' END,
      TG_TABLE_NAME, coalesce(one ->> 'id', whose), whose, CASE TG_OP WHEN 'DELETE' THEN '{}' ELSE fields END, coalesce(place, '{}'));
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON staff
  FOR EACH ROW EXECUTE FUNCTION note_change('version');
CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON accounts
  FOR EACH ROW EXECUTE FUNCTION note_change('password_expires', 'totp_pending', 'totp_step');
CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON identities
  FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON tokens
  FOR EACH ROW EXECUTE FUNCTION note_change('hash', 'created_at');
CREATE TRIGGER noted AFTER UPDATE OR DELETE ON buildings
  FOR EACH ROW EXECUTE FUNCTION note_change('version', 'key');
CREATE TRIGGER noted AFTER UPDATE OR DELETE ON rooms
  FOR EACH ROW EXECUTE FUNCTION note_change('version', 'key');
CREATE TRIGGER noted AFTER DELETE ON owners
  FOR EACH ROW EXECUTE FUNCTION note_change('version');
CREATE TRIGGER noted_change AFTER UPDATE ON owners
  FOR EACH ROW WHEN ((OLD.name, OLD.language, OLD.community) IS DISTINCT FROM (NEW.name, NEW.language, NEW.community))
  EXECUTE FUNCTION note_change('version');

-- +goose StatementBegin
-- Imports add tens of thousands at once, so what is added to the directory is noted by the statement.
CREATE FUNCTION note_added() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO access_log (by, via, what, entity, entity_id, communities)
  SELECT coalesce(current_setting('bihuan.by', true), ''), coalesce(nullif(current_setting('bihuan.via', true), ''), 'database'),
    'add', TG_TABLE_NAME, a.id,
    ARRAY[coalesce(to_jsonb(a) ->> 'community', (SELECT b.community FROM buildings b WHERE b.id = to_jsonb(a) ->> 'building'))]
  FROM added AS a;
  RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER noted_added AFTER INSERT ON buildings REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION note_added();
CREATE TRIGGER noted_added AFTER INSERT ON rooms REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION note_added();
CREATE TRIGGER noted_added AFTER INSERT ON owners REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION note_added();

-- ---------------------------------------------------------------------------------------------------------------------
-- Erasure of personal data when its time is over: the events keep their hashes, the chain its proof. I5, N2

-- What an erased event is verified with: commitments of what is gone, salts of what stayed.
CREATE TABLE event_proofs (
  number text NOT NULL,
  seq    integer NOT NULL,
  proof  jsonb NOT NULL,
  PRIMARY KEY (number, seq)
);

CREATE TABLE erasures (
  number      text PRIMARY KEY,
  at          timestamptz NOT NULL DEFAULT now(),
  by          text NOT NULL,
  reason      text NOT NULL,
  finished_at timestamptz -- since when the engine holds nothing of the case either
);

-- A legal hold keeps a case from being erased until it is lifted.
CREATE TABLE holds (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number      text NOT NULL,
  placed_at   timestamptz NOT NULL DEFAULT now(),
  placed_by   text NOT NULL,
  reason      text NOT NULL,
  lifted_at   timestamptz,
  lifted_by   text NOT NULL DEFAULT '',
  lift_reason text NOT NULL DEFAULT ''
);

CREATE UNIQUE INDEX holds_one ON holds (number) WHERE lifted_at IS NULL;

-- +goose StatementBegin
-- Says no unless a case is being erased: archived by its own events, marked for it, and not on hold.
CREATE FUNCTION require_erasing(of_number text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM erasures WHERE number = of_number AND finished_at IS NULL) THEN
    RAISE EXCEPTION 'case % is not being erased', of_number USING ERRCODE = 'BH002';
  ELSIF NOT EXISTS (SELECT FROM events WHERE number = of_number AND type = 'archived') THEN
    RAISE EXCEPTION 'case % is not archived', of_number USING ERRCODE = 'BH002';
  ELSIF EXISTS (SELECT FROM holds WHERE number = of_number AND lifted_at IS NULL) THEN
    RAISE EXCEPTION 'case % is on legal hold', of_number USING ERRCODE = 'BH002';
  END IF;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Empties the personal texts of one event of a case that is being erased, and keeps the proof.
CREATE FUNCTION erase_event(of_number text, of_seq integer, blanked jsonb, kept jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM require_erasing(of_number);
  PERFORM set_config('bihuan.erasing', of_number || '/' || of_seq, true);
  UPDATE events SET data = blanked,
    by = CASE WHEN by ? 'name' THEN by || '{"name": ""}' ELSE by END
  WHERE number = of_number AND seq = of_seq;
  INSERT INTO event_proofs (number, seq, proof) VALUES (of_number, of_seq, kept);
  PERFORM set_config('bihuan.erasing', '', true);
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Empties what people wrote beside the events of a case that is being erased, and destroys its secret:
-- nobody can guess at what is gone. The hash of what the case was registered with has no salt, so it goes
-- too; its key stays, so that it makes no second case. A10
CREATE FUNCTION erase_beside_events(of_number text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM require_erasing(of_number);
  UPDATE refusals SET by = CASE WHEN by ? 'name' THEN by || '{"name": ""}' ELSE by END,
    args = coalesce((SELECT jsonb_object_agg(key, ''::text) FROM jsonb_each(args)), args)
  WHERE number = of_number;
  UPDATE readings SET reason = '' WHERE numbers @> ARRAY[of_number] AND reason <> '';
  UPDATE holds SET reason = '', lift_reason = '' WHERE number = of_number;
  UPDATE idempotency_keys SET body_hash = '' WHERE number = of_number;
  DELETE FROM case_secrets WHERE number = of_number;
END
$$;
-- +goose StatementEnd

-- +goose Down

-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'the first tables hold the record and are not taken away'; END $$;
-- +goose StatementEnd
