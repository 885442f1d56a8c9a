#!/bin/sh
echo 'Content-Type: text/plain'
echo 'Vary: Accept-Encoding'
echo 'Vary: Cookie'
echo
