-- +goose Up

CREATE TABLE staff (
  id          text PRIMARY KEY,
  name        text NOT NULL,
  email       text NOT NULL DEFAULT '',
  language    text NOT NULL DEFAULT 'zh-CN',
  roles       text[] NOT NULL DEFAULT '{}',
  communities text[] NOT NULL DEFAULT '{}', -- '*' is every community
  department  text NOT NULL DEFAULT '',
  disabled    boolean NOT NULL DEFAULT false
);

CREATE TABLE tokens (
  id         text PRIMARY KEY,
  staff_id   text NOT NULL REFERENCES staff (id),
  hash       bytea NOT NULL UNIQUE CHECK (length(hash) = 32), -- SHA-256 of the token
  label      text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz
);

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
