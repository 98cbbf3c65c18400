-- Erasure of personal data when its time is over: the events keep their hashes, the chain its proof. I5, N2

-- +goose Up

-- What an erased event is verified with: commitments of what is gone, salts of what stayed.
CREATE TABLE event_proofs (
  number text NOT NULL,
  seq    integer NOT NULL,
  proof  jsonb NOT NULL,
  PRIMARY KEY (number, seq)
);

CREATE TABLE erasures (
  number      text PRIMARY KEY,
  at          timestamptz NOT NULL DEFAULT now(),
  by          text NOT NULL,
  reason      text NOT NULL,
  finished_at timestamptz -- since when the engine holds nothing of the case either
);

-- A legal hold keeps a case from being erased until it is lifted.
CREATE TABLE holds (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number      text NOT NULL,
  placed_at   timestamptz NOT NULL DEFAULT now(),
  placed_by   text NOT NULL,
  reason      text NOT NULL,
  lifted_at   timestamptz,
  lifted_by   text NOT NULL DEFAULT '',
  lift_reason text NOT NULL DEFAULT ''
);

CREATE UNIQUE INDEX holds_one ON holds (number) WHERE lifted_at IS NULL;

-- +goose StatementBegin
-- Whether two values differ in nothing but texts that have become empty.
CREATE FUNCTION only_blanked(before jsonb, after jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF before IS NOT DISTINCT FROM after THEN
    RETURN true;
  ELSIF jsonb_typeof(before) IS DISTINCT FROM jsonb_typeof(after) THEN
    RETURN false;
  END IF;
  RETURN CASE jsonb_typeof(before)
    WHEN 'string' THEN after = '""'
    WHEN 'object' THEN NOT EXISTS (
      SELECT FROM jsonb_each(before) AS b FULL JOIN jsonb_each(after) AS a USING (key)
      WHERE b.value IS NULL OR a.value IS NULL OR NOT only_blanked(b.value, a.value))
    WHEN 'array' THEN jsonb_array_length(before) = jsonb_array_length(after) AND NOT EXISTS (
      SELECT FROM generate_series(0, jsonb_array_length(before) - 1) AS i
      WHERE NOT only_blanked(before -> i, after -> i))
    ELSE false
  END;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Events stay append-only. The one change they know is that erase_event empties texts of a case that
-- is being erased; the hash and all that it covers in the open stay.
CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'BH001';
  END IF;
  IF TG_OP = 'UPDATE' AND current_setting('bihuan.erasing', true) = OLD.number || '/' || OLD.seq
    AND (NEW.number, NEW.seq, NEW.kind, NEW.type, NEW.at, NEW.command, NEW.policy, NEW.hash)
      IS NOT DISTINCT FROM (OLD.number, OLD.seq, OLD.kind, OLD.type, OLD.at, OLD.command, OLD.policy, OLD.hash)
    AND NEW."by" - 'name' = OLD."by" - 'name'
    AND only_blanked(OLD."by", NEW."by") AND only_blanked(OLD.data, NEW.data)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'event % of % is recorded and cannot become another: events are append-only', OLD.seq, OLD.number
    USING ERRCODE = 'BH001';
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Empties the personal texts of one event of a case that is being erased, and keeps the proof.
CREATE FUNCTION erase_event(of_number text, of_seq integer, blanked jsonb, kept jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM erasures WHERE number = of_number AND finished_at IS NULL) THEN
    RAISE EXCEPTION 'case % is not being erased', of_number USING ERRCODE = 'BH002';
  ELSIF EXISTS (SELECT FROM holds WHERE number = of_number AND lifted_at IS NULL) THEN
    RAISE EXCEPTION 'case % is on legal hold', of_number USING ERRCODE = 'BH002';
  END IF;
  PERFORM set_config('bihuan.erasing', of_number || '/' || of_seq, true);
  UPDATE events SET data = blanked,
    by = CASE WHEN by ? 'name' THEN by || '{"name": ""}' ELSE by END
  WHERE number = of_number AND seq = of_seq;
  IF kept IS NOT NULL THEN
    INSERT INTO event_proofs (number, seq, proof) VALUES (of_number, of_seq, kept);
  END IF;
  PERFORM set_config('bihuan.erasing', '', true);
END
$$;
-- +goose StatementEnd
