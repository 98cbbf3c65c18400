-- The directory: who lives where, and how they are reached. N4

-- +goose Up

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

ALTER TABLE staff ADD COLUMN phone text NOT NULL DEFAULT '', ADD COLUMN version integer NOT NULL DEFAULT 1;

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

CREATE INDEX cases_phone ON cases (phone_end(phone), registered_at) WHERE phone IS NOT NULL;
CREATE INDEX cases_place ON cases (community, place_letters(building), place_letters(room), registered_at) WHERE room IS NOT NULL;
