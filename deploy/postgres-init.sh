#!/bin/sh
# Run once by the image of Postgres, on an empty volume: a role and a database each for Carillon and the Inngest server. Neither is a superuser,
# and neither sees the other's.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
	-v carillon="$CARILLON_DB_PASSWORD" -v inngest="$INNGEST_DB_PASSWORD" <<'SQL'
create role carillon login password :'carillon';
create role inngest login password :'inngest';
create database carillon owner carillon;
create database inngest owner inngest;
revoke connect on database carillon from public;
revoke connect on database inngest from public;
SQL
