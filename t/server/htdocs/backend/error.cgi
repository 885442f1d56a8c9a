#!/bin/sh
# An error that a script reports itself, with a list of its own.
echo 'Status: 503 Busy'
echo 'Content-Type: text/plain'
echo 'Access-Control-Expose-Headers: X-Own, X-Gone'
echo
echo 'try again'
