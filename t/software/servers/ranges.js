'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

// A PDF file of a megabyte: pages with a word and much that no one sees.
function pdf() {
  const parts = ['%PDF-1.4\n'];
  const offsets = [];
  let at = parts[0].length;
  const object = (text) => {
    offsets.push(at);
    parts.push(`${offsets.length} 0 obj\n${text}\nendobj\n`);
    at += parts[parts.length - 1].length;
  };
  const pages = 10;
  object('<< /Type /Catalog /Pages 2 0 R >>');
  object(`<< /Type /Pages /Count ${pages} /Kids [${[...Array(pages).keys()].map((i) => `${4 + 2 * i} 0 R`).join(' ')}] >>`);
  object('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  for (let i = 0; i < pages; i++) {
    object(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << /Font << /F 3 0 R >> >> /Contents ${5 + 2 * i} 0 R >>`);
    const content = `BT /F 12 Tf 50 100 Td (page ${i + 1}) Tj ET\n${'% filler filler filler\n'.repeat(5000)}`;
    object(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  const xref = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const count = offsets.length + 1;
  parts.push(`xref\n0 ${count}\n0000000000 65535 f \n${xref}trailer << /Size ${count} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`);
  return parts.join('');
}

// A PMTiles archive, version 3, with one tile; nothing is compressed.
function pmtiles() {
  const tile = Buffer.from('the tile');
  const root = Buffer.from([1, 0, 1, tile.length, 1]); // one entry: its id, how often, its length, its offset and one
  const metadata = Buffer.from('{}');
  const header = Buffer.alloc(127);
  header.write('PMTiles', 0, 'latin1');
  header[7] = 3;
  const starts = [127, root.length, 127 + root.length, metadata.length, 127, 0, 127 + root.length + metadata.length, tile.length, 1, 1, 1];
  starts.forEach((value, i) => header.writeBigUInt64LE(BigInt(value), 8 + 8 * i));
  [1, 1, 1, 2, 0, 0].forEach((value, i) => { header[96 + i] = value; });
  return Buffer.concat([header, root, metadata, tile]);
}

const PLAYLIST = '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:1\n#EXTINF:4,\none.ts\n';

module.exports = {
  software: 'PDF.js, PMTiles, GeoTIFF.js and hls.js, with files of httpd',

  async start({ build, folder }) {
    // What require() would find needs a newer Node.js than Debian's.
    const { writeArrayBuffer } = await import(pathToFileURL(path.join(build, 'node_modules', 'geotiff', 'dist-module', 'geotiff.js')));
    const files = {
      'map.pdf': pdf(), 'map.pmtiles': pmtiles(), 'live.m3u8': PLAYLIST,
      'map.tif': Buffer.from(await writeArrayBuffer(Array.from({ length: 256 * 256 }, (_, i) => i % 7), { width: 256, height: 256 })),
    };
    fs.mkdirSync(path.join(folder, 'data'));
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(folder, 'data', name);
      fs.writeFileSync(file, content);
      // A file of this very second would have a weak ETag.
      fs.utimesSync(file, 1e9, 1e9);
    }
    return { config: `AddType application/pdf .pdf
<Location "/data/map.pdf">
    Header set Content-Disposition "inline; filename=map.pdf"
</Location>
<Location "/data/live.m3u8">
    Header set Age 7
</Location>` };
  },

  with: (seen) => assert.deepEqual(seen, {
    pdf: { text: 'page 10', inParts: true, name: 'map.pdf' },
    pmtiles: { tile: 'the tile', noticesChange: true }, tiff: { max: 6, knowsSize: true }, hls: 7,
  }),
  without: (seen) => assert.deepEqual(seen, {
    pdf: { text: 'page 10', inParts: false, name: null },
    pmtiles: { tile: 'the tile', noticesChange: false }, tiff: { max: 6, knowsSize: false }, hls: 0,
  }),
};
