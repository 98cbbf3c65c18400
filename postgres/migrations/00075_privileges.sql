-- What the application's role may not do with its own statements (postgres/privileges.go), these functions
-- do for it, each for one purpose and with its own checks. N2, I5

-- +goose Up

-- +goose StatementBegin
-- Writes a turn's events. One that is there already stays; another in its place is refused: without the
-- right to update there is no ON CONFLICT DO UPDATE to run into the trigger.
CREATE FUNCTION record_events(of_number text, of_kind text, batch jsonb, of_policy text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  written integer;
  other   integer;
BEGIN
  INSERT INTO events (number, seq, kind, type, at, by, command, data, hash, policy)
  SELECT of_number, seq, of_kind, type, at, by, command, data, coalesce(hash, ''), CASE WHEN seq = 1 THEN of_policy END
  FROM jsonb_to_recordset(batch)
    AS e (seq int, type text, at timestamptz, by jsonb, command text, data jsonb, hash text)
  ORDER BY seq
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written = jsonb_array_length(batch) THEN
    RETURN;
  END IF;
  SELECT e.seq INTO other
  FROM events e
  JOIN jsonb_to_recordset(batch) AS b (seq int, type text, at timestamptz, by jsonb, command text, data jsonb, hash text) USING (seq)
  WHERE e.number = of_number
    AND (e.type, e.at, e.by, e.command, e.data, e.hash)
      IS DISTINCT FROM (b.type, b.at, b.by, b.command, b.data, coalesce(b.hash, ''))
  ORDER BY e.seq LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'event % of % is recorded and cannot become another: events are append-only', other, of_number
      USING ERRCODE = 'BH001';
  END IF;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Says no unless a case is being erased: archived by its own events, marked for it, and not on hold.
CREATE FUNCTION require_erasing(of_number text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM erasures WHERE number = of_number AND finished_at IS NULL) THEN
    RAISE EXCEPTION 'case % is not being erased', of_number USING ERRCODE = 'BH002';
  ELSIF NOT EXISTS (SELECT FROM events WHERE number = of_number AND type = 'archived') THEN
    RAISE EXCEPTION 'case % is not archived', of_number USING ERRCODE = 'BH002';
  ELSIF EXISTS (SELECT FROM holds WHERE number = of_number AND lifted_at IS NULL) THEN
    RAISE EXCEPTION 'case % is on legal hold', of_number USING ERRCODE = 'BH002';
  END IF;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Empties the personal texts of one event of a case that is being erased, and keeps the proof.
CREATE OR REPLACE FUNCTION erase_event(of_number text, of_seq integer, blanked jsonb, kept jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM require_erasing(of_number);
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

-- +goose StatementBegin
-- Empties what people wrote beside the events of a case that is being erased, and destroys its secret:
-- nobody can guess at what is gone.
CREATE FUNCTION erase_beside_events(of_number text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM require_erasing(of_number);
  UPDATE refusals SET by = CASE WHEN by ? 'name' THEN by || '{"name": ""}' ELSE by END,
    args = coalesce((SELECT jsonb_object_agg(key, ''::text) FROM jsonb_each(args)), args)
  WHERE number = of_number;
  UPDATE readings SET reason = '' WHERE numbers @> ARRAY[of_number] AND reason <> '';
  UPDATE holds SET reason = '', lift_reason = '' WHERE number = of_number;
  DELETE FROM case_secrets WHERE number = of_number;
END
$$;
-- +goose StatementEnd
