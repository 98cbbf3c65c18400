-- +goose Up

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
