-- +goose Up

-- What somebody said of the procedure is found by who said it. M6
CREATE INDEX cases_author ON cases ((state -> 'taken_by' ->> 'id'), registered_at DESC, number DESC) WHERE kind = 'improvement';
