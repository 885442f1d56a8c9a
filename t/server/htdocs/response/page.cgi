#!/bin/sh
# A page for errors; it keeps the status.
echo "Status: ${REDIRECT_STATUS:-200}"
echo 'Content-Type: text/plain'
echo 'X-Script: 1'
echo
echo "sorry: ${REDIRECT_STATUS:-none}"
