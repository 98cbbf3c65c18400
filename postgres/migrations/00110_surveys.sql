-- Surveys: which households are asked, and what was answered. M1

-- +goose Up

-- The households of a survey, numbered by lot. The links to them are made from these numbers and a key that the
-- database does not have.
CREATE TABLE survey_households (
  number    text NOT NULL,
  household integer NOT NULL,
  room      text NOT NULL,
  building  text NOT NULL, -- empty where too few of its households are asked
  PRIMARY KEY (number, household)
);

CREATE INDEX survey_households_room ON survey_households (number, room);

-- One answer a household. The respondent is a keyed hash of the household: nobody who has the database alone can
-- tell whose answer it is.
CREATE TABLE survey_answers (
  number     text NOT NULL,
  respondent text NOT NULL,
  building   text NOT NULL,
  phone      boolean NOT NULL, -- told to an agent
  replies    jsonb NOT NULL,
  name       text NOT NULL DEFAULT '', -- only if whoever answered gave one
  PRIMARY KEY (number, respondent)
);
