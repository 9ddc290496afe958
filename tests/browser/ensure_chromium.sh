#!/bin/sh
# A Chromium for the browser tests: the one that is there, or Debian's package where it may be installed.
set -eu
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "No Chromium found; installing Debian's package."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
    exit 0
fi
echo "The browser tests need Chromium, and none was found. Install it, e.g. 'sudo apt-get install chromium'," >&2
echo "or name one: make test CHROMIUM=/path/to/chrome. 'make check' runs everything else." >&2
exit 1
