#!/bin/sh
# Prints what compose.yaml needs, with secrets made now: sh new-env.sh https://carillon.example.com > .env
set -eu
: "${1:?say the address by which browsers reach Carillon, such as https://carillon.example.com}"
case $1 in https://*) allow_http=off ;; *) allow_http=on ;; esac
secret() { od -An -tx1 -N32 /dev/urandom | tr -d ' \n'; }
cat <<ENV
# Where browsers reach Carillon. With https:// the proxy gets a certificate by itself.
PUBLIC_URL=$1
# on: people sign in without https. For a trial on this machine.
ALLOW_HTTP=$allow_http
# Made once. Keep this file as you keep a password: mode 600, in the backup, nowhere else.
AUTH_SECRET=$(secret)
POSTGRES_PASSWORD=$(secret)
CARILLON_DB_PASSWORD=$(secret)
INNGEST_DB_PASSWORD=$(secret)
INNGEST_EVENT_KEY=$(secret)
INNGEST_SIGNING_KEY=$(secret)
# The sandbox sends to nobody's phone. A real gateway: docs/settings.md explains each
SMS_GATEWAY=sandbox
#SMS_GATEWAY=http
#SMS_GATEWAY_URL=https://sms.example/api
#SMS_GATEWAY_TOKEN=
#SMS_GATEWAY_RECEIPTS_SECRET=
ENV
