#!/bin/sh
# Runs once, when the database directory is first made: a role for Bihuan's tables, one for its
# programs, which cannot change what is recorded, and one for Temporal; none is a superuser.
set -eu
psql --username "${POSTGRES_USER:-postgres}" --dbname postgres --set ON_ERROR_STOP=1 --set bihuan="$BIHUAN_DB_PASSWORD" --set app="$BIHUAN_APP_DB_PASSWORD" --set temporal="$TEMPORAL_DB_PASSWORD" <<'SQL'
CREATE ROLE bihuan LOGIN PASSWORD :'bihuan';
CREATE DATABASE bihuan OWNER bihuan;
CREATE ROLE bihuan_app LOGIN PASSWORD :'app';
CREATE ROLE temporal LOGIN CREATEDB PASSWORD :'temporal';
SQL
