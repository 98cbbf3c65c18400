-- +goose Up

-- The issue of a matter that is open, so that no two are: claimed before it is opened, given back when it ends. J1
CREATE TABLE matters (
  community text NOT NULL,
  category  text NOT NULL,
  number    text NOT NULL, -- of the collective issue
  at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (community, category)
);
CREATE INDEX matters_number ON matters (number);
