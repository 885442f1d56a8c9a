'use strict';

const assert = require('node:assert/strict');
const { HOST } = require('../../browser/processes');

module.exports = {
  software: '@aws-sdk/client-s3 and s3rver',

  async start({ need, folder, stops }) {
    const S3rver = need('s3rver');
    const store = new S3rver({ address: HOST, port: 0, silent: true, directory: folder, configureBuckets: [{ name: 'bucket' }] });
    const { port } = await store.run();
    stops.push(() => store.close());
    return { defines: { S3_BACKEND: `http://${HOST}:${port}` }, config: 'AllowEncodedSlashes NoDecode' };
  },

  with: (seen) => assert.deepEqual(seen, {
    partHasETag: true, metadata: { title: 'hello' }, body: 'x'.repeat(100), range: 'bytes 0-9/100', missing: 'NotFound',
  }),
  // Without a part's ETag there is nothing to complete the upload with; s3rver's word for that is not AWS's.
  without: (seen) => assert.deepEqual(seen, { partHasETag: false, failed: 'InternalError' }),
};
