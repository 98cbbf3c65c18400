-- Who came in, and who changed what in the directory and in accounts: the names of what changed, never the values. N2

-- +goose Up

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
-- Imports add tens of thousands at once, so what is added there is noted by the statement.
-- +goose StatementBegin
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
CREATE TRIGGER noted AFTER UPDATE OR DELETE ON buildings
  FOR EACH ROW EXECUTE FUNCTION note_change('version', 'key');
CREATE TRIGGER noted AFTER UPDATE OR DELETE ON rooms
  FOR EACH ROW EXECUTE FUNCTION note_change('version', 'key');
CREATE TRIGGER noted AFTER DELETE ON owners
  FOR EACH ROW EXECUTE FUNCTION note_change('version');
CREATE TRIGGER noted_change AFTER UPDATE ON owners
  FOR EACH ROW WHEN ((OLD.name, OLD.language, OLD.community) IS DISTINCT FROM (NEW.name, NEW.language, NEW.community))
  EXECUTE FUNCTION note_change('version');
