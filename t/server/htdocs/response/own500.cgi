#!/bin/sh
echo 'Status: 500 Oops'
echo 'Content-Type: text/plain'
echo 'X-Three: 3'
echo
echo 'oops'
