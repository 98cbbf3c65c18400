#!/bin/sh
# Brings Temporal's two databases up to the version of the image; on one that is, it changes nothing.
# Reads SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD.
set -eu
for name in temporal visibility; do
  database=temporal
  [ "$name" = temporal ] || database=temporal_$name
  tool="temporal-sql-tool --plugin postgres12 --db $database"
  $tool create
  $tool setup-schema --version 0.0
  $tool update-schema --schema-dir "/etc/temporal/schema/postgresql/v12/$name/versioned"
done
