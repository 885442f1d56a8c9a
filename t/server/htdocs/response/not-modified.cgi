#!/bin/sh
# A 304 that a script makes itself.
echo 'Status: 304 Not Modified'
echo 'ETag: "x"'
echo
