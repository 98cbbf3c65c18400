-- +goose Up

-- What somebody proves with that it is them. A row is there only for who has something to prove with.
CREATE TABLE accounts (
  staff_id         text PRIMARY KEY REFERENCES staff (id),
  password         text NOT NULL DEFAULT '',  -- argon2id; empty: no local password
  must_change      boolean NOT NULL DEFAULT false, -- the password was set by somebody else
  password_expires timestamptz,               -- of a one-time password
  totp_secret      bytea,                     -- sealed with the server's key
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

-- How often something was tried, by a hash of who tried. It outlives a restart.
CREATE TABLE attempts (
  subject       text PRIMARY KEY,
  failures      integer NOT NULL,
  last_at       timestamptz NOT NULL,
  blocked_until timestamptz NOT NULL
);

-- A token may be for reading alone, and for one community alone.
ALTER TABLE tokens ADD COLUMN read_only boolean NOT NULL DEFAULT false;
ALTER TABLE tokens ADD COLUMN community text NOT NULL DEFAULT '';

-- Disabling somebody ends their sessions for good: enabling them again does not bring one back.
-- +goose StatementBegin
CREATE FUNCTION end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM sessions WHERE staff_id = NEW.id;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER staff_disabled AFTER UPDATE OF disabled ON staff
  FOR EACH ROW WHEN (NEW.disabled) EXECUTE FUNCTION end_sessions();
