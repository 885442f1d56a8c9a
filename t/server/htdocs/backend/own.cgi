#!/bin/sh
# A script with a list of its own, on two lines.
echo 'Content-Type: text/plain'
echo 'Access-Control-Expose-Headers: X-Own, X-Gone'
echo 'Access-Control-Expose-Headers: x-shared,X-Never'
echo
echo 'made by a script'
