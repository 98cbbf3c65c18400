-- +goose Up

-- Whose turn it was, in the order of the errands that asked: work that a pool's departments have by turn. C1
CREATE TABLE turns (
  errand     text PRIMARY KEY, -- the same question has the same answer however often it is asked
  community  text NOT NULL,
  pool       text NOT NULL,
  department text NOT NULL,
  place      bigint GENERATED ALWAYS AS IDENTITY,
  at         timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX turns_of ON turns (community, pool, department, place DESC);
