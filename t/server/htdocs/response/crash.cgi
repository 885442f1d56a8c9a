#!/bin/sh
# Ends before it has sent a header: httpd makes that a 500.
exit 1
