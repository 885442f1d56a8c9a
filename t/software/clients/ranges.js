import { fromUrl } from 'geotiff';
import Hls from 'hls.js';
import * as pdfjs from 'pdfjs-dist/build/pdf.mjs';
import { PMTiles } from 'pmtiles';

pdfjs.GlobalWorkerOptions.workerSrc = '/pdf.worker.mjs';

async function readPdf(url) {
  const file = await pdfjs.getDocument({ url, disableAutoFetch: true, disableStream: true }).promise;
  const { items } = await (await file.getPage(10)).getTextContent();
  const { contentDispositionFilename: name } = await file.getMetadata();
  const requests = performance.getEntriesByName(url).length;
  await file.loadingTask.destroy();
  return { text: items.map(({ str }) => str).join(''), inParts: requests > 1, name };
}

async function readPmtiles(url) {
  const archive = new PMTiles(url);
  const { etag } = await archive.getHeader();
  const tile = await archive.getZxy(0, 0, 0);
  return { tile: new TextDecoder().decode(tile.data), noticesChange: Boolean(etag) };
}

async function readTiff(url) {
  const tiff = await fromUrl(url, { allowFullFile: false });
  const [values] = await (await tiff.getImage()).readRasters();
  return { max: Math.max(...values), knowsSize: tiff.source.fileSize > 0 };
}

// A live playlist's age tells how old its end is.
function readHls(url) {
  return new Promise((resolve, reject) => {
    const hls = new Hls({ enableWorker: false });
    hls.on(Hls.Events.LEVEL_LOADED, (_event, { details }) => { hls.destroy(); resolve(details.ageHeader); });
    hls.on(Hls.Events.ERROR, (_event, data) => { if (data.fatal) reject(new Error(data.details)); });
    hls.loadSource(url);
  });
}

export default async function client(base) {
  return {
    pdf: await readPdf(`${base}/data/map.pdf`), pmtiles: await readPmtiles(`${base}/data/map.pmtiles`),
    tiff: await readTiff(`${base}/data/map.tif`), hls: await readHls(`${base}/data/live.m3u8`),
  };
}
