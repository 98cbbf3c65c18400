-- +goose Up

-- The hash of what a case was registered with has no salt: whoever kept the words could still tell that they were
-- these. It goes with them; the key stays, so that it makes no second case. I5, A10
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION erase_beside_events(of_number text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM require_erasing(of_number);
  UPDATE refusals SET by = CASE WHEN by ? 'name' THEN by || '{"name": ""}' ELSE by END,
    args = coalesce((SELECT jsonb_object_agg(key, ''::text) FROM jsonb_each(args)), args)
  WHERE number = of_number;
  UPDATE readings SET reason = '' WHERE numbers @> ARRAY[of_number] AND reason <> '';
  UPDATE holds SET reason = '', lift_reason = '' WHERE number = of_number;
  UPDATE idempotency_keys SET body_hash = '' WHERE number = of_number;
  DELETE FROM case_secrets WHERE number = of_number;
END
$$;
-- +goose StatementEnd

UPDATE idempotency_keys SET body_hash = '' WHERE number IN (SELECT number FROM erasures);
