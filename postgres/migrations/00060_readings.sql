-- +goose Up

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
