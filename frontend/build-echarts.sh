#!/usr/bin/env bash
# Rebuild the chart library that the report carries. Users never run this: the result is committed.
# Needs node and npm; works in a temporary folder and leaves nothing behind but the one file.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
assets="$here/../src/dafeng/reports/assets"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cp "$here/echarts-entry.js" "$work/entry.js"
cd "$work"
npm init --yes >/dev/null
npm install --no-fund --no-audit --loglevel=error echarts@6.1.0 esbuild@0.28.2
banner='/*! Apache ECharts 6.1.0 and zrender, custom build. Copyright 2017-2026 The Apache Software Foundation. Apache-2.0 (zrender: BSD-3-Clause; tslib: 0BSD). */'
node_modules/.bin/esbuild entry.js --bundle --minify --format=iife --global-name=echarts --target=es2019 \
  --legal-comments=none --charset=utf8 --define:process.env.NODE_ENV='"production"' --banner:js="$banner" \
  --outfile="$assets/echarts.min.js"
sha256sum "$assets/echarts.min.js" | cut -d' ' -f1
wc -c "$assets/echarts.min.js"
